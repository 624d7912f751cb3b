import Foundation
import FuncKit
import Hummingbird

/// A request that came too early, and when the next one may come.
struct Throttled: Error {
    var error: FuncError
    /// Whole seconds.
    var retryAfter: Int
    /// The limit that was met, where it is one of requests.
    var standing: RateLimiter.Standing?
}

/// Counts requests by what they are and whose they are, as a leaky bucket: a burst of the whole limit passes, then one
/// request per `window / count` (the generic cell rate algorithm).
actor RateLimiter {
    /// Counters kept; beyond it those that are full again are forgotten.
    private static let maxCounters = 10_000

    private struct Key: Hashable {
        var category: RateLimits.Category
        var subject: String
    }

    /// What is left after a request.
    struct Standing: Hashable, Sendable {
        var limit: Int
        var remaining: Int
        /// Until the whole limit is there again, in seconds.
        var reset: Int
    }

    private let limits: RateLimits
    private let uptime: @Sendable () -> Duration
    /// When a counter is empty again.
    private var emptyAt: [Key: Duration] = [:]

    /// Holds requests to `limits`; `uptime` tells the time and never jumps.
    init(limits: RateLimits, uptime: @escaping @Sendable () -> Duration = RetryTiming.live.uptime) {
        self.limits = limits
        self.uptime = uptime
    }

    /// Counts a request.
    /// - Returns: what is left of the limit that is nearest to its end; nil where there is none.
    /// - Throws: ``Throttled``.
    func take(_ operation: APIOperation, _ context: APIContext) throws -> Standing? {
        var standing: Standing?
        var categories: [(RateLimits.Category, String)] = [(.requests, context.principal.id)]
        if let category = RateLimits.Category(operation) {
            categories.append((category, category == .invokes ? Self.function(of: context) : context.workspace))
        }
        for (category, subject) in categories {
            guard let limit = limits[category] else { continue }
            let new = try take(Key(category: category, subject: subject), limit)
            if standing.map({ new.remaining < $0.remaining }) ?? true { standing = new }
        }
        return standing
    }

    /// The function that a request calls: by its id where that was looked up, so that other names for it, or other
    /// projects in the query, begin no new count.
    private static func function(of context: APIContext) -> String {
        if let id = context.admittedFunction { return id }
        return "\(context.workspace)/\(context.project)/\(context.parameters.get("function") ?? "")"
    }

    private func take(_ key: Key, _ limit: RateLimits.Limit) throws -> Standing {
        let now = uptime()
        let window = Duration.seconds(limit.seconds)
        let cost = window / limit.count
        let full = max(emptyAt[key] ?? now, now) + cost
        guard full - now <= window else {
            throw Throttled(
                error: FuncError(
                    .rateLimited,
                    "more than \(limit.count) \(key.category.rawValue) in \(limit.seconds) s",
                    hint: "wait a moment; the header retry-after says how long"
                ),
                retryAfter: Self.seconds(full - now - window),
                standing: Standing(limit: limit.count, remaining: 0, reset: Self.seconds(full - cost - now))
            )
        }
        if emptyAt.count >= Self.maxCounters { emptyAt = emptyAt.filter { $0.value > now } }
        emptyAt[key] = full
        let left = Int((window - (full - now)) / cost)
        return Standing(limit: limit.count, remaining: left, reset: Self.seconds(full - now))
    }

    /// Rounded up: who waits so long comes late enough.
    private static func seconds(_ duration: Duration) -> Int {
        max(1, Int((duration / .seconds(1)).rounded(.up)))
    }
}

extension Response {
    /// Says what is left of a limit, as the hosted service documents it.
    mutating func add(_ standing: RateLimiter.Standing) {
        headers[.rateLimit] = "\(standing.limit)"
        headers[.rateRemaining] = "\(standing.remaining)"
        headers[.rateReset] = "\(standing.reset)"
    }
}
