import Foundation
import FuncKit
import JWTKit

/// Checks tokens of outside issuers.
struct OIDCVerifier: Sendable {
    /// Clocks of two machines differ.
    static let leeway: TimeInterval = 60

    /// Whom a token speaks of.
    struct Identity: Hashable, Sendable {
        var issuer: OIDCIssuer
        var subject: String
        var email: String
        var name: String
        var role: Role?
        /// When the token ends, by the issuer's clock.
        var expiresAt: Date
    }

    private let issuers: [String: (settings: OIDCIssuer, keys: IssuerKeys)]
    private let now: @Sendable () -> Date

    init(issuers: [OIDCIssuer], fetcher: any KeySetFetching, now: @escaping @Sendable () -> Date) {
        self.now = now
        self.issuers = issuers.reduce(into: [:]) { result, issuer in
            result[issuer.issuer] = (issuer, IssuerKeys(issuer: issuer, fetcher: fetcher, now: now))
        }
    }

    /// Whether a token names an issuer that is configured.
    func knowsIssuer(of token: CompactToken) -> Bool {
        token.issuer.map { issuers[$0] != nil } ?? false
    }

    /// Whom a good token speaks of.
    /// - Throws: ``TokenRefusal``; `unreachable` where the issuer's keys cannot be had.
    func identity(of token: CompactToken) async throws -> Identity {
        guard let name = token.issuer, let (issuer, keys) = issuers[name] else { throw TokenRefusal.forged }
        let verifier = try await keys.keys(for: token)
        let claims = try await verifier.claims(of: token, as: Claims.self).values
        let end = try check(claims, of: issuer)
        guard case .string(let subject)? = claims[issuer.userClaim], !subject.isEmpty else {
            throw TokenRefusal.notValid
        }
        // Whoever may register any address at the issuer must not become its owner here.
        if issuer.userClaim == "email", claims["email_verified"] == .bool(false) { throw TokenRefusal.notValid }
        let email = Self.text(claims["email"]) ?? ""
        return Identity(
            issuer: issuer,
            subject: subject,
            email: email,
            name: Self.text(claims["name"]) ?? (email.isEmpty ? subject : email),
            role: Self.role(claims, of: issuer),
            expiresAt: Date(timeIntervalSince1970: end)
        )
    }

    /// Checks issuer, audience and times, and gives the time at which the token ends.
    private func check(_ claims: [String: JSONValue], of issuer: OIDCIssuer) throws -> TimeInterval {
        let time = now().timeIntervalSince1970
        let audiences = Self.texts(claims["aud"])
        guard claims["iss"] == .string(issuer.issuer), audiences.contains(where: issuer.audiences.contains),
            let end = Self.seconds(claims["exp"]), end + Self.leeway > time
        else { throw TokenRefusal.notValid }
        guard let notBefore = claims["nbf"] else { return end }
        guard let start = Self.seconds(notBefore), start - Self.leeway <= time else { throw TokenRefusal.notValid }
        return end
    }

    private static func role(_ claims: [String: JSONValue], of issuer: OIDCIssuer) -> Role? {
        let values = issuer.roleClaim.map { texts(claims[$0]) } ?? []
        return values.compactMap { issuer.roles[$0] }.max() ?? issuer.defaultRole
    }

    private static func text(_ value: JSONValue?) -> String? {
        guard case .string(let text)? = value, !text.isEmpty else { return nil }
        return String(text.prefix(256))
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let values): values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        default: []
        }
    }

    private static func seconds(_ value: JSONValue?) -> TimeInterval? {
        switch value {
        case .integer(let number): TimeInterval(number)
        case .number(let number): number
        default: nil
        }
    }

    /// Claims of any kind.
    private struct Claims: JWTPayload {
        var values: [String: JSONValue]

        init(from decoder: any Decoder) throws {
            values = try [String: JSONValue](from: decoder)
        }

        func encode(to encoder: any Encoder) throws {
            try values.encode(to: encoder)
        }

        /// ``OIDCVerifier`` checks the claims, by its own clock.
        func verify(using algorithm: some JWTAlgorithm) {}
    }
}
