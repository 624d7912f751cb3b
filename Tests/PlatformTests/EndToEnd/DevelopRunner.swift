import Foundation
import TestSupport

/// `hks-func develop` as it runs, read by the lines of `-o jsonl`.
struct DevelopRunner {
    let fixture: CommandLineFixture
    let program: StartedProgram

    /// Starts it in `folder`.
    static func start(_ fixture: CommandLineFixture, _ arguments: [String] = [], in folder: String) async throws
        -> DevelopRunner
    {
        let all = ["develop", "-o", "jsonl"] + arguments
        return DevelopRunner(
            fixture: fixture,
            program: try await fixture.start(program: CommandLineFixture.program, all, in: folder)
        )
    }

    /// What happened so far.
    var events: [[String: Any]] {
        program.standardOutput.split(separator: "\n").compactMap { line in
            try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
    }

    /// Events of a kind, of one function.
    func events(_ kind: String, _ function: String? = nil) -> [[String: Any]] {
        events.filter { event in
            event["event"] as? String == kind && (function == nil || event["function"] as? String == function)
        }
    }

    /// Waits for the state that a function is in.
    func wait(_ function: String, is state: String, version: Int? = nil) async throws {
        try await eventually("\(function) is \(state): \(program.standardOutput)\(program.standardError)") {
            guard let last = events("state", function).last, last["state"] as? String == state else { return false }
            return version == nil || last["version"] as? Int == version
        }
    }

    /// Base address of a function, by path.
    func url(_ function: String) async throws -> String {
        let gateway = try await eventually("the gateway") { events("started").first?["url"] as? String }
        return "\(gateway)/fn/default/\(function)"
    }

    /// Ends it, and counts what is left.
    func interrupt(_ signal: Int32 = SIGINT) async throws -> ProgramRun {
        program.signal(signal)
        return try await program.end()
    }
}
