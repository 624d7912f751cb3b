import JWTKit

/// What an access token of this platform says.
struct PlatformClaims: JWTPayload, Hashable {
    /// Who it is for: a user, a service account or an API key, by id.
    var subject: String
    var issuedAt: Int
    var expiresAt: Int
    /// Never set by the platform, and kept to where it is.
    var notBefore: Int?
    var issuer: String
    var audience: [String]
    /// One per token. A session accepts the latest one only, so that a refresh ends those before it.
    var tokenID: String
    var userID: String
    var email: String
    var name: String
    var provider: String
    var organizations: [String]
    /// The session, or the API key, that it comes from and ends with.
    var sessionID: String

    enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case issuedAt = "iat"
        case expiresAt = "exp"
        case notBefore = "nbf"
        case issuer = "iss"
        case audience = "aud"
        case tokenID = "jti"
        case userID = "user_id"
        case email, name, provider
        case organizations = "org_ids"
        case sessionID = "session_id"
    }

    /// ``AccessTokens`` checks the claims, by its own clock.
    func verify(using algorithm: some JWTAlgorithm) {}
}
