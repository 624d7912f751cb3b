import Foundation
import FuncKit
import Synchronization
import TestSupport

@testable import FuncPlatform

/// A time that a test sets.
final class TestTime: Sendable {
    private let seconds: Mutex<Double>

    /// Starts at a full quarter of an hour.
    init(_ seconds: Double = 1_772_366_400) {
        self.seconds = Mutex(seconds)
    }

    var now: Date { Date(timeIntervalSince1970: seconds.withLock { $0 }) }

    func advance(by more: Double) {
        seconds.withLock { $0 += more }
    }
}

/// Requests as the gateway tells of them.
struct TestRequests {
    let hub: MetricsHub
    let time: TestTime
    var functionID = "f"
    var versionID = "v"

    func begin() {
        hub.change(RequestLoad(functionID: functionID, versionID: versionID, versionNumber: 1, change: 1))
    }

    func end(
        status: Int = 200,
        milliseconds: Double = 10,
        coldStart: Bool = false,
        outcome: RequestOutcome = .answered
    ) {
        hub.finish(
            RequestRecord(
                requestID: "r",
                functionID: functionID,
                versionID: versionID,
                versionNumber: 1,
                method: "GET",
                path: "/",
                status: status,
                startedAt: time.now,
                durationMilliseconds: milliseconds,
                coldStart: coldStart,
                outcome: outcome
            )
        )
    }

    /// A request that takes no time.
    func send(
        status: Int = 200,
        milliseconds: Double = 10,
        coldStart: Bool = false,
        outcome: RequestOutcome = .answered
    ) {
        begin()
        end(status: status, milliseconds: milliseconds, coldStart: coldStart, outcome: outcome)
    }
}

extension MetricsHub {
    /// All that waits, joined.
    var sum: MetricsBucket {
        drain().reduce(into: MetricsBucket()) { $0.add($1.bucket) }
    }
}
