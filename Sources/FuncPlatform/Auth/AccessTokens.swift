import Foundation
import FuncKit
import JWTKit

/// Issues and checks the platform's own access tokens.
struct AccessTokens: Sendable {
    let keys: TokenKeys
    /// Value of `iss`.
    let issuer: String
    /// Value of `aud`.
    let audience: String
    let lifetimeSeconds: Int
    let now: @Sendable () -> Date

    /// Whom a token is for.
    struct Bearer: Sendable {
        var id: String
        var email = ""
        var name: String
        var provider: String
        var sessionID: String
    }

    /// A signed token with the given identifier.
    /// - Throws: `no_space`, `file_system` where the key cannot be made.
    func issue(to bearer: Bearer, tokenID: String) async throws -> String {
        let issuedAt = Int(now().timeIntervalSince1970)
        let claims = PlatformClaims(
            subject: bearer.id,
            issuedAt: issuedAt,
            expiresAt: issuedAt + lifetimeSeconds,
            issuer: issuer,
            audience: [audience],
            tokenID: tokenID,
            userID: bearer.id,
            email: bearer.email,
            name: bearer.name,
            provider: bearer.provider,
            organizations: ["default"],
            sessionID: bearer.sessionID
        )
        let ring = try await keys.ring()
        return try await ring.signer.sign(claims, kid: JWKIdentifier(string: ring.signingKeyID))
    }

    /// The claims of a token that this platform issued and that is good now. Whether its session still exists is for the
    /// caller to find out.
    /// - Throws: ``TokenRefusal``, or what keeps the keys from being read.
    func claims(of token: CompactToken) async throws -> PlatformClaims {
        let claims = try await keys.ring().verifier.claims(of: token, as: PlatformClaims.self)
        let time = Int(now().timeIntervalSince1970)
        guard claims.issuer == issuer, claims.audience.contains(audience), claims.expiresAt > time,
            claims.notBefore ?? time <= time
        else { throw TokenRefusal.notValid }
        return claims
    }
}
