import Foundation
import TestSupport
import Testing

/// What `init` writes, as it is right after.
@Suite("Scaffolds of type http", .serialized)
struct ScaffoldContentTests {
    static let values = ["name": "hello", "description": "Greets whoever calls", "runtime": "given"]

    @Test(arguments: HostLanguage.allCases)
    func `the unit tests pass offline right after init`(language: HostLanguage) async throws {
        let project = try render(language)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try await language.interpreter)
        process.arguments = language == .python ? ["-m", "unittest"] : ["--test"]
        process.currentDirectoryURL = URL(fileURLWithPath: project.path)
        // The variable must not reach the tests from outside.
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": project.path, "PYTHONDONTWRITEBYTECODE": "1"]
        let log = project.path + ".log"
        try Data().write(to: URL(fileURLWithPath: log))
        defer { try? FileManager.default.removeItem(atPath: log) }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try await eventually("the unit tests end", within: .seconds(60)) { !process.isRunning }
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains(language == .python ? "Ran 5 tests" : "pass 5"), "\(text)")
    }

    @Test(arguments: HostLanguage.allCases)
    func `the function serves right after init`(language: HostLanguage) async throws {
        let project = try render(language)
        let name = language == .python ? "main.py" : "index.js"
        var files = [name: try project.read(name)]
        if language == .nodejs { files["package.json"] = try project.read("package.json") }
        let host = try await HostProcess.start(language, handler: "\(language.module).handler", files: files)
        let response = try await eventually("it answers") { try? await host.get("/?name=Ada") }
        #expect(try response.json() as? [String: String] == ["message": "Hello, Ada!"])
        #expect(try await host.post(#"{"name":"Grace"}"#).text.contains("Hello, Grace!"))
        #expect(try await host.post(#"{"name":7}"#).status == 400)
    }

    @Test(arguments: HostLanguage.allCases)
    func `a project has its manifest, tests, cases, README and ignore files`(language: HostLanguage) throws {
        let project = try render(language)
        for name in ["function.yaml", "README.md", ".gitignore", ".funcignore", "tests/cases/greets-by-name.yaml"] {
            #expect(try !project.read(name).contains("{{"), "\(name)")
        }
        #expect(try project.read("function.yaml").hasPrefix("name: hello\nruntime: given\ntype: http\n"))
    }

    /// Fills in the placeholders as `init` does.
    private func render(_ language: HostLanguage) throws -> TemporaryFolder {
        let folder = try TemporaryFolder("scaffold")
        let source = try URL(fileURLWithPath: language.hostFolder)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("scaffolds/\(language.rawValue)/http").path
        for case let name as String in try #require(FileManager.default.enumerator(atPath: source)) {
            let path = "\(source)/\(name)"
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if isFolder.boolValue || name == "template.yaml" { continue }
            var text = try String(contentsOfFile: path, encoding: .utf8)
            for (variable, value) in Self.values { text = text.replacing("{{\(variable)}}", with: value) }
            try folder.write(text, to: name)
        }
        return folder
    }
}
