import Foundation

/// How fine request numbers are kept, and for how long.
public struct MetricsTier: Sendable, Hashable {
    /// Length of an interval, in seconds.
    public var seconds: Int
    /// How long its intervals are kept, in seconds.
    public var keepSeconds: Int

    /// Names both.
    public init(seconds: Int, keepSeconds: Int) {
        self.seconds = seconds
        self.keepSeconds = keepSeconds
    }

    /// 10 s for an hour, 1 min for a day, 15 min for 30 days.
    public static let standard = [
        MetricsTier(seconds: 10, keepSeconds: 3600), MetricsTier(seconds: 60, keepSeconds: 86_400),
        MetricsTier(seconds: 900, keepSeconds: 30 * 86_400),
    ]
}

/// Which stored intervals answer a question about a time range, and how they are put together.
struct MetricsPlan: Sendable, Hashable {
    /// Most intervals of an answer.
    static let maxIntervals = 1000

    /// Length of the stored intervals that are read.
    let tierSeconds: Int
    /// Beginning of the range, in seconds since 1970; a boundary of those.
    let start: Int64
    /// End of the range.
    let end: Int64
    /// Length of the answer's intervals, a multiple of the stored ones'.
    let step: Int64

    /// Chooses the finest intervals that go back far enough, and no more of them than an answer holds. Without a
    /// `resolution` some sixty intervals are given.
    init(start: Date, end: Date, resolution: Int?, now: Date, tiers: [MetricsTier]) {
        let sorted = tiers.sorted { $0.seconds < $1.seconds }
        let age = now.timeIntervalSince(start)
        // Intervals are kept a little longer than promised, so that a range of just that length is whole.
        let tier = sorted.first { age <= Double($0.keepSeconds) + 1 } ?? sorted.last ?? MetricsTier.standard[0]
        let width = Int64(tier.seconds)
        let oldest = now.addingTimeInterval(-Double(sorted.last?.keepSeconds ?? 0))
        let first = Int64(min(max(start, oldest), now).timeIntervalSince1970)
        // The second that runs now belongs to a range that goes up to now.
        let limit = end < now ? max(end, oldest).timeIntervalSince1970.rounded(.up) : now.timeIntervalSince1970 + 1
        let last = max(first, Int64(limit))
        tierSeconds = tier.seconds
        self.start = first - first % width
        self.end = last
        let span = last - self.start
        let wanted = resolution.map(Int64.init) ?? Self.niceStep(for: span)
        let least = (span + Int64(Self.maxIntervals) - 1) / Int64(Self.maxIntervals)
        let step = max(wanted, least, width)
        self.step = (step + width - 1) / width * width
    }

    /// The intervals, oldest first; those at the ends may be shorter.
    var intervals: [Range<Int64>] {
        var result: [Range<Int64>] = []
        var from = start
        while from < end {
            let next = min(end, from - from % step + step)
            result.append(from..<next)
            from = next
        }
        return result
    }

    private static func niceStep(for span: Int64) -> Int64 {
        let steps: [Int64] = [10, 30, 60, 300, 900, 3600, 21_600, 86_400]
        return steps.first { span / $0 <= 60 } ?? 86_400
    }
}
