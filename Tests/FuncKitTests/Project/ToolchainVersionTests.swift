import Foundation
import FuncKit
import Testing

/// Several versions of a language side by side, and what their programs print.
@Suite struct ToolchainVersionTests {
    private func name(_ text: String) throws -> RuntimeName {
        try #require(RuntimeCatalog.normalise(text))
    }

    /// Names of programs as distributions give them, and what these print.
    @Test(arguments: [
        ("python3.9", "python3.9", "Python 3.9.18", "3.9.18"),
        ("python3.11", "python3.11", "Python 3.11.2", "3.11.2"),
        ("python3.13", "python3", "Python 3.13.0rc2", "3.13.0"),
        ("nodejs18", "nodejs", "v18.19.0", "18.19.0"),
        ("nodejs20", "node-20", "v20.12.2", "20.12.2"),
        ("go1.19", "go", "go version go1.19.8 linux/amd64", "1.19.8"),
        ("go1.21", "go", "go version go1.21.0 darwin/arm64", "1.21.0"),
        ("java8", "javac", "javac 1.8.0_392", "8.0"),
        ("java11", "javac", "javac 11.0.21", "11.0.21"),
        ("java17", "javac", "Picked up JAVA_TOOL_OPTIONS: -Xmx512m\njavac 17.0.8", "17.0.8"),
        ("java21", "javac", "javac 21", "21"),
        ("ruby3.1", "ruby3.1", "ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux-gnu]", "3.1.2"),
        ("ruby3.2", "ruby", "ruby 3.2.3 (2024-01-18 revision 52bb2ac0a6) [x86_64-linux]", "3.2.3"),
        (
            "php8.2", "php8.2",
            "PHP Warning:  Module \"curl\" is already loaded in Unknown on line 0\nPHP 8.2.7 (cli) (built: Jun  9 2023)",
            "8.2.7"
        ),
        ("php8.1", "php", "PHP 8.1.2-1ubuntu2.14 (cli)\nZend Engine v4.1.2", "8.1.2"),
        ("dotnet8", "dotnet", "8.0.204", "8.0.204"),
    ])
    func `understands what a program prints`(runtime: String, program: String, output: String, version: String)
        async throws
    {
        let machine = try ToolchainMachine()
        let path = try machine.install(program, prints: output)
        let found = try await machine.locator().locate(try name(runtime), strict: true)
        #expect(found.executable == path)
        #expect(found.version.hasPrefix(version))
        #expect(found.warning == nil)
        let family = try name(runtime).family
        #expect(try await machine.locator().locate(RuntimeName(family: family)).executable == path)
    }

    @Test(arguments: [true, false])
    func `of several versions each runtime gets its own`(strict: Bool) async throws {
        let machine = try ToolchainMachine()
        let programs = [
            "python3": "Python 3.12.1", "python3.9": "Python 3.9.18", "python3.11": "Python 3.11.2",
            "ruby": "ruby 3.1.2p20", "ruby3.2": "ruby 3.2.3", "php": "PHP 8.2.7 (cli)", "php8.1": "PHP 8.1.2 (cli)",
            "node": "v20.1.0", "node-18": "v18.2.0",
        ]
        for (program, output) in programs { try machine.install(program, prints: output) }
        let locator = machine.locator()
        for (runtime, program) in [
            "python3.9": "python3.9", "python3.11": "python3.11", "python3.12": "python3", "python": "python3",
            "ruby3.1": "ruby", "ruby3.2": "ruby3.2", "php8.1": "php8.1", "php8.2": "php", "nodejs18": "node-18",
            "nodejs20": "node",
        ] {
            let found = try await locator.locate(try name(runtime), strict: strict)
            #expect(found.executable == machine.folder.path("bin/" + program), "\(runtime)")
            #expect(found.warning == nil)
        }
    }

    @Test func `strict names what there is instead`() async throws {
        let machine = try ToolchainMachine()
        let old = try machine.install("python3.9", prints: "Python 3.9.18")
        let new = try machine.install("python3.11", prints: "Python 3.11.2")
        let locator = machine.locator()
        let error = try await #require(throws: FuncError.self) {
            try await locator.locate(try name("python3.10"), strict: true)
        }
        #expect(error.code == .toolchainMissing)
        #expect(error.message == "Python 3.10 is not installed; found 3.11.2 in '\(new)', 3.9.18 in '\(old)'")
        let nearest = try await locator.locate(try name("python3.10"))
        #expect(nearest.executable == new)
        #expect(nearest.warning == "Python 3.10 is not installed: using 3.11.2 from '\(new)'")
    }

    @Test func `Java 8 is older than the others`() async throws {
        let machine = try ToolchainMachine()
        try machine.install("javac", in: "shims", prints: "javac 1.8.0_392")
        let newer = try machine.install("javac", prints: "javac 17.0.8")
        let locator = machine.locator()
        #expect(try await locator.locate(try name("java11")).executable == newer)
        #expect(try await locator.locate(try name("java8"), strict: true).version == "8.0")
        await #expect(throws: FuncError.self) { try await locator.locate(try name("java21")) }
    }

    /// `pyenv` puts a script for every version before the system's programs; only those chosen by `pyenv global` work.
    @Test func `a version that pyenv has but did not choose is looked for elsewhere`() async throws {
        let machine = try ToolchainMachine()
        let shim = "#!/usr/bin/env bash\nexec pyenv exec\n"
        for program in ["python3.9", "python3.11"] {
            try machine.install(program, in: "shims", prints: nil, script: shim)
        }
        let chosen = try machine.install("python3", in: "shims", prints: "Python 3.11.7", script: shim)
        let real = try machine.install("versions-3.11.7", prints: nil)
        machine.outputs.withLock { $0[chosen + "?"] = real + "\n" }
        let old = try machine.install("python3.9", prints: "Python 3.9.2")
        let locator = machine.locator()
        #expect(try await locator.locate(try name("python3.11"), strict: true).executable == real)
        #expect(try await locator.locate(try name("python3.9"), strict: true).executable == old)
    }

    /// Those of Volta and mise are links to one program for all languages.
    @Test func `looks behind a shim that is a link`() async throws {
        let machine = try ToolchainMachine()
        try machine.install("volta-shim", in: "volta", prints: nil)
        let shim = try machine.link("node", in: "shims", to: "../volta/volta-shim", prints: "v18.19.0")
        let real = try machine.install("node", in: "images/18", prints: nil)
        machine.outputs.withLock { $0[shim + "?"] = real + "\n" }
        #expect(try await machine.locator().locate(try name("nodejs18"), strict: true).executable == real)
    }

    @Test func `two names of one program are one, two versions behind one shim are two`() async throws {
        let machine = try ToolchainMachine()
        let real = try machine.install("python3.11", prints: "Python 3.11.2")
        try machine.link("python3", in: "shims", to: "../bin/python3.11", prints: "Python 3.11.2")
        let error = try await #require(throws: FuncError.self) {
            try await machine.locator().locate(try name("python3.12"))
        }
        let first = machine.folder.path("shims/python3")
        #expect(error.message == "Python 3.12 is not installed; found 3.11.2 in '\(first)'")

        let other = try ToolchainMachine()
        try other.install("mise", prints: nil)
        try other.link("python3.9", in: "shims", to: "../bin/mise", prints: "Python 3.9.18")
        try other.link("python3.11", in: "shims", to: "../bin/mise", prints: "Python 3.11.2")
        #expect(try await other.locator().locate(try name("python3.10")).version == "3.11.2")
        #expect(try await machine.locator().locate(try name("python3.11")).executable == real)
    }
}
