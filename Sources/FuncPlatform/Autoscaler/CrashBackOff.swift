/// How long to wait before the next start of a version whose instances fail: 1 s, doubled each time, 60 s at most.
struct CrashBackOff: Sendable, Hashable {
    /// Failures in a row.
    private(set) var failures = 0

    /// An instance that was ready for so long had nothing to do with earlier failures.
    static let stableAfter = Duration.seconds(10)

    /// An instance did not become ready.
    mutating func recordFailedStart() {
        failures += 1
    }

    /// A ready instance ended by itself.
    mutating func recordCrash(afterReadyFor time: Duration) {
        failures = time >= Self.stableAfter ? 1 : failures + 1
    }

    /// An instance has proved itself.
    mutating func recordStable() {
        failures = 0
    }

    /// Wait before the next start. The first instance lost after a calm time is replaced at once: the requests it took
    /// with it are lost already, the next ones need not be.
    func delay(afterCrash: Bool) -> Duration {
        let doublings = failures - (afterCrash ? 2 : 1)
        guard doublings >= 0 else { return .zero }
        return .seconds(min(60, 1 << min(doublings, 6)))
    }
}
