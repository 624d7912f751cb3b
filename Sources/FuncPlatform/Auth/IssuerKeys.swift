import Foundation
import FuncKit

/// The keys of one outside issuer: fetched when a token needs them, kept for a while.
actor IssuerKeys {
    /// How long keys are believed without asking again.
    static let lifetime: TimeInterval = 3600
    /// Shortest time between two attempts, so that tokens with made-up key names cannot make the platform ask all day.
    static let pause: TimeInterval = 60

    private let issuer: OIDCIssuer
    private let fetcher: any KeySetFetching
    private let now: @Sendable () -> Date
    private var keys: VerificationKeys?
    private var fetchedAt = Date.distantPast
    private var triedAt: Date?
    private var failure: (any Error)?
    private var fetching: Task<VerificationKeys, any Error>?

    init(issuer: OIDCIssuer, fetcher: any KeySetFetching, now: @escaping @Sendable () -> Date) {
        self.issuer = issuer
        self.fetcher = fetcher
        self.now = now
    }

    /// The keys to verify a token with.
    /// - Throws: what kept the keys from being fetched, where there are none from before.
    func keys(for token: CompactToken) async throws -> VerificationKeys {
        let age = now().timeIntervalSince(fetchedAt)
        if let keys, (0..<Self.lifetime).contains(age), keys.canVerify(token) { return keys }
        if fetching != nil || mayTry {
            do {
                return try await fetch()
            } catch {
                failure = error
            }
        }
        // Keys that were good an hour ago are better than nobody getting in while the issuer cannot be reached.
        if let keys { return keys }
        throw FuncError(
            .unreachable,
            "the keys of issuer '\(issuer.name)' cannot be had",
            hint: "the platform tries again after \(Int(Self.pause)) s",
            cause: failure.map { "\($0)" }
        )
    }

    private var mayTry: Bool {
        guard let triedAt else { return true }
        return abs(now().timeIntervalSince(triedAt)) >= Self.pause
    }

    private func fetch() async throws -> VerificationKeys {
        if let fetching { return try await fetching.value }
        triedAt = now()
        let (issuer, fetcher) = (issuer, fetcher)
        // A task of its own, because a client that goes away must not cancel what others wait for.
        let task = Task { try await Self.fetch(issuer, fetcher) }
        fetching = task
        defer { fetching = nil }
        let new = try await task.value
        keys = new
        fetchedAt = now()
        return new
    }

    private struct Discovery: Decodable {
        var issuer: String
        var keySetURL: String

        enum CodingKeys: String, CodingKey {
            case issuer
            case keySetURL = "jwks_uri"
        }
    }

    private static func fetch(_ issuer: OIDCIssuer, _ fetcher: any KeySetFetching) async throws -> VerificationKeys {
        var address = issuer.keySetURL
        if address == nil {
            let document = try await fetcher.document(at: issuer.discoveryURL)
            let discovery = try JSONDecoder().decode(Discovery.self, from: document)
            // OpenID Connect Discovery 1.0, section 4.3: a document about another issuer proves nothing.
            guard discovery.issuer == issuer.issuer, WebAddress.isTrustworthy(discovery.keySetURL) else {
                throw FuncError(.protocolError, "'\(issuer.discoveryURL)' is not about issuer '\(issuer.issuer)'")
            }
            address = discovery.keySetURL
        }
        let set = try JSONDecoder().decode(WebKeySet.self, from: try await fetcher.document(at: address ?? ""))
        let keys = await VerificationKeys(set)
        guard keys.count > 0 else {
            throw FuncError(.protocolError, "issuer '\(issuer.name)' has no RS256 or ES256 key")
        }
        return keys
    }
}
