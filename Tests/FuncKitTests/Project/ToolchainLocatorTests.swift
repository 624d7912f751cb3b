import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct ToolchainLocatorTests {
    private func name(_ text: String) throws -> RuntimeName {
        try #require(RuntimeCatalog.normalise(text))
    }

    @Test func prefersTheProgramOfTheExactVersion() async throws {
        let machine = try ToolchainMachine()
        try machine.install("python3", prints: "Python 3.11.2")
        let exact = try machine.install("python3.9", prints: "Python 3.9.18")
        let found = try await machine.locator().locate(try name("python3.9"), strict: true)
        #expect(found.executable == exact)
        #expect(found.version == "3.9.18")
        #expect(found.warning == nil)
        #expect(found.family == .python)
    }

    @Test func takesAGenericProgramOfTheRightVersion() async throws {
        let machine = try ToolchainMachine()
        try machine.install("python3", in: "shims", prints: "Python 3.12.1")
        let second = try machine.install("python3", prints: "Python 3.11.2\n")
        let found = try await machine.locator().locate(try name("python3.11"))
        #expect(found.executable == second)
        #expect(found.warning == nil)
    }

    @Test func aProgramThatDoesNotRunIsAbsent() async throws {
        let machine = try ToolchainMachine()
        try machine.install("python3.11", in: "shims", prints: nil, script: "#!/bin/sh\nexit 127\n")
        try machine.install("python3", in: "shims", prints: "pyenv: not installed")
        let real = try machine.install("python3.11", prints: "Python 3.11.2")
        #expect(try await machine.locator().locate(try name("python3.11")).executable == real)
        #expect(try await machine.locator().locate(try name("python")).executable == real)
    }

    @Test func looksBehindAShim() async throws {
        let machine = try ToolchainMachine()
        let shim = try machine.install("python3", in: "shims", prints: "Python 3.11.2", script: "#!/bin/sh\n")
        let real = try machine.install("real-python", prints: nil)
        machine.outputs.withLock { $0[shim + "?"] = real + "\n" }
        #expect(try await machine.locator().locate(try name("python")).executable == real)
        machine.outputs.withLock { $0[shim + "?"] = "nonsense" }
        #expect(try await machine.locator().locate(try name("python")).executable == shim)
    }

    @Test func usesTheNearestNewerOneWithAWarning() async throws {
        let machine = try ToolchainMachine()
        try machine.install("python3", prints: "Python 3.13.0")
        let nearest = try machine.install("python3.11", prints: "Python 3.11.2")
        try machine.install("python3.8", prints: "Python 3.8.1")
        let found = try await machine.locator().locate(try name("python3.9"))
        #expect(found.version == "3.11.2")
        #expect(found.warning == "Python 3.9 is not installed: using 3.11.2 from '\(nearest)'")
    }

    @Test func strictRefusesAnotherVersion() async throws {
        let machine = try ToolchainMachine()
        let path = try machine.install("node", prints: "v20.1.0")
        let error = try await #require(throws: FuncError.self) {
            try await machine.locator().locate(try name("nodejs18"), strict: true)
        }
        #expect(error.code == .toolchainMissing)
        #expect(error.message == "Node.js 18 is not installed; found 20.1.0 in '\(path)'")
        #expect(error.hint?.contains("node") == true)
        #expect(try await machine.locator().locate(try name("nodejs18")).version == "20.1.0")
        #expect(try await machine.locator().locate(try name("nodejs20"), strict: true).warning == nil)
    }

    @Test(arguments: [("python3.12", "python3", "Python 3.11.2"), ("nodejs22", "node", "v20.1.0")])
    func neverGoesBack(runtime: String, program: String, output: String) async throws {
        let machine = try ToolchainMachine()
        try machine.install(program, prints: output)
        let error = try await #require(throws: FuncError.self) { try await machine.locator().locate(try name(runtime)) }
        #expect(error.code == .toolchainMissing)
    }

    @Test func anyVersionMeansOneThatIsKnown() async throws {
        let machine = try ToolchainMachine()
        try machine.install("python", prints: "Python 2.7.18")
        await #expect(throws: FuncError.self) { try await machine.locator().locate(try name("python")) }
        let good = try machine.install("python3.9", prints: "Python 3.9.1")
        #expect(try await machine.locator().locate(try name("python")).executable == good)
    }

    @Test func saysHowToInstallWhatIsMissing() async throws {
        let machine = try ToolchainMachine()
        for entry in RuntimeCatalog.entries {
            let error = try await #require(throws: FuncError.self) {
                try await machine.locator().locate(RuntimeName(family: entry.family))
            }
            #expect(error.code == .toolchainMissing)
            #expect(error.hint == entry.install.map { "install it: \($0.here)" })
        }
    }

    @Test func listsAllVersionsSideBySide() async throws {
        let machine = try ToolchainMachine()
        let generic = try machine.install("python3", prints: "Python 3.11.2")
        let shim = try machine.install("python3.9", in: "shims", prints: "Python 3.9.1")
        try machine.install("python", prints: "Python 2.7.18")
        try machine.install("python3.13", prints: nil)
        let link = machine.folder.path("bin/python3.11")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: generic)
        machine.outputs.withLock { $0[link] = "Python 3.11.2" }
        let found = try await machine.locator().all(.python)
        #expect(found.map(\.executable) == [generic, shim])
        #expect(found.map(\.version) == ["3.11.2", "3.9.1"])
        #expect(try await machine.locator().all(.custom).isEmpty)
        #expect(try await machine.locator().all(.go).isEmpty)
    }

    @Test func warnsOfAnotherVersionAndOfTheEndOfLife() throws {
        let day = try #require(WireDate.parse("2026-01-01T00:00:00Z"))
        var python = Toolchain(family: .python, executable: "/p", version: "3.11.2", warning: "another one")
        #expect(python.line == "3.11")
        #expect(
            python.warnings(for: try name("python3.9"), on: day)
                == ["another one", "Python 3.9 reached its end of life on 2025-10-31"]
        )
        #expect(python.warnings(for: try name("python"), on: day) == ["another one"])
        python.warning = nil
        #expect(python.warnings(for: try name("python3.11"), on: day).isEmpty)
        let node = Toolchain(family: .nodejs, executable: "/n", version: "18.1.0")
        #expect(node.warnings(for: try name("node"), on: day) == ["Node.js 18 reached its end of life on 2025-04-30"])
        #expect(Toolchain(family: .rust, executable: "/r", version: "1.63.0").line == nil)
    }

    @Test func runsProgramsItself() async throws {
        let folder = try TemporaryFolder("toolchain")
        for (name, script) in [("node", "echo v20.1.0"), ("ruby", "sleep 60"), ("php", "echo PHP 8.2.1; exit 1")] {
            let path = try folder.write("#!/bin/sh\n\(script)\n", to: name)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let locator = ToolchainLocator(
            environment: ["PATH": "\(folder.path):/nowhere"],
            deadline: .milliseconds(300)
        )
        #expect(try await locator.all(.nodejs).map(\.version) == ["20.1.0"])
        #expect(try await locator.all(.ruby).isEmpty)
        #expect(try await locator.all(.php).isEmpty)
    }

    @Test func asksEachProgramOnce() async throws {
        let machine = try ToolchainMachine()
        let path = try machine.install("node", prints: "v20.1.0")
        let locator = machine.locator()
        for _ in 0..<3 { _ = try await locator.locate(try name("nodejs20")) }
        #expect(machine.runs.withLock { $0 } == [path])
    }

    @Test func noticesThatAProgramIsGone() async throws {
        let machine = try ToolchainMachine()
        let path = try machine.install("node", prints: "v20.1.0")
        let locator = machine.locator()
        _ = try await locator.locate(try name("nodejs"))
        try FileManager.default.removeItem(atPath: path)
        await #expect(throws: FuncError.self) { try await locator.locate(try name("nodejs")) }
    }

    @Test func aFolderOrAPlainFileIsNoProgram() async throws {
        let machine = try ToolchainMachine()
        try machine.folder.write("", to: "shims/node/x")
        try machine.folder.write("", to: "bin/node")
        await #expect(throws: FuncError.self) { try await machine.locator().locate(try name("nodejs")) }
        #expect(machine.runs.withLock { $0 }.isEmpty)
    }

    @Test func cancellationIsNotMistakenForAbsence() async throws {
        let machine = try ToolchainMachine()
        let path = try machine.install("node", prints: "v20.1.0")
        let locator = ToolchainLocator(searchPath: [URL(fileURLWithPath: path).deletingLastPathComponent().path]) {
            _,
            _ in
            throw CancellationError()
        }
        await #expect(throws: CancellationError.self) { try await locator.locate(try name("nodejs")) }
    }
}
