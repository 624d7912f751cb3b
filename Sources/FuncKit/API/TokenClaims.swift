import Foundation

/// What a JSON Web Token says about itself (RFC 7519). Nothing is verified: that is the server's part, and this is for
/// display and for renewal in time only.
struct TokenClaims: Decodable, Hashable, Sendable {
    private var exp: Double?
    private var sub: String?
    private var email: String?
    private var name: String?
    private var provider: String?

    /// Reads the middle part of a token; nil for one that is no JSON Web Token.
    init?(of token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decodeLeniently(String(parts[1])),
            let claims = try? JSONDecoder().decode(TokenClaims.self, from: payload)
        else { return nil }
        self = claims
    }

    /// When the token ends.
    var expiresAt: Date? { exp.map { Date(timeIntervalSince1970: $0) } }

    /// Whose token it is.
    var user: ServerUser? {
        guard sub != nil || email != nil || name != nil else { return nil }
        return ServerUser(id: sub, email: email, displayName: name, provider: provider)
    }
}
