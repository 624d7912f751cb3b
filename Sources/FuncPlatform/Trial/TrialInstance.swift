import Foundation
import FuncKit
import Synchronization

/// One instance that is tested.
struct TrialInstance: ContractSubject {
    private static let logWait = Duration.seconds(5)
    private static let exitWait = Duration.seconds(20)
    /// Bytes of an answer that a test may have.
    private static let answerLimit = 32 << 20

    let functionID: String
    let running: RunningInstance
    let logs: LogStore
    let exit: TrialExit
    /// How long an answer may take.
    let deadline: Duration

    var client: RawHTTP {
        switch running.endpoint {
        case .unixSocket(let path): client(of: .unixSocket(path: path))
        case .tcp(_, let port): client(of: .tcp(port: UInt16(port)))
        }
    }

    private func client(of endpoint: RawHTTP.Endpoint) -> RawHTTP {
        RawHTTP(endpoint, deadline: deadline, maxBytes: Self.answerLimit)
    }

    /// The RFC leaves repairs to servers: whoever writes one may make use of that.
    func serves(_ malformedRequest: String) -> Bool { true }

    func signal(_ number: Int32) {
        kill(running.processID, number)
    }

    func exitStatus() async throws -> Int32 {
        let end = ContinuousClock.now + Self.exitWait
        while ContinuousClock.now < end {
            if let status = exit.status { return status }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw RawHTTP.Failure(description: "it still runs after \(Self.exitWait.components.seconds) seconds")
    }

    /// How it ended, where it did.
    var ending: String? {
        exit.status.map { $0 < 0 ? "the function was ended by signal \(-$0)" : "the function ended with status \($0)" }
    }

    /// The last lines that it wrote before its end.
    var lastLines: [String] { exit.lastLines }

    /// The expected lines that were not logged, though time was given to write them.
    func missing(
        _ lines: [CaseExpectation.Line],
        since begun: Date
    ) async throws -> [TestReport.Failure] {
        guard !lines.isEmpty else { return [] }
        let end = ContinuousClock.now + Self.logWait
        while true {
            let logged = try await logs.read(.function(id: functionID), query: LogQuery(since: begun))
            let missing = lines.filter { line in
                !logged.contains { line.matches(level: $0.level, message: $0.message) }
            }
            guard !missing.isEmpty, ContinuousClock.now < end, exit.status == nil else {
                return missing.map { line in
                    let seen = logged.suffix(5).map { "'\($0.message.prefix(200))'" }.joined(separator: ", ")
                    let rest = logged.isEmpty ? "nothing was logged" : "the last lines are \(seen)"
                    return TestReport.Failure("no log line holds \(line.shown); \(rest)")
                }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// How an instance ended, once it has.
final class TrialExit: Sendable {
    private let state = Mutex<InstanceExit?>(nil)

    func set(_ exit: InstanceExit) {
        state.withLock { $0 = exit }
    }

    /// Exit status, or the signal's number below zero.
    var status: Int32? {
        state.withLock { $0.map { exit in exit.status ?? -(exit.signal ?? 0) } }
    }

    /// The last lines that it wrote.
    var lastLines: [String] { state.withLock { $0?.lastLines ?? [] } }
}
