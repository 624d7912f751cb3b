import Foundation
import Synchronization

/// Numbers of one version in one interval, on their way to the registry.
struct MetricsDelta: Sendable, Hashable {
    var functionID: String
    var versionID: String
    /// Beginning of the interval, in seconds since 1970.
    var start: Int64
    var bucket: MetricsBucket
}

/// Counts what happens to one version. Each call holds a lock for some tens of nanoseconds.
final class MetricsMeter: Sendable {
    /// Time that passed unseen, as while the machine slept, does not count as load beyond this.
    private static let longestGap: Int64 = 60_000_000
    /// Intervals that wait to be written; beyond them the oldest are joined.
    private static let maxWaiting = 30

    private struct State {
        var inFlight = 0
        /// When ``inFlight`` was last looked at, in microseconds since 1970.
        var since: Int64 = 0
        var start: Int64 = 0
        var current = MetricsBucket()
        var waiting: [Int64: MetricsBucket] = [:]
        var totals = MetricsTotals()
        var usage: InstanceUsage?
    }

    let functionID: String
    let versionID: String
    let versionNumber: Int
    /// Length of an interval, in microseconds.
    private let width: Int64
    private let state = Mutex(State())

    init(functionID: String, versionID: String, versionNumber: Int, width: Int64) {
        self.functionID = functionID
        self.versionID = versionID
        self.versionNumber = versionNumber
        self.width = width
    }

    /// More or fewer requests are under way.
    func change(by difference: Int, at time: Int64) {
        state.withLock { state in
            advance(&state, to: time)
            // Never below zero: a version that was forgotten in between lost sight of its requests.
            state.inFlight = max(0, state.inFlight + difference)
        }
    }

    /// A request is over.
    func finish(_ record: RequestRecord, at time: Int64) {
        state.withLock { state in
            advance(&state, to: time)
            state.inFlight = max(0, state.inFlight - 1)
            state.current.add(record)
            state.totals.add(record)
        }
    }

    /// Takes in what one instance used.
    func observe(_ usage: [InstanceUsage], at time: Int64) {
        state.withLock { state in
            advance(&state, to: time)
            var sum = InstanceUsage(memoryBytes: 0, cores: 0)
            for one in usage {
                sum.memoryBytes += one.memoryBytes
                state.current.memory.add(UInt64(max(0, one.memoryBytes)))
                guard let cores = one.cores else { continue }
                sum.cores = (sum.cores ?? 0) + cores
                state.current.cpu.add(UInt64(max(0, cores * 1_000_000)))
            }
            state.usage = usage.isEmpty ? nil : sum
        }
    }

    /// What has not been written yet; with `taking` it is the caller's to write.
    func deltas(at time: Int64, taking: Bool) -> [MetricsDelta] {
        state.withLock { state in
            advance(&state, to: time)
            var all = state.waiting
            if !state.current.isEmpty { all[state.start, default: MetricsBucket()].add(state.current) }
            if taking {
                state.waiting = [:]
                state.current = MetricsBucket()
            }
            return all.map { start, bucket in
                MetricsDelta(
                    functionID: functionID,
                    versionID: versionID,
                    start: start / 1_000_000,
                    bucket: bucket
                )
            }
        }
    }

    /// Takes back what could not be written.
    func restore(_ delta: MetricsDelta) {
        state.withLock { state in
            state.waiting[delta.start * 1_000_000, default: MetricsBucket()].add(delta.bucket)
            if state.waiting.count > Self.maxWaiting { Self.joinOldest(&state.waiting) }
        }
    }

    /// Whether nothing is under way, and nothing waits.
    var isIdle: Bool {
        state.withLock { $0.inFlight == 0 && $0.current.isEmpty && $0.waiting.isEmpty }
    }

    /// The counters since the start, requests under way and what the instances used last.
    var totals: (totals: MetricsTotals, inFlight: Int, usage: InstanceUsage?) {
        state.withLock { ($0.totals, $0.inFlight, $0.usage) }
    }

    // MARK: Time

    /// Notes the load up to `time` and begins the interval that it lies in.
    private func advance(_ state: inout State, to time: Int64) {
        var from = max(state.since, time - Self.longestGap)
        state.since = time
        while from < time {
            let start = from - from % width
            let end = min(time, start + width)
            begin(start, &state)
            if state.inFlight > 0 {
                state.current.load.add(UInt64(state.inFlight), weight: UInt64(end - from))
                from = end
            } else {
                from = time
            }
        }
        begin(time - time % width, &state)
    }

    private func begin(_ start: Int64, _ state: inout State) {
        guard start != state.start else { return }
        if !state.current.isEmpty {
            state.waiting[state.start, default: MetricsBucket()].add(state.current)
            state.current = MetricsBucket()
            if state.waiting.count > Self.maxWaiting { Self.joinOldest(&state.waiting) }
        }
        state.start = start
    }

    private static func joinOldest(_ waiting: inout [Int64: MetricsBucket]) {
        let oldest = waiting.keys.sorted().prefix(2)
        guard let first = oldest.first, let second = oldest.last, let bucket = waiting.removeValue(forKey: first) else {
            return
        }
        waiting[second, default: MetricsBucket()].add(bucket)
    }
}

extension MetricsBucket {
    /// Counts a request.
    fileprivate mutating func add(_ record: RequestRecord) {
        requests &+= 1
        if record.isError {
            errors &+= 1
        } else if record.outcome == .clientLeft, record.status != 101 {
            clientsLeft &+= 1
        }
        if record.coldStart { coldStarts &+= 1 }
        // A connection that left HTTP lasts as long as both ends like.
        guard record.status != 101 else { return }
        duration.add(UInt64(max(0, record.durationMilliseconds * 1000)))
    }
}

extension RequestRecord {
    /// Whether the function, or the platform in its place, failed.
    var isError: Bool { status >= 500 || status == 0 || outcome == .brokeOff }
}
