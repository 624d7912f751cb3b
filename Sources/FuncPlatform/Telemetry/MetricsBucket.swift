import FuncKit

/// A distribution: its extremes and mean exactly, its percentiles within 3.2 %.
struct MetricsDistribution: Sendable, Hashable {
    private(set) var min: UInt64 = .max
    private(set) var max: UInt64 = 0
    private(set) var sum = 0.0
    private(set) var weight: UInt64 = 0
    private(set) var histogram = MetricsHistogram()

    /// Nothing observed.
    init() {}

    /// What was written down earlier.
    init(min: UInt64, max: UInt64, sum: Double, histogram: MetricsHistogram) {
        self.min = min
        self.max = max
        self.sum = sum
        self.histogram = histogram
        weight = histogram.buckets.reduce(0) { $0 &+ $1.weight }
    }

    /// Whether nothing was observed.
    var isEmpty: Bool { weight == 0 }

    /// Adds `weight` observations of a value.
    mutating func add(_ value: UInt64, weight: UInt64 = 1) {
        guard weight > 0 else { return }
        min = Swift.min(min, value)
        max = Swift.max(max, value)
        sum += Double(value) * Double(weight)
        self.weight &+= weight
        histogram.add(value, weight: weight)
    }

    /// Adds all that another one observed.
    mutating func add(_ other: MetricsDistribution) {
        guard !other.isEmpty else { return }
        min = Swift.min(min, other.min)
        max = Swift.max(max, other.max)
        sum += other.sum
        weight &+= other.weight
        histogram.add(other.histogram)
    }

    /// The distribution in six numbers, each multiplied by `scale`; `zeros` observations of 0 are added.
    func stats(scale: Double, zeros: UInt64 = 0) -> MetricStats {
        guard !isEmpty else { return .zero }
        let lowest = zeros > 0 ? 0 : Double(min)
        // A bucket's middle may lie beyond what was seen.
        func quantile(_ share: Double) -> Double {
            Swift.max(lowest, Swift.min(Double(max), histogram.quantile(share, zeros: zeros))) * scale
        }
        return MetricStats(
            min: lowest * scale,
            max: Double(max) * scale,
            avg: sum / (Double(weight) + Double(zeros)) * scale,
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99)
        )
    }
}

/// All numbers of one version in one interval. Two of them add up to those of both intervals.
struct MetricsBucket: Sendable, Hashable {
    /// Requests that came to an end.
    var requests: UInt64 = 0
    /// Those with status 500 or more, without an answer, or with one that broke off.
    var errors: UInt64 = 0
    /// Those whose client left before the end.
    var clientsLeft: UInt64 = 0
    /// Those that waited for an instance to start.
    var coldStarts: UInt64 = 0
    /// Microseconds per request.
    var duration = MetricsDistribution()
    /// Requests at once, weighted by the microseconds during which there were so many; time without any is left out.
    var load = MetricsDistribution()
    /// Bytes per instance, by sample.
    var memory = MetricsDistribution()
    /// Millionths of a core per instance, by sample.
    var cpu = MetricsDistribution()

    /// Whether it says nothing.
    var isEmpty: Bool { self == MetricsBucket() }

    /// Adds another interval's numbers.
    mutating func add(_ other: MetricsBucket) {
        requests &+= other.requests
        errors &+= other.errors
        clientsLeft &+= other.clientsLeft
        coldStarts &+= other.coldStarts
        duration.add(other.duration)
        load.add(other.load)
        memory.add(other.memory)
        cpu.add(other.cpu)
    }

    /// The wire form, for an interval of `seconds`; the time in which nothing ran counts for the concurrency.
    func metrics(seconds: Double, blocks: Set<MetricsBlock> = Set(MetricsBlock.allCases)) -> Metrics {
        let idle = Double(load.weight) < seconds * 1_000_000 ? UInt64(seconds * 1_000_000) - load.weight : 0
        var metrics = Metrics()
        if blocks.contains(.invocations) { metrics.invocations = Int(clamping: requests) }
        if blocks.contains(.errors) { metrics.errors = Int(clamping: errors) }
        if blocks.contains(.clientDisconnects) { metrics.clientDisconnects = Int(clamping: clientsLeft) }
        if blocks.contains(.coldStarts) { metrics.coldStarts = Int(clamping: coldStarts) }
        if blocks.contains(.duration) { metrics.duration = duration.stats(scale: 0.001) }
        if blocks.contains(.concurrency) { metrics.concurrency = load.stats(scale: 1, zeros: idle) }
        if blocks.contains(.memory) { metrics.memory = memory.stats(scale: 1) }
        if blocks.contains(.cpu) { metrics.cpu = cpu.stats(scale: 0.000_001) }
        return metrics
    }
}

/// The parts of a function's numbers, by their names on the wire.
enum MetricsBlock: String, CaseIterable, Sendable {
    case invocations, errors
    case clientDisconnects = "client_disconnects"
    case coldStarts = "cold_starts"
    case duration, concurrency, memory, cpu
}
