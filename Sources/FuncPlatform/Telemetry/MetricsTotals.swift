/// What a version's requests add up to since the platform started: the counters of the Prometheus exposition.
struct MetricsTotals: Sendable, Hashable {
    /// Upper bounds of the duration buckets, in seconds.
    static let bounds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Classes of answers, by the first digit of their status.
    static let classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"]

    /// Requests by class.
    private(set) var requests = [UInt64](repeating: 0, count: classes.count)
    private(set) var clientsLeft: UInt64 = 0
    private(set) var coldStarts: UInt64 = 0
    /// Requests by the first bound that their duration does not exceed; the last ones exceed all.
    private(set) var durations = [UInt64](repeating: 0, count: bounds.count + 1)
    private(set) var durationSum = 0.0

    /// Counts a request.
    mutating func add(_ record: RequestRecord) {
        let hundreds = record.status / 100
        requests[(1...5).contains(hundreds) ? hundreds : 0] &+= 1
        if record.outcome == .clientLeft { clientsLeft &+= 1 }
        if record.coldStart { coldStarts &+= 1 }
        guard record.status != 101 else { return }
        let seconds = record.durationMilliseconds / 1000
        durations[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] &+= 1
        durationSum += seconds
    }
}
