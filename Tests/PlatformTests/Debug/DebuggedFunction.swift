import Foundation
import FuncKit
import TestSupport
import Testing

/// The function `hello` under a debugger, in a `develop` of its own.
struct DebuggedFunction {
    let fixture: CommandLineFixture
    /// Folder of its project.
    let folder: String
    let develop: DevelopRunner
    let url: String

    /// Starts it, with a time-out that a debugger stops it for longer than, and others without a debugger.
    init(_ fixture: CommandLineFixture, _ folder: String, beside others: [String] = [], timeout: Int = 1) async throws {
        self.fixture = fixture
        self.folder = folder
        try fixture.write("\ntimeout: \(timeout)\n", behind: folder + "/function.yaml")
        let port = String(25_400 + Int.random(in: 0..<500))
        let debug = ["--debug", "--debug-function", "hello", "--debug-port", port, "--write-vscode"]
        develop = try await DevelopRunner.start(fixture, [folder] + others + debug, in: fixture.workFolder)
        // Crates are compiled on the way.
        let state = try await eventually("a first version", within: .seconds(240)) { [develop] in
            develop.events("state", "hello").last.flatMap { $0["state"] as? String }.flatMap {
                ["ready", "failed"].contains($0) ? $0 : nil
            }
        }
        try #require(state == "ready", "\(develop.program.standardOutput)")
        for other in others { try await develop.wait(URL(fileURLWithPath: other).lastPathComponent, is: "ready") }
        url = try await develop.url("hello")
    }

    /// Starts a debugger, which is an interpreter and a file of Fixtures/debug, with the entry as the editor would
    /// understand it, and waits until its breakpoint is set.
    func attach(_ client: [String], _ arguments: [String]) async throws -> StartedProgram {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = folder.appendingPathComponent("Fixtures/debug/" + (client.last ?? "")).path
        let entry = try entry()
        let process = try entry.contains("${command:pick") ? [processID()] : []
        let words = client.dropLast() + [script, entry] + arguments + process
        let debugger = try await fixture.start(program: "/usr/bin/env", Array(words))
        try await eventually("the breakpoint is set: \(debugger.standardError)") {
            debugger.standardOutput.contains("ready\n") || !debugger.standardError.isEmpty
        }
        try #require(debugger.standardOutput.contains("ready\n"), "\(debugger.standardError)")
        return debugger
    }

    /// A request to a Node.js function that stands at line 2.
    func stop(_ number: Int) async throws -> Standstill {
        let go = fixture.folder.path("go-\(number)")
        let debugger = try await attach(["node", "inspector.mjs"], [folder + "/index.js", "2", go])
        let client = try await fixture.start(program: "/usr/bin/curl", ["-sS", "-w", "\n%{http_code}", url])
        try await eventually("it stops") { debugger.standardOutput.contains("stopped \(folder)/index.js:2\n") }
        return Standstill(client: client, debugger: debugger, go: go)
    }

    /// The only entry of the written file, with the editor's variable replaced.
    private func entry() throws -> String {
        let file = try Data(contentsOf: URL(fileURLWithPath: fixture.workFolder + "/.vscode/launch.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
        let entries = try #require(root["configurations"] as? [[String: Any]])
        let entry = try #require(entries.first { $0["name"] as? String == "hks-func: hello" && entries.count == 1 })
        let text = String(decoding: try JSONSerialization.data(withJSONObject: entry), as: UTF8.self)
        return text.replacingOccurrences(of: "\\/", with: "/")
            .replacingOccurrences(of: "${workspaceFolder}", with: fixture.workFolder)
    }

    /// The process that people were told to attach to last.
    private func processID() throws -> String {
        let notes = develop.events("notice", "hello").compactMap { $0["message"] as? String }
        return try #require(notes.compactMap { $0.firstMatch(of: /is process (?<id>\d+),/).map { String($0.id) } }.last)
    }
}

/// A request that a debugger has stopped.
struct Standstill {
    let client: StartedProgram
    let debugger: StartedProgram
    let go: String

    /// Lets it go on; returns what is answered.
    func goOn() async throws -> (Int, String) {
        try Data().write(to: URL(fileURLWithPath: go))
        let run = try await client.end()
        let debugging = try await debugger.end()
        #expect(debugging.status == 0, "\(debugging.error)")
        #expect(debugging.output.hasSuffix("done\n"))
        let parts = run.output.components(separatedBy: "\n")
        return (Int(parts.last ?? "") ?? 0, parts.dropLast().joined(separator: "\n"))
    }
}

/// What there is on this machine.
enum Debuggers {
    /// A Python that has debugpy: `$HKS_TEST_DEBUGPY`, else the one on the search path.
    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["HKS_TEST_DEBUGPY"]
        return [named, "/usr/bin/python3"].compactMap(\.self).first { succeeds($0, ["-c", "import debugpy"]) }
    }()

    /// Whether the PHP on the search path has Xdebug.
    static let hasPHP = succeeds("/usr/bin/env", ["php", "-r", "exit(extension_loaded('xdebug') ? 0 : 1);"])

    /// Whether the Ruby on the search path has the gem.
    static let hasRuby = succeeds("/usr/bin/env", ["ruby", "-e", "Gem::Specification.find_by_name('debug')"])

    /// Whether GDB can attach to a process that is not its child; containers and hardened systems forbid it.
    static let hasGDB = succeeds(
        "/bin/sh",
        ["-c", "sleep 60 & gdb -batch -nx -p $! 2>&1 | grep -q 'process .* detached'; found=$?; kill $!; exit $found"]
    )

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

extension CommandLineFixture {
    /// A platform in the foreground, once it serves.
    func serve(_ flags: String...) async throws -> StartedProgram {
        let platform = try await start(program: Self.program, ["platform", "serve"] + flags)
        try await eventually("the platform serves") {
            try await run("platform", "status", "-o", "json").json()["state"] as? String == "running"
        }
        return platform
    }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    func write(_ text: String, behind path: String) throws {
        try write(try String(contentsOfFile: path, encoding: .utf8) + text, to: path)
    }

    /// The number of the first line with this text.
    func line(of text: String, in path: String) throws -> Int {
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        return try #require(lines.firstIndex { $0.contains(text) }) + 1
    }
}
