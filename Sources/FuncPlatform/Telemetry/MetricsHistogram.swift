/// Counts of values in log-linear buckets: exact below 32, above that sixteen buckets per power of two, so that a value
/// read back is off by 3.2 % at most. The range ends at 2^42, beyond which all values count as that.
///
/// It takes room for the span of values that it has seen, at most 624 numbers.
struct MetricsHistogram: Sendable, Hashable {
    /// One more than the highest bucket.
    static let bucketCount = index(of: .max) + 1

    private static let largest = (UInt64(1) << 42) - 1

    /// Bucket of `counts[0]`.
    private var first = 0
    private var counts: [UInt64] = []

    /// Whether nothing was counted.
    var isEmpty: Bool { counts.isEmpty }

    /// Adds `weight` observations of a value.
    mutating func add(_ value: UInt64, weight: UInt64 = 1) {
        add(bucket: Self.index(of: value), weight: weight)
    }

    /// Adds all that another histogram counted.
    mutating func add(_ other: MetricsHistogram) {
        for (bucket, weight) in other.buckets { add(bucket: bucket, weight: weight) }
    }

    /// Adds `weight` observations to a bucket, which must be below ``bucketCount``.
    mutating func add(bucket: Int, weight: UInt64) {
        guard weight > 0 else { return }
        if counts.isEmpty {
            first = bucket
            counts = [0]
        } else if bucket < first {
            counts.insert(contentsOf: repeatElement(0, count: first - bucket), at: 0)
            first = bucket
        } else if bucket >= first + counts.count {
            counts.append(contentsOf: repeatElement(0, count: bucket - first - counts.count + 1))
        }
        counts[bucket - first] &+= weight
    }

    /// The buckets that hold something, rising.
    var buckets: [(bucket: Int, weight: UInt64)] {
        counts.enumerated().compactMap { offset, weight in weight == 0 ? nil : (first + offset, weight) }
    }

    /// The value that a share of all observations does not exceed, `zeros` more observations of 0 among them.
    func quantile(_ share: Double, zeros: UInt64 = 0) -> Double {
        let total = counts.reduce(zeros, &+)
        guard total > 0 else { return 0 }
        let rank = max(1, (share * Double(total)).rounded(.up))
        var seen = Double(zeros)
        if seen >= rank { return 0 }
        for (bucket, weight) in buckets {
            seen += Double(weight)
            if seen >= rank { return Self.middle(of: bucket) }
        }
        return buckets.last.map { Self.middle(of: $0.bucket) } ?? 0
    }

    // MARK: Buckets

    /// The bucket of a value.
    static func index(of value: UInt64) -> Int {
        let value = min(value, largest)
        guard value >= 32 else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - 4
        return shift * 16 + Int(value >> UInt64(shift))
    }

    /// The value that stands for a bucket.
    static func middle(of bucket: Int) -> Double {
        guard bucket >= 32 else { return Double(bucket) }
        let shift = bucket / 16 - 1
        let mantissa = bucket - shift * 16
        return (Double(mantissa) + 0.5) * Double(UInt64(1) << UInt64(shift))
    }
}
