import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HostedSourceTests {
    private func deploy(_ files: [String: String], _ fixture: HostedFixture) async throws {
        let archive = try await fixture.archive(files)
        let request = DeployRequest(name: "f", settings: HostedFixture.settings, sourceDigest: archive.digest)
        _ = try await DeployWorkflow(service: try fixture.client(encoding: .raw)) { _ in }
            .run(request, archive: archive, waitSeconds: 30)
    }

    @Test func `a project of one file can go as its text`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await deploy(
                [
                    "main.py": "def handler(event, context):\n    return 'é'\n", "function.yaml": "name: f\n",
                    "requirements.txt": "# none\n\n", "test_main.py": "import main\n", "README.md": "x",
                ],
                fixture
            )
            let source = fixture.service.state.functions["f"]?.liveSource
            #expect(source == "def handler(event, context):\n    return 'é'\n")
        }
    }

    @Test(arguments: [
        (["main.py": "a", "helper.py": "b"], "has 2 files, 'helper.py', 'main.py'"),
        (["main.py": "a", "requirements.txt": "flask\n"], "'main.py', 'requirements.txt'"),
        (["index.js": "a", "package.json": #"{"dependencies":{"x":"1"}}"#], "'index.js', 'package.json'"),
        (["README.md": "a"], "has no source file"),
        (["a.py": "", "b.py": "", "c.py": "", "d.py": "", "e.py": ""], "'d.py' and 1 more"),
    ])
    func `a project that cannot go as text says why and sends nothing`(
        files: [String: String],
        words: String
    ) async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let error = await #expect(throws: FuncError.self) { try await deploy(files, fixture) }
            #expect(error?.code == .projectInvalid)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(fixture.service.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func `a file that is no text is refused`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let archive = try await fixture.archive(["main.py": "x"])
            try fixture.folder.write(Data([0xFF, 0xFE, 0x00]), to: "bytes/main.py")
            let output = fixture.folder.path("bytes.tar.gz")
            let packed = try await SourcePacker.pack(
                root: fixture.folder.path("bytes"),
                options: PackOptions(),
                output: output
            )
            #expect(try await SingleSourceFile.text(of: archive) == "x")
            let error = await #expect(throws: FuncError.self) { try await SingleSourceFile.text(of: packed.archive) }
            #expect(error?.code == .projectInvalid)
            let rest = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)
            #expect(rest.allSatisfy { !$0.contains(".raw-") })
        }
    }

    @Test func `a source above the server's limit is refused before it is read`() async throws {
        let archive = SourceArchive(path: "/nowhere", digest: "d", size: 40 << 20)
        let error = await #expect(throws: FuncError.self) {
            try await InlineSource(archive: archive, progress: { _ in }).text(.base64, limitMB: 50)
        }
        #expect(error?.code == .sourceTooLarge)
        #expect(error?.message.contains("53 MiB") == true)
    }

    @Test(arguments: [
        ("python", "python"), ("python3.7", "python"), ("python3.8", "python38"), ("py39", "python39"),
        ("python3.10", "python"), ("python3.11", "python"), ("python-agent", "python"), ("nodejs", "node"),
        ("Node14.x", "node14"), ("nodejs16", "node16"), ("nodejs18", "node"), ("nodejs20", "node"), ("go1.19", "go"),
        ("java17", "java"), ("dotnet6", "dotnet"), ("ruby", "ruby"), ("php", "php"), ("rust", "custom"),
        ("custom", "custom"),
    ])
    func `runtimes are spelled as the server lists them`(runtime: String, spelling: String) async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            #expect(try await fixture.client().capabilities().spelling(of: runtime) == spelling)
        }
    }

    @Test func `a runtime that the server does not have is refused with those it has`() {
        let capabilities = Capabilities(name: "p", version: "1", supportedRuntimes: ["python3.9", "nodejs18"])
        #expect(throws: Never.self) { try capabilities.spelling(of: "node18") }
        for runtime in ["python3.11", "go", "cobol"] {
            let error = #expect(throws: FuncError.self) { try capabilities.spelling(of: runtime) }
            #expect(error?.code == .runtimeUnknown)
        }
    }
}
