import Foundation

/// Time and chance as the retry loops see them; tests hand in their own.
public struct RetryTiming: Sendable {
    /// Waits.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// Time since some fixed moment, which never jumps.
    public var uptime: @Sendable () -> Duration
    /// Time of day.
    public var now: @Sendable () -> Date
    /// A number from 0 up to, not including, 1.
    public var random: @Sendable () -> Double

    /// Takes all four.
    public init(
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        uptime: @escaping @Sendable () -> Duration,
        now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable () -> Double
    ) {
        self.sleep = sleep
        self.uptime = uptime
        self.now = now
        self.random = random
    }

    /// The machine's own clock and randomness.
    public static let live: RetryTiming = {
        let start = ContinuousClock.now
        return RetryTiming(
            sleep: { try await Task.sleep(for: $0) },
            uptime: { ContinuousClock.now - start },
            now: { Date() },
            random: { Double.random(in: 0..<1) }
        )
    }()
}

/// When a failed attempt is followed by another one.
public struct RetryPolicy: Hashable, Sendable {
    /// Attempts in all.
    public var maxAttempts: Int
    /// Bound of the first wait; doubles with each further one.
    public var baseDelay: Duration
    /// Bound that the waits grow to.
    public var maxDelay: Duration
    /// No attempt starts later than this after the first one.
    public var deadline: Duration

    /// Four attempts within a minute unless values say otherwise.
    public init(
        maxAttempts: Int = 4,
        baseDelay: Duration = .milliseconds(250),
        maxDelay: Duration = .seconds(8),
        deadline: Duration = .seconds(60)
    ) {
        self.maxAttempts = maxAttempts
        self.baseDelay = baseDelay
        self.maxDelay = maxDelay
        self.deadline = deadline
    }

    /// One attempt only.
    public static let never = RetryPolicy(maxAttempts: 1)

    /// Whether another attempt may succeed where this status came back.
    static func isTransient(status: Int) -> Bool {
        [408, 429, 502, 503, 504].contains(status)
    }

    /// Whether another attempt may succeed after this failure.
    static func isTransient(_ error: CurlError) -> Bool {
        switch error.kind {
        case .refused, .unresolvable, .broken: true
        case .timedOut: !error.wasConnected
        case .malformedURL, .proxyRefused, .tls, .headerTooLarge, .notHTTP, .other: false
        }
    }

    /// How long to wait after a number of failed attempts; nil to give up.
    ///
    /// The wait is drawn from the upper half of a doubling interval: jitter keeps clients apart, and the lower bound keeps
    /// the attempts apart. A server's own wish is met in full, or else the attempt is given up.
    public func delay(
        afterAttempts attempts: Int,
        elapsed: Duration,
        retryAfter: Duration? = nil,
        random: Double
    ) -> Duration? {
        guard attempts < maxAttempts else { return nil }
        let doubled = baseDelay * (1 << min(attempts - 1, 20))
        let bound = min(doubled, maxDelay)
        let delay = max(bound * (0.5 + random / 2), retryAfter ?? .zero)
        return elapsed + delay <= deadline ? delay : nil
    }

    /// How long to wait before a further attempt; nil to give up. An earlier attempt that is still being answered is waited
    /// for as long as the request itself may take.
    func delay(
        after obstacle: RetryObstacle,
        failures: Int,
        elapsed: Duration,
        limit: Duration?,
        random: Double
    ) -> Duration? {
        if case .underWay(let wish) = obstacle { return elapsed + wish <= limit ?? deadline ? wish : nil }
        return delay(afterAttempts: failures, elapsed: elapsed, retryAfter: obstacle.retryAfter, random: random)
    }

    /// Reads `Retry-After`: seconds or an HTTP date (RFC 9110, section 10.2.3).
    static func retryAfter(_ headers: HTTPHeaders, now: Date) -> Duration? {
        guard let text = headers["retry-after"] else { return nil }
        if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, 86_400)) : nil }
        guard let date = HTTPDate.parse(text) else { return nil }
        return .milliseconds(Int(max(0, min(date.timeIntervalSince(now), 86_400)) * 1000))
    }
}

/// Reads the date form that HTTP requires of senders (IMF-fixdate): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func parse(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let number = month + 1
        // The order of the parts is all that differs from RFC 3339.
        return WireDate.parse("\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }
}
