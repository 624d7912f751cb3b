import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct NodeDependencyTests {
    private static let package = #"{"dependencies":{"left-pad":"1"}}"#
    private static let module = "app/node_modules/left-pad/index.js"

    @Test func `refuses a package file that is none`() async throws {
        let fixture = try FakeNode()
        let error = await #expect(throws: FuncError.self) { try await fixture.build(["package.json": "{"]) }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'package.json' cannot be read")
    }

    @Test(arguments: ["{}", #"{"dependencies":{},"devDependencies":{"mocha":"1"}}"#])
    func `does not run npm where nothing is required`(package: String) async throws {
        let fixture = try FakeNode()
        _ = try await fixture.build(["package.json": package, "package-lock.json": "{}"])
        #expect(fixture.installs == [])
    }

    @Test(arguments: [("package-lock.json", "ci --prefer-offline"), ("README.md", "install")])
    func `installs production dependencies by the npm beside node`(file: String, command: String) async throws {
        let fixture = try FakeNode()
        let bundle = try await fixture.build([file: "{}", "package.json": Self.package])
        #expect(FileManager.default.fileExists(atPath: bundle.folder + "/" + Self.module))
        #expect(fixture.installs == ["npm \(command) --omit=dev --no-audit --no-fund production"])
    }

    @Test(arguments: [
        ["package.json": package, "package-lock.json": "{}"], ["package.json": package],
        ["package.json": #"{"optionalDependencies":{"left-pad":"1"}}"#],
    ])
    func `takes what was installed before from the cache`(files: [String: String]) async throws {
        let fixture = try FakeNode()
        let first = try await fixture.build(files)
        let second = try await fixture.build(files.merging(["more.js": ""]) { $1 }, source: "another")
        #expect(second.digest != first.digest)
        #expect(FileManager.default.fileExists(atPath: second.folder + "/" + Self.module))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: second.folder + "/app/node_modules/.bin/pad")
                == "../left-pad/index.js"
        )
        #expect(fixture.installs.count == 1)
        #expect(
            try await fixture.base.messages("another").contains("dependencies of package.json are taken from the cache")
        )
    }

    @Test(arguments: [
        ["package.json": #"{"dependencies":{"left-pad":"2"}}"#, "package-lock.json": "{}"],
        ["package.json": package, "package-lock.json": #"{"lockfileVersion":3}"#],
        ["package.json": package, "package-lock.json": "{}", ".npmrc": "omit=optional\n"],
    ])
    func `installs anew where package, lock or settings differ`(files: [String: String]) async throws {
        let fixture = try FakeNode()
        _ = try await fixture.build(["package.json": Self.package, "package-lock.json": "{}"])
        _ = try await fixture.build(files, source: "another")
        #expect(fixture.installs.count == 2)
    }

    @Test func `installs anew for another version of Node.js`() async throws {
        let fixture = try FakeNode(version: "20.1.0")
        _ = try await fixture.build(["package.json": Self.package])
        _ = try await fixture.build(["package.json": Self.package], source: "another", version: "20.2.0")
        #expect(fixture.installs.count == 2)
    }

    @Test(arguments: [
        ["package.json": #"{"dependencies":{"lib":"file:./lib"}}"#],
        ["package.json": #"{"dependencies":{"lib":"../lib"}}"#],
        [
            "package.json": package,
            "package-lock.json": #"{"packages":{"node_modules/lib":{"resolved":"file:lib.tgz"}}}"#,
        ],
        ["package.json": #"{"dependencies":{"left-pad":"1"},"workspaces":["lib"]}"#],
        ["package.json": #"{"dependencies":{"left-pad":"1"},"scripts":{"postinstall":"node patch.js"}}"#],
        ["package.json": package, "node_modules/own/index.js": ""],
    ])
    func `does not reuse what depends on other files`(files: [String: String]) async throws {
        let fixture = try FakeNode()
        _ = try await fixture.build(files)
        _ = try await fixture.build(files, source: "another")
        #expect(fixture.installs.count == 2)
    }

    @Test func `shows what npm says and keeps nothing`() async throws {
        let fixture = try FakeNode()
        let error = await #expect(throws: FuncError.self) {
            try await fixture.build(["package.json": #"{"dependencies":{"no-such-package":"1"}}"#])
        }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'npm install' ended with status 1")
        #expect(error?.details == ["npm error 404 no-such-package is not in this registry"])
        #expect(!FileManager.default.fileExists(atPath: fixture.base.folder.path("data/cache/nodejs")))
    }

    @Test func `says how to install npm, only where it is needed`() async throws {
        let fixture = try FakeNode(hasNpm: false)
        _ = try await fixture.build(["package.json": "{}"], source: "bare")
        let error = await #expect(throws: FuncError.self) { try await fixture.build(["package.json": Self.package]) }
        #expect(error?.code == .toolchainMissing)
        #expect(error?.message == "npm is not installed, and package.json has dependencies")
        #expect(error?.hint?.contains("install") == true)
    }
}

/// A builder whose Node.js does nothing, with an npm beside it that writes a few files and tells how it was called.
struct FakeNode {
    let base: BuilderFixture
    private let node: String
    private let version: String

    init(version: String = "20.20.2", hasNpm: Bool = true) throws {
        // Not the machine's own PATH, on which there may be an npm.
        base = try BuilderFixture(family: "nodejs", executable: "/unused") { $0.environment["PATH"] = "/nowhere" }
        self.version = version
        node = try base.script("exit 0\n", at: "tools/node")
        guard hasNpm else { return }
        _ = try base.script(
            """
            PATH=/usr/bin:/bin
            echo "npm $* $NODE_ENV" >> \(base.folder.path("installs"))
            if grep -q no-such package.json; then
                echo "npm error 404 no-such-package is not in this registry" >&2
                exit 1
            fi
            mkdir -p node_modules/left-pad node_modules/.bin
            touch node_modules/left-pad/index.js
            ln -sf ../left-pad/index.js node_modules/.bin/pad
            """,
            at: "tools/npm"
        )
    }

    func build(
        _ files: [String: String],
        source: String = "hello",
        handler: String = "index.handler",
        version: String? = nil
    ) async throws -> FuncPlatform.Bundle {
        try base.folder.write("", to: "sources/\(source)/README.md")
        for (name, text) in files { try base.folder.write(text, to: "sources/\(source)/\(name)") }
        let toolchain = ResolvedToolchain(family: "nodejs", executable: node, version: version ?? self.version)
        let builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            toolchain
        }
        let name = source == "hello" ? "v1" : source
        return try await builder.build(base.request(source, version: name, runtime: "nodejs20", handler: handler))
    }

    /// How npm was called, one line for each run.
    var installs: [String] {
        guard let data = FileManager.default.contents(atPath: base.folder.path("installs")) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
