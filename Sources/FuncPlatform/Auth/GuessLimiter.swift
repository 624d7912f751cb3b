import Foundation
import FuncKit

/// Counts wrong credentials by where they come from, and looks at no more of them for a while.
///
/// A token bucket: `perMinute` wrong ones at once, and from then on as many per minute.
actor GuessLimiter {
    private struct Bucket {
        var tokens: Double
        var updatedAt: Date
    }

    /// Addresses that are remembered at most.
    private static let maxClients = 4096

    private let perMinute: Int
    private let now: @Sendable () -> Date
    private var buckets: [String: Bucket] = [:]

    /// Allows `perMinute` wrong credentials from each address; 0 sets no limit.
    init(perMinute: Int, now: @escaping @Sendable () -> Date) {
        self.perMinute = perMinute
        self.now = now
    }

    /// Lets a client that has guesses left go on.
    /// - Throws: ``Throttled``.
    func admit(_ client: String?) throws(Throttled) {
        guard perMinute > 0, let bucket = buckets[client ?? ""] else { return }
        let tokens = refilled(bucket).tokens
        guard tokens < 1 else { return }
        let seconds = max(1, Int(((1 - tokens) * 60 / Double(perMinute)).rounded(.up)))
        throw Throttled(
            error: FuncError(
                .rateLimited,
                "too many wrong credentials",
                hint: "check what is sent, and try again in \(seconds) s"
            ),
            retryAfter: seconds
        )
    }

    /// Notes a wrong credential.
    func noteWrong(_ client: String?) {
        guard perMinute > 0 else { return }
        let key = client ?? ""
        var bucket = buckets[key].map(refilled) ?? Bucket(tokens: Double(perMinute), updatedAt: now())
        bucket.tokens = max(0, bucket.tokens - 1)
        buckets[key] = bucket
        if buckets.count > Self.maxClients { forget() }
    }

    private func refilled(_ bucket: Bucket) -> Bucket {
        let time = now()
        // A clock that was set back gives nothing, and takes nothing either.
        let elapsed = max(0, time.timeIntervalSince(bucket.updatedAt))
        return Bucket(
            tokens: min(Double(perMinute), bucket.tokens + elapsed * Double(perMinute) / 60),
            updatedAt: time
        )
    }

    /// Those who have their guesses back need no bucket; then those who guessed last longest ago go.
    private func forget() {
        buckets = buckets.filter { refilled($0.value).tokens < Double(perMinute) }
        guard buckets.count > Self.maxClients else { return }
        let oldest = buckets.sorted { $0.value.updatedAt < $1.value.updatedAt }.prefix(Self.maxClients / 4)
        for (key, _) in oldest { buckets[key] = nil }
    }
}
