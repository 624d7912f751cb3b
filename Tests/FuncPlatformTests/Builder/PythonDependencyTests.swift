import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct PythonDependencyTests {
    @Test(arguments: [
        ["requirements.txt": ""], ["requirements.txt": "# only a remark\n\n   \n"],
        ["pyproject.toml": "[tool.black]\nline-length = 100\n"],
        [
            "pyproject.toml":
                "[project]\nname = 'x'\ndependencies = []\n[project.optional-dependencies]\nall = ['flask']\n"
        ],
    ])
    func `installs nothing where nothing is required`(files: [String: String]) async throws {
        let fixture = try FakePython()
        let bundle = try await fixture.build(files)
        #expect(bundle.environment["PYTHONPATH"] == nil)
        #expect(try fixture.installs() == [])
    }

    @Test func `installs what is required beside the app, once for the same requirements`() async throws {
        let fixture = try FakePython()
        let first = try await fixture.build(["requirements.txt": "flask==3.0\n"])
        #expect(first.environment["PYTHONPATH"] == first.folder + "/deps")
        #expect(try fixture.installed(first) == ["flask.py", "pkg/link.py", "pkg/module.py"])
        let second = try await fixture.build(["requirements.txt": "flask==3.0\n"], source: "another")
        #expect(second.digest != first.digest)
        #expect(try fixture.installed(second) == ["flask.py", "pkg/link.py", "pkg/module.py"])
        #expect(try fixture.installs().count == 1)
        _ = try await fixture.build(["requirements.txt": "flask==3.1\n"], source: "third")
        #expect(try fixture.installs().count == 2)
    }

    @Test(arguments: ["-r more.txt", "./lib", "-e .", "lib @ file:///x", "--constraint c.txt"])
    func `does not reuse an installation that depends on other files`(line: String) async throws {
        let fixture = try FakePython()
        _ = try await fixture.build(["requirements.txt": "flask\n\(line)\n"])
        _ = try await fixture.build(["requirements.txt": "flask\n\(line)\n"], source: "another")
        #expect(try fixture.installs().count == 2)
    }

    @Test func `installs the dependencies of a project file`() async throws {
        let fixture = try FakePython()
        let project = #"""
            # A comment with "quotes".
            [project]
            name = "hello"
            dependencies = [
                "flask >= 3.0",  # the first
                'requests[socks]; python_version < "4"',
            ]
            """#
        let first = try await fixture.build(["pyproject.toml": project])
        #expect(try fixture.installed(first).contains("flask.py"))
        #expect(try fixture.installs() == [#"flask >= 3.0 requests[socks]; python_version < "4""#])
        _ = try await fixture.build(["pyproject.toml": project + "\n[tool.x]\n"], source: "another")
        #expect(try fixture.installs().count == 1)
        #expect(
            try await fixture.base.messages("another").contains(
                "dependencies of pyproject.toml are taken from the cache"
            )
        )
    }

    @Test func `prefers a list with settled versions`() async throws {
        let fixture = try FakePython()
        let project = "[project]\nname = 'x'\ndependencies = ['flask']\n"
        _ = try await fixture.build(["pyproject.toml": project, "requirements.txt": "flask==3.0\n"])
        #expect(try fixture.installs() == ["flask==3.0"])
        _ = try await fixture.build(["pyproject.toml": project, "requirements.txt": "# none\n"], source: "another")
        #expect(try fixture.installs().last == "flask")
    }

    @Test(arguments: [
        ("[project\ndependencies = []\n", "(at line 1, column 9)"),
        ("[project]\ndependencies = 'flask'\n", "'dependencies' of [project] must be a list of texts"),
        ("[project]\ndependencies = [1]\n", "'dependencies' of [project] must be a list of texts"),
    ])
    func `says what is wrong with a project file`(text: String, reason: String) async throws {
        let fixture = try FakePython()
        let error = await #expect(throws: FuncError.self) { try await fixture.build(["pyproject.toml": text]) }
        #expect(error?.code == .buildFailed)
        #expect(error?.message.hasPrefix("'pyproject.toml' cannot be read: ") == true)
        #expect(error?.message.hasSuffix(reason) == true, "\(error?.message ?? "")")
    }

    @Test func `shows what pip says`() async throws {
        let fixture = try FakePython()
        let error = await #expect(throws: FuncError.self) {
            try await fixture.build(["requirements.txt": "no-such-package\n"])
        }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'pip install' ended with status 1")
        #expect(error?.details == ["ERROR: No matching distribution found for no-such-package"])
        #expect(!FileManager.default.fileExists(atPath: fixture.base.folder.path("data/cache/python")))
    }

    @Test func `takes the pip of a virtual environment where Python has none`() async throws {
        let fixture = try FakePython(pip: .inEnvironments)
        let bundle = try await fixture.build(["requirements.txt": "flask\n"])
        #expect(try fixture.installed(bundle).contains("flask.py"))
        let path = try #require(try await fixture.base.messages().first { $0.hasPrefix("PYTHONPATH=") })
        #expect(path.hasSuffix("/environment/lib/python3.11/site-packages"))
    }

    @Test func `says how to install pip where there is none at all`() async throws {
        let fixture = try FakePython(pip: .nowhere)
        _ = try await fixture.build(["requirements.txt": "\n"], source: "bare")
        let error = await #expect(throws: FuncError.self) { try await fixture.build(["requirements.txt": "flask\n"]) }
        #expect(error?.code == .toolchainMissing)
        #expect(error?.message == "pip is not installed, and requirements.txt names packages")
        #expect(error?.hint?.contains("python") == true)
        #expect(error?.details == ["ensurepip is not available"])
    }

    @Test func `files of the user's do not stand in for Python's own`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        try fixture.write("raise SystemExit('taken for the one of Python')\n", to: "queue.py")
        // Nothing to install for this system, so that pip starts and needs no network.
        try fixture.write("flask; python_version < '3'\n", to: "requirements.txt")
        _ = try await fixture.builder.build(fixture.request())
        #expect(try await fixture.messages().contains { $0.hasPrefix("Ignoring flask") })
    }
}

/// A builder whose Python is a script: `pip` writes a few files and notes what it was to install, TOML is read by the
/// real one, and compiling does nothing.
private struct FakePython {
    /// Where this Python has pip.
    enum Pip { case installed, inEnvironments, nowhere }

    let base: BuilderFixture
    private let python: String

    init(pip: Pip = .installed) throws {
        base = try BuilderFixture(executable: "/unused")
        let venv =
            pip == .nowhere
            ? "echo 'ensurepip is not available'; exit 1" : #"mkdir -p "$3/lib/python3.11/site-packages/pip"; exit 0"#
        python = try base.script(
            """
            case "$2" in
                *find_spec*) exit \(pip == .installed ? 0 : 1) ;;
                *tomllib*) exec /usr/bin/python3 "$@" ;;
                venv) \(venv) ;;
            esac
            [ "$3" = install ] || exit 0
            [ -z "$PYTHONPATH" ] || echo "PYTHONPATH=$PYTHONPATH"
            while [ "$1" != --target ]; do shift; done
            tr '\\n' ' ' < "$4" | sed 's/ $//' >> \(base.folder.path("installs"))
            echo >> \(base.folder.path("installs"))
            if grep -q no-such "$4"; then
                echo "ERROR: No matching distribution found for no-such-package" >&2
                exit 1
            fi
            mkdir -p "$2/pkg" && touch "$2/flask.py" "$2/pkg/module.py" && ln -s module.py "$2/pkg/link.py"
            """,
            at: "tools/python3"
        )
    }

    func build(_ files: [String: String], source: String = "hello") async throws -> FuncPlatform.Bundle {
        try base.folder.write("", to: "sources/\(source)/main.py")
        for (name, text) in files { try base.folder.write(text, to: "sources/\(source)/\(name)") }
        let builder = SourceBuilder(configuration: base.configuration, logs: base.logs) { source, target in
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { [python] _ in
            ResolvedToolchain(family: "python", executable: python, version: "3.11.2")
        }
        return try await builder.build(base.request(source, version: source == "hello" ? "v1" : source))
    }

    /// What was installed, one text for each run of pip.
    func installs() throws -> [String] {
        guard FileManager.default.fileExists(atPath: base.folder.path("installs")) else { return [] }
        return try base.folder.read("installs").split(separator: "\n").map(String.init)
    }

    func installed(_ bundle: FuncPlatform.Bundle) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: bundle.folder + "/deps").filter { $0.hasSuffix(".py") }
            .sorted()
    }
}
