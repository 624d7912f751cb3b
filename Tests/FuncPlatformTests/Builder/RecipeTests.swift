import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct PythonRecipeTests {
    @Test(arguments: [
        ("main.py", "def handler(e, c:\n    return 1\n", "syntax error in main.py:1: '(' was never closed"),
        ("lib/tools.py", "\n\nx = = 1\n", "syntax error in lib/tools.py:3: invalid syntax"),
        (
            "main.py", "def f():\nreturn 1\n",
            "syntax error in main.py:2: expected an indented block after function definition on line 1"
        ),
    ])
    func `names file and line of a syntax error`(file: String, text: String, message: String) async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "ok.py")
        try fixture.write(text, to: file)
        let error = try await failure(fixture, fixture.request())
        #expect(error.code == .buildFailed)
        #expect(error.message == message)
        #expect(!error.details.isEmpty)
    }

    @Test func `does not look at files that are not the function's`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        for name in [".hidden/a.py", "venv/lib/b.py", "node_modules/x/c.py"] {
            try fixture.write("x = = 1\n", to: name)
        }
        _ = try await fixture.builder.build(fixture.request())
    }

    @Test(arguments: ["", "# only a remark\n\n   \n"])
    func `installs nothing where nothing is required`(requirements: String) async throws {
        let fixture = try FakePython()
        let bundle = try await fixture.build(requirements)
        #expect(bundle.environment["PYTHONPATH"] == nil)
        #expect(try fixture.installs() == 0)
    }

    @Test func `installs what is required beside the app, once for the same requirements`() async throws {
        let fixture = try FakePython()
        let first = try await fixture.build("flask==3.0\n")
        #expect(first.environment["PYTHONPATH"] == first.folder + "/deps")
        #expect(try fixture.installed(first) == ["flask.py", "pkg/link.py", "pkg/module.py"])
        let second = try await fixture.build("flask==3.0\n", source: "another")
        #expect(second.digest != first.digest)
        #expect(try fixture.installed(second) == ["flask.py", "pkg/link.py", "pkg/module.py"])
        #expect(try fixture.installs() == 1)
        _ = try await fixture.build("flask==3.1\n", source: "third")
        #expect(try fixture.installs() == 2)
    }

    @Test(arguments: ["-r more.txt", "./lib", "-e .", "lib @ file:///x", "--constraint c.txt"])
    func `does not reuse an installation that depends on other files`(line: String) async throws {
        let fixture = try FakePython()
        _ = try await fixture.build("flask\n\(line)\n")
        _ = try await fixture.build("flask\n\(line)\n", source: "another")
        #expect(try fixture.installs() == 2)
    }

    @Test func `shows what pip says`() async throws {
        let fixture = try FakePython()
        let error = await #expect(throws: FuncError.self) { try await fixture.build("no-such-package\n") }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'pip install' ended with status 1")
        #expect(error?.details == ["ERROR: No matching distribution found for no-such-package"])
        #expect(!FileManager.default.fileExists(atPath: fixture.base.folder.path("data/cache/python")))
    }
}

@Suite struct NodeRecipeTests {
    @Test func `starts the host and installs nothing without dependencies`() async throws {
        let fixture = try BuilderFixture(family: "nodejs")
        try fixture.write("export const handler = async () => 1;\n", to: "index.mjs")
        try fixture.write(#"{"name":"x","devDependencies":{"y":"1"}}"#, to: "package.json")
        let bundle = try await fixture.builder.build(fixture.request(runtime: "nodejs20", handler: "index.handler"))
        #expect(bundle.command.count == 2 && bundle.command[1] == bundle.folder + "/host/main.mjs")
        #expect(!FileManager.default.fileExists(atPath: bundle.folder + "/app/node_modules"))
    }

    @Test(arguments: [
        ("index.mjs", "index.handler", "export const handler = () => {\n  return {;\n}\n"),
        ("index.js", "", "const a = 1;\nconst b = {;\n"),
        ("src/app.cjs", "src/app.run", "\nexports.run = (;\n"),
    ])
    func `names file and line of a syntax error`(file: String, handler: String, text: String) async throws {
        let fixture = try BuilderFixture(family: "nodejs")
        try fixture.write(text, to: file)
        let error = try await failure(fixture, fixture.request(runtime: "nodejs20", handler: handler))
        #expect(error.code == .buildFailed)
        #expect(error.message == "syntax error in \(file):2: Unexpected token ';'")
    }

    @Test func `refuses a package file that is none`() async throws {
        let fixture = try BuilderFixture(family: "nodejs")
        try fixture.write("{", to: "package.json")
        let error = try await failure(fixture, fixture.request(runtime: "nodejs20", handler: "index.handler"))
        #expect(error.message == "'package.json' cannot be read")
    }

    @Test(arguments: [("package-lock.json", "ci"), ("README.md", "install")])
    func `installs production dependencies by the npm beside node`(file: String, command: String) async throws {
        let fixture = try BuilderFixture(family: "nodejs", executable: "/fake")
        try fixture.write("{}", to: file)
        try fixture.write(#"{"dependencies":{"left-pad":"1"}}"#, to: "package.json")
        let node = try fixture.script("exit 0\n", at: "tools/node")
        _ = try fixture.script("echo \"npm $* $NODE_ENV\"; mkdir -p node_modules/left-pad\n", at: "tools/npm")
        let builder = SourceBuilder(configuration: fixture.configuration, logs: fixture.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            ResolvedToolchain(family: "nodejs", executable: node, version: "20")
        }
        let bundle = try await builder.build(fixture.request(runtime: "nodejs20", handler: "index.handler"))
        #expect(FileManager.default.fileExists(atPath: bundle.folder + "/app/node_modules/left-pad"))
        #expect(try await fixture.messages().contains("npm \(command) --omit=dev --no-audit --no-fund production"))
    }
}

/// A builder whose Python is a script: `pip` writes a few files and notes that it ran, and compiling does nothing.
private struct FakePython {
    let base: BuilderFixture

    init() throws {
        base = try BuilderFixture(executable: "/unused")
    }

    func build(_ requirements: String, source: String = "hello") async throws -> FuncPlatform.Bundle {
        try base.folder.write("", to: "sources/\(source)/main.py")
        try base.folder.write(requirements, to: "sources/\(source)/requirements.txt")
        let python = try base.script(
            """
            [ "$2" = pip ] || exit 0
            echo run >> \(base.folder.path("installs"))
            if grep -q no-such requirements.txt; then
                echo "ERROR: No matching distribution found for no-such-package" >&2
                exit 1
            fi
            while [ "$1" != --target ]; do shift; done
            mkdir -p "$2/pkg" && touch "$2/flask.py" "$2/pkg/module.py" && ln -s module.py "$2/pkg/link.py"
            """,
            at: "tools/python3"
        )
        let builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { _ in
            ResolvedToolchain(family: "python", executable: python, version: "3.11.2")
        }
        return try await builder.build(base.request(source, version: source))
    }

    func installs() throws -> Int {
        guard FileManager.default.fileExists(atPath: base.folder.path("installs")) else { return 0 }
        return try base.folder.read("installs").split(separator: "\n").count
    }

    func installed(_ bundle: FuncPlatform.Bundle) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: bundle.folder + "/deps").filter { $0.hasSuffix(".py") }
            .sorted()
    }
}
