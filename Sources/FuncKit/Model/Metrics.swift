import Foundation

/// A distribution in six numbers (reference: canonical `Stats`).
public struct MetricStats: Codable, Hashable, Sendable {
    /// Smallest value.
    public var min: Double?
    /// Largest value.
    public var max: Double?
    /// Mean.
    public var avg: Double?
    /// Median.
    public var p50: Double?
    /// 95th percentile.
    public var p95: Double?
    /// 99th percentile.
    public var p99: Double?

    /// The numbers of what was never observed.
    public static let zero = MetricStats(min: 0, max: 0, avg: 0, p50: 0, p95: 0, p99: 0)

    /// Holds the numbers; those that a server leaves out are nil.
    public init(
        min: Double? = nil,
        max: Double? = nil,
        avg: Double? = nil,
        p50: Double? = nil,
        p95: Double? = nil,
        p99: Double? = nil
    ) {
        self.min = min
        self.max = max
        self.avg = avg
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
    }
}

/// A function's numbers over a time range (reference: canonical `Metrics`).
public struct Metrics: Codable, Hashable, Sendable {
    /// Requests that reached the function.
    public var invocations: Int
    /// Requests answered with 5xx, in part, or not at all.
    public var errors: Int
    /// Requests whose client left before the end; not among the errors. An extension of the reference.
    public var clientDisconnects: Int
    /// Requests that had to wait for a new instance.
    public var coldStarts: Int
    /// Time per request, in milliseconds.
    public var duration: MetricStats
    /// Requests at once.
    public var concurrency: MetricStats
    /// Memory per instance as its limit counts it, in bytes.
    public var memory: MetricStats
    /// Processor time per instance, in cores.
    public var cpu: MetricStats

    /// Holds the numbers.
    public init(
        invocations: Int = 0,
        errors: Int = 0,
        clientDisconnects: Int = 0,
        coldStarts: Int = 0,
        duration: MetricStats = .zero,
        concurrency: MetricStats = .zero,
        memory: MetricStats = .zero,
        cpu: MetricStats = .zero
    ) {
        self.invocations = invocations
        self.errors = errors
        self.clientDisconnects = clientDisconnects
        self.coldStarts = coldStarts
        self.duration = duration
        self.concurrency = concurrency
        self.memory = memory
        self.cpu = cpu
    }

    /// Reads the wire form; statistics that are missing are nil.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        invocations = try container.value(.invocations, or: 0)
        errors = try container.value(.errors, or: 0)
        clientDisconnects = try container.value(.clientDisconnects, or: 0)
        coldStarts = try container.value(.coldStarts, or: 0)
        duration = try container.value(.duration, or: MetricStats())
        concurrency = try container.value(.concurrency, or: MetricStats())
        memory = try container.value(.memory, or: MetricStats())
        cpu = try container.value(.cpu, or: MetricStats())
    }

    private enum CodingKeys: String, CodingKey {
        case invocations, errors, duration, concurrency, memory, cpu
        case clientDisconnects = "client_disconnects"
        case coldStarts = "cold_starts"
    }
}

/// Which numbers are asked for.
public struct MetricsQuery: Hashable, Sendable {
    /// Start of the range; nil for an hour before its end.
    public var start: Date?
    /// End of the range; nil for now.
    public var end: Date?
    /// Length of the intervals, in seconds; nil leaves it to the server.
    public var resolutionSeconds: Int?
    /// Only requests that this version answered.
    public var version: VersionSelector?

    /// Asks for the last hour unless values say otherwise.
    public init(
        start: Date? = nil,
        end: Date? = nil,
        resolutionSeconds: Int? = nil,
        version: VersionSelector? = nil
    ) {
        self.start = start
        self.end = end
        self.resolutionSeconds = resolutionSeconds
        self.version = version
    }
}

/// A function's numbers over a time range, and how they came about. The intervals are an extension of the reference's
/// `Metrics`; a server without them gives none.
public struct MetricsReport: Codable, Hashable, Sendable {
    /// One interval of the range.
    public struct Interval: Codable, Hashable, Sendable {
        /// Where it begins.
        public var start: Date
        /// Its own numbers.
        public var metrics: Metrics

        /// Holds an interval.
        public init(start: Date, metrics: Metrics) {
            self.start = start
            self.metrics = metrics
        }

        /// Reads the wire form: the numbers lie flat beside the time.
        public init(from decoder: any Decoder) throws {
            start = try decoder.container(keyedBy: CodingKeys.self).decode(Date.self, forKey: .start)
            metrics = try Metrics(from: decoder)
        }

        /// Writes the wire form: the numbers lie flat beside the time.
        public func encode(to encoder: any Encoder) throws {
            try metrics.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(start, forKey: .start)
        }

        private enum CodingKeys: String, CodingKey {
            case start
        }
    }

    /// The whole range.
    public var total: Metrics
    /// Start of the range; nil where the server does not say.
    public var start: Date?
    /// End of the range; nil where the server does not say.
    public var end: Date?
    /// Length of an interval, in seconds; nil where there are none.
    public var resolutionSeconds: Int?
    /// The intervals, oldest first; those without requests are among them.
    public var intervals: [Interval]

    /// Holds a report.
    public init(
        total: Metrics,
        start: Date? = nil,
        end: Date? = nil,
        resolutionSeconds: Int? = nil,
        intervals: [Interval] = []
    ) {
        self.total = total
        self.start = start
        self.end = end
        self.resolutionSeconds = resolutionSeconds
        self.intervals = intervals
    }

    /// Reads the wire form: the range's numbers lie flat at the top.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        total = try Metrics(from: decoder)
        start = try container.time(.start)
        end = try container.time(.end)
        resolutionSeconds = try container.decodeIfPresent(Int.self, forKey: .resolutionSeconds)
        intervals = try container.value(.intervals, or: [])
    }

    /// Writes the wire form: the range's numbers lie flat at the top.
    public func encode(to encoder: any Encoder) throws {
        try total.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(start, forKey: .start)
        try container.encodeIfPresent(end, forKey: .end)
        try container.encodeIfPresent(resolutionSeconds, forKey: .resolutionSeconds)
        try container.encode(intervals, forKey: .intervals)
    }

    private enum CodingKeys: String, CodingKey {
        case start, end, intervals
        case resolutionSeconds = "resolution_seconds"
    }
}
