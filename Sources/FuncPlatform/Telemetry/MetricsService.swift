import Foundation
import FuncKit
import Logging

/// Keeps the numbers of all functions: gathers, writes, and answers questions about them.
actor MetricsService {
    /// What the gateway tells.
    nonisolated let hub: MetricsHub

    private let store: MetricsStore
    private let sampler: MetricsSampler
    private let activities: @Sendable () async -> [String: VersionActivity]
    private let interval: Duration
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let logger: Logger
    /// A reader must not come between taking numbers out of the hub and their commit.
    private let lock = KeyedLock()
    private var prunedAt = Date.distantPast

    /// Takes its parts; ``run()`` starts the work.
    init(
        registry: Registry,
        tiers: [MetricsTier],
        interval: Duration,
        sampler: MetricsSampler,
        activities: @escaping @Sendable () async -> [String: VersionActivity],
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        hub = MetricsHub(seconds: tiers.map(\.seconds).min() ?? 10, now: now)
        store = MetricsStore(registry: registry, tiers: tiers)
        self.sampler = sampler
        self.activities = activities
        self.interval = interval
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    /// Looks at instances and writes numbers, again and again until the task is cancelled.
    func run() async {
        while true {
            do {
                try await clock.sleep(for: interval)
                try await flush(observing: try await sampler.sample())
                try await prune()
            } catch {
                guard !Task.isCancelled else { return }
                // Numbers are kept for the next attempt; functions must not suffer from a disk that refuses them.
                logger.warning("metrics not written", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Writes what was counted since the last time, and what instances use. Whoever sees the latter in a report knows
    /// that all before it is on disk.
    func flush(observing samples: [InstanceSample]? = nil) async throws {
        try await lock.withLock("store") { [hub, store] in
            if let samples { hub.observe(samples) }
            let deltas = hub.drain()
            do {
                try await store.add(deltas)
            } catch {
                hub.restore(deltas)
                throw error
            }
        }
    }

    /// Removes what is too old, once a minute.
    private func prune() async throws {
        let time = now()
        guard abs(time.timeIntervalSince(prunedAt)) >= 60 else { return }
        prunedAt = time
        hub.keepOnly(try await store.prune(now: time))
    }

    /// A function's numbers over a time range, or one version's. Before `createdAt` there was nothing to be observed.
    func report(
        functionID: String,
        createdAt: Date,
        versionID: String?,
        start: Date,
        end: Date,
        resolution: Int?,
        blocks: Set<MetricsBlock>
    ) async throws -> MetricsReport {
        let time = now()
        let plan = MetricsPlan(start: start, end: end, resolution: resolution, now: time, tiers: store.tiers)
        let buckets = try await buckets(plan, functionID: functionID, versionID: versionID)
        let observed = (from: max(Double(plan.start), createdAt.timeIntervalSince1970), to: time.timeIntervalSince1970)
        func metrics(_ bucket: MetricsBucket, _ range: Range<Int64>) -> Metrics {
            let seconds = min(Double(range.upperBound), observed.to) - max(Double(range.lowerBound), observed.from)
            return bucket.metrics(seconds: max(0, seconds), blocks: blocks)
        }
        var total = MetricsBucket()
        var intervals: [MetricsReport.Interval] = []
        for range in plan.intervals {
            var sum = MetricsBucket()
            for start in stride(
                from: range.lowerBound - range.lowerBound % Int64(plan.tierSeconds),
                to: range.upperBound,
                by: plan.tierSeconds
            ) {
                if let bucket = buckets[start] { sum.add(bucket) }
            }
            total.add(sum)
            intervals.append(
                MetricsReport.Interval(
                    start: Date(timeIntervalSince1970: Double(range.lowerBound)),
                    metrics: metrics(sum, range)
                )
            )
        }
        return MetricsReport(
            total: metrics(total, plan.start..<plan.end),
            start: Date(timeIntervalSince1970: Double(plan.start)),
            end: Date(timeIntervalSince1970: Double(plan.end)),
            resolutionSeconds: Int(plan.step),
            intervals: intervals
        )
    }

    /// Stored numbers and those on their way, by the beginning of their stored interval.
    private func buckets(_ plan: MetricsPlan, functionID: String, versionID: String?) async throws
        -> [Int64: MetricsBucket]
    {
        try await lock.withLock("store") { [hub, store] in
            let width = Int64(plan.tierSeconds)
            var buckets = try await store.buckets(
                of: functionID,
                versionID: versionID,
                seconds: plan.tierSeconds,
                from: plan.start,
                to: plan.end
            )
            for delta in hub.pending(functionID: functionID, versionID: versionID) {
                buckets[delta.start - delta.start % width, default: MetricsBucket()].add(delta.bucket)
            }
            return buckets
        }
    }

    /// The present state as Prometheus text.
    func exposition() async throws -> String {
        let series = try await store.series()
        let activities = await activities()
        return MetricsExposition.text(
            meters: hub.all,
            activities: activities,
            series: series,
            process: ProcessNumbers.current()
        )
    }
}
