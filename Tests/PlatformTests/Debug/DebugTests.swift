import Foundation
import FuncKit
import TestSupport
import Testing

/// Functions under their language's debugger, as a person would run them.
@Suite(.tags(.platform)) struct DebugTests {
    /// Longer than the time-out of the functions below.
    private static let pause = "2.5"

    private static func client(_ name: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return file.appendingPathComponent("Fixtures/debug/\(name)").path
    }

    /// Serves a platform on which the function `hello` is debugged, and deploys the project to it.
    private func serving(
        _ fixture: CommandLineFixture,
        _ folder: String,
        environment: [String: String] = [:],
        flags: [String] = []
    ) async throws -> (url: String, port: Int, platform: StartedProgram) {
        try Data("\ntimeout: 1\n".utf8).append(to: folder + "/function.yaml")
        let base = 25_400 + Int.random(in: 0..<500)
        let arguments = ["platform", "serve", "--debug", "--debug-function", "hello", "--debug-port", String(base)]
        let platform = try await fixture.start(
            program: CommandLineFixture.program,
            arguments + flags,
            environment: environment
        )
        try await eventually("the platform serves") {
            try await fixture.run("platform", "status", "-o", "json").json()["state"] as? String == "running"
        }
        let deployed = try await fixture.deploy(folder)
        try #require(deployed.run.status == 0, "\(deployed.run.error) \(platform.standardError)")
        let url = try #require(deployed.json["url"] as? String)
        let port = try await eventually("the debugger's port is said") {
            platform.standardError.firstMatch(of: /(listens|editor) on 127\.0\.0\.1:(?<port>\d+)/).flatMap {
                Int($0.port)
            }
        }
        return (url, port, platform)
    }

    /// Has the debugger stop at a line of a request for longer than the function's time-out, and lets it go on.
    private func stopAndGoOn(
        _ fixture: CommandLineFixture,
        at url: String,
        _ debugger: StartedProgram,
        expecting place: String
    ) async throws {
        try await eventually("the breakpoint is set: \(debugger.standardError)") {
            debugger.standardOutput.contains("ready\n") || debugger.standardError.contains("rror")
        }
        try #require(debugger.standardOutput.contains("ready\n"), "\(debugger.standardError)")
        let answer = try await fixture.get(url)
        #expect(answer.status == 200, "\(answer.body)")
        let run = try await debugger.end()
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output == "ready\nstopped \(place)\ndone\n")
    }

    private func sources(_ platform: StartedProgram, _ key: String) throws -> String {
        let pattern = try Regex("\"\(key)\": \"([^\"]+)\"", as: (Substring, Substring).self)
        return try #require(platform.standardError.firstMatch(of: pattern).map { String($0.1) })
    }

    @Test func `Node.js stops at a breakpoint, also after a reload, and its request has no time-out`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            try Data("export const handler = () => {\n  return 'one';\n};\n".utf8).write(to: folder + "/index.js")
            let (url, port, platform) = try await serving(fixture, folder, flags: ["--write-vscode"])
            let file = try sources(platform, "remoteRoot") + "/index.js"
            let written = try String(contentsOfFile: fixture.workFolder + "/.vscode/launch.json", encoding: .utf8)
            #expect(written.contains("\"port\": \(port)"))
            let script = try Self.client("inspector.mjs")
            for text in ["one", "two"] {
                try fixture.edit(folder + "/index.js", "one", text)
                #expect(try await fixture.deploy(folder).run.status == 0)
                let debugger = try await fixture.start(
                    program: "/usr/bin/env",
                    ["node", script, String(port), file, "2", Self.pause]
                )
                try await stopAndGoOn(fixture, at: url, debugger, expecting: "\(file):2")
                #expect(try await fixture.get(url).body == text)
            }
            #expect(platform.standardError.components(separatedBy: "listens on").count == 2, "said once")
        }
    }

    @Test func `functions that are not debugged keep their time-outs`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            _ = try await serving(fixture, folder)
            let other = try await fixture.project("other", "nodejs")
            let text = "export const handler = () => new Promise((done) => setTimeout(done, 60000));\n"
            try Data(text.utf8).write(to: other + "/index.js")
            try Data("\ntimeout: 1\n".utf8).append(to: other + "/function.yaml")
            let url = try #require(try await fixture.deploy(other).json["url"] as? String)
            #expect(try await fixture.get(url).status == 504)
        }
    }

    @Test(.enabled(if: PythonWithDebugger.path != nil, "needs a Python with debugpy"))
    func `Python stops at a breakpoint for longer than the time-out`() async throws {
        let python = try #require(PythonWithDebugger.path)
        let path = URL(fileURLWithPath: python).deletingLastPathComponent().path + ":" + TestToolchains.searchPath
        try await CommandLineFixture.with(environment: ["PATH": path]) { fixture in
            let folder = try await fixture.pythonProject("hello", "def handler(event, context):\n    return 'one'\n")
            let (url, port, platform) = try await serving(fixture, folder)
            let remote = try sources(platform, "remoteRoot")
            let attach = """
                {"connect": {"host": "127.0.0.1", "port": \(port)},
                 "pathMappings": [{"localRoot": "\(folder)", "remoteRoot": "\(remote)"}]}
                """
            let file = folder + "/main.py"
            let debugger = try await fixture.start(
                program: python,
                [try Self.client("dap.py"), String(port), file, "2", Self.pause, attach]
            )
            try await stopAndGoOn(fixture, at: url, debugger, expecting: "\(file):2")
        }
    }

    @Test func `a debugger that is not installed is named, and the function serves with its time-outs`() async throws {
        try await CommandLineFixture.with { fixture in
            let text = "import time\ndef handler(event, context):\n    time.sleep(60)\n"
            let folder = try await fixture.pythonProject("hello", text)
            try Data("raise ImportError\n".utf8).write(to: folder + "/debugpy.py")
            try Data("\ntimeout: 1\n".utf8).append(to: folder + "/function.yaml")
            let platform = try await fixture.start("platform", "serve", "--debug")
            try await eventually("the platform serves") {
                try await fixture.run("platform", "status", "-o", "json").json()["state"] as? String == "running"
            }
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            #expect(
                platform.standardError.contains("'hello' runs without a debugger: the package debugpy is not installed")
            )
            #expect(platform.standardError.contains("-m pip install debugpy"))
            #expect(try await fixture.get(url).status == 504)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dlv"), "needs Delve"))
    func `Go stops at a breakpoint in the project's own file`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "go")
            let (url, port, platform) = try await serving(fixture, folder)
            let module = try sources(platform, "to")
            let text = try String(contentsOfFile: folder + "/handler.go", encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = 2 + (lines.firstIndex { $0.hasPrefix("func Handler(") } ?? 0)
            let attach = """
                {"mode": "remote", "substitutePath": [{"from": "\(folder)", "to": "\(module)"}]}
                """
            let file = folder + "/handler.go"
            let debugger = try await fixture.start(
                program: "/usr/bin/python3",
                [try Self.client("dap.py"), String(port), file, String(line), Self.pause, attach]
            )
            try await stopAndGoOn(fixture, at: url, debugger, expecting: "\(file):\(line)")
        }
    }

    @Test(.enabled(if: PHPWithDebugger.isThere, "needs PHP with Xdebug"))
    func `PHP connects to an editor that listens, and stops for longer than the time-out`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "php")
            let text = "<?php\nfunction handler(array $event, array $context)\n{\n    return 'one';\n}\n"
            try Data(text.utf8).write(to: folder + "/index.php")
            let (url, port, platform) = try await serving(fixture, folder)
            #expect(try await fixture.get(url).body == "one", "without an editor")
            let file =
                try #require(
                    platform.standardError.firstMatch(of: /"(?<path>\/[^"]+)": "\$\{workspaceFolder\}"/).map {
                        String($0.path)
                    }
                ) + "/index.php"
            let editor = try await fixture.start(
                program: "/usr/bin/python3",
                [try Self.client("dbgp.py"), String(port), file, "4", Self.pause]
            )
            try await stopAndGoOn(fixture, at: url, editor, expecting: "\(file):4")
        }
    }

    @Test func `Java answers the handshake of its debuggers`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "java")
            let (url, port, _) = try await serving(fixture, folder)
            #expect(try await fixture.get(url).status == 200)
            let transcript = try await RawHTTP(.tcp(port: UInt16(port))).run([
                .send("JDWP-Handshake"), .awaitText("JDWP-Handshake"),
            ])
            #expect(transcript.text == "JDWP-Handshake")
        }
    }

    @Test func `a port in use is left to its owner, and nothing stays behind`() async throws {
        let taken = try ListeningSocket()
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            let platform = try await fixture.start("platform", "serve", "--debug", "--debug-port", String(taken.port))
            try await eventually("the platform serves") {
                try await fixture.run("platform", "status", "-o", "json").json()["state"] as? String == "running"
            }
            #expect(try await fixture.deploy(folder).run.status == 0)
            #expect(platform.standardError.contains("port \(taken.port) is in use"))
            platform.signal(SIGTERM)
            #expect(try await platform.end().status == 0)
            #expect(fixture.leftovers().isEmpty)
        }
    }
}

/// Whether the PHP on the search path has Xdebug.
private enum PHPWithDebugger {
    static let isThere = succeeds("/usr/bin/env", ["php", "-r", "exit(extension_loaded('xdebug') ? 0 : 1);"])
}

private func succeeds(_ program: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}

/// A Python that has debugpy, where there is one: `$HKS_TEST_DEBUGPY`, else the one on the search path.
private enum PythonWithDebugger {
    static let path: String? = {
        let named = ProcessInfo.processInfo.environment["HKS_TEST_DEBUGPY"]
        return [named, "/usr/bin/python3"].compactMap(\.self).first { succeeds($0, ["-c", "import debugpy"]) }
    }()
}

extension Data {
    fileprivate func write(to path: String) throws {
        try write(to: URL(fileURLWithPath: path))
    }

    fileprivate func append(to path: String) throws {
        try ((FileManager.default.contents(atPath: path) ?? Data()) + self).write(to: path)
    }
}
