import Foundation

/// A distribution in six numbers (reference: canonical `Stats`).
public struct MetricStats: Codable, Hashable, Sendable {
    /// Smallest value.
    public var min: Double
    /// Largest value.
    public var max: Double
    /// Mean.
    public var avg: Double
    /// Median.
    public var p50: Double
    /// 95th percentile.
    public var p95: Double
    /// 99th percentile.
    public var p99: Double

    /// Holds the numbers.
    public init(min: Double = 0, max: Double = 0, avg: Double = 0, p50: Double = 0, p95: Double = 0, p99: Double = 0) {
        self.min = min
        self.max = max
        self.avg = avg
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
    }

    /// Reads the wire form; missing numbers are 0.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        min = try container.value(.min, or: 0)
        max = try container.value(.max, or: 0)
        avg = try container.value(.avg, or: 0)
        p50 = try container.value(.p50, or: 0)
        p95 = try container.value(.p95, or: 0)
        p99 = try container.value(.p99, or: 0)
    }

    private enum CodingKeys: String, CodingKey {
        case min, max, avg, p50, p95, p99
    }
}

/// A function's numbers over a time range (reference: canonical `Metrics`).
public struct Metrics: Codable, Hashable, Sendable {
    /// Requests that reached the function.
    public var invocations: Int
    /// Requests answered with 5xx or not at all.
    public var errors: Int
    /// Requests that had to wait for a new instance.
    public var coldStarts: Int
    /// Time per request, in milliseconds.
    public var duration: MetricStats
    /// Requests at once.
    public var concurrency: MetricStats
    /// Resident memory per instance, in bytes.
    public var memory: MetricStats
    /// Processor time per instance, in cores.
    public var cpu: MetricStats

    /// Holds the numbers.
    public init(
        invocations: Int = 0,
        errors: Int = 0,
        coldStarts: Int = 0,
        duration: MetricStats = MetricStats(),
        concurrency: MetricStats = MetricStats(),
        memory: MetricStats = MetricStats(),
        cpu: MetricStats = MetricStats()
    ) {
        self.invocations = invocations
        self.errors = errors
        self.coldStarts = coldStarts
        self.duration = duration
        self.concurrency = concurrency
        self.memory = memory
        self.cpu = cpu
    }

    /// Reads the wire form; missing blocks are zero.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        invocations = try container.value(.invocations, or: 0)
        errors = try container.value(.errors, or: 0)
        coldStarts = try container.value(.coldStarts, or: 0)
        duration = try container.value(.duration, or: MetricStats())
        concurrency = try container.value(.concurrency, or: MetricStats())
        memory = try container.value(.memory, or: MetricStats())
        cpu = try container.value(.cpu, or: MetricStats())
    }

    private enum CodingKeys: String, CodingKey {
        case invocations, errors, duration, concurrency, memory, cpu
        case coldStarts = "cold_starts"
    }
}
