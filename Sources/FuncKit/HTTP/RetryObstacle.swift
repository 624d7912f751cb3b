import Foundation

/// Why an attempt may be followed by another one.
enum RetryObstacle: Hashable, Sendable {
    /// The connection gave none; the request may have been carried out.
    case noAnswer
    /// The server turned the request away before it was carried out.
    case refused(retryAfter: Duration?)
    /// Something passing went wrong on the way or in the server; the request may have been carried out.
    case failed(retryAfter: Duration?)
    /// An earlier attempt with the same `Idempotency-Key` is being answered.
    case underWay(retryAfter: Duration)

    /// Reads an answer; nil where a further attempt would bring the same.
    init?(_ head: HTTPResponseHead, isFirst: Bool, now: Date) {
        let wish = RetryPolicy.retryAfter(head.headers, now: now)
        switch (head.status, wish) {
        case (409, let wish?) where !isFirst: self = .underWay(retryAfter: wish)
        case (429, _), (503, _?): self = .refused(retryAfter: wish)
        case (let status, _) where RetryPolicy.isTransient(status: status): self = .failed(retryAfter: wish)
        default: return nil
        }
    }

    /// How long the server asks to wait.
    var retryAfter: Duration? {
        switch self {
        case .noAnswer: nil
        case .refused(let wish), .failed(let wish): wish
        case .underWay(let wish): wish
        }
    }

    /// Whether it is one of the failures that are bounded in number.
    var counts: Bool {
        if case .underWay = self { false } else { true }
    }

    /// Whether sending the request again cannot make it happen twice. A server that goes by the request's key remembers the
    /// answers it gave, but not that it failed.
    func allowsRepeating(_ request: HTTPRequest) async -> Bool {
        switch self {
        case .underWay: return request.honoursKey != nil
        case .failed: return request.isIdempotent
        case .noAnswer, .refused:
            if request.isIdempotent { return true }
            return await request.honoursKey?() ?? false
        }
    }
}
