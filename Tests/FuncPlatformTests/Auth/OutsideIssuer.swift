import Foundation
import FuncKit
import JWTKit
import TestSupport
import Testing

@testable import FuncPlatform

/// An issuer of tokens outside of the platform, with an RSA and an EC key.
struct OutsideIssuer: Sendable {
    static let address = "https://id.example.com"
    static let keySetAddress = "https://id.example.com/keys"
    static let time = 1_800_000_000

    private let folder: TemporaryFolder
    let rsa: JWTKit.Insecure.RSA.PrivateKey
    let ecdsa = ES256PrivateKey()

    init() throws {
        folder = try TemporaryFolder("issuer")
        rsa = try TokenKeyFolder(path: folder.path).makeSigningKey()
    }

    /// The platform's settings for it.
    static func settings(_ change: (inout OIDCIssuer) -> Void = { _ in }) -> OIDCIssuer {
        var issuer = OIDCIssuer(
            name: "company",
            issuer: address,
            audiences: ["my-client", "other-client"],
            keySetURL: keySetAddress
        )
        change(&issuer)
        return issuer
    }

    /// Its public RSA key.
    func webKey(named name: String? = "first") throws -> WebKey {
        var key = try WebKey(rsa: rsa.publicKey)
        key.kid = name
        return key
    }

    /// Its public EC key.
    func curveKey(named name: String) throws -> WebKey {
        var key = try webKey(named: name)
        (key.kty, key.alg, key.n, key.e) = ("EC", "ES256", nil, nil)
        (key.crv, key.x, key.y) = ("P-256", ecdsa.parameters?.x, ecdsa.parameters?.y)
        return key
    }

    static func document(_ keys: [WebKey]) throws -> String {
        String(decoding: try JSONEncoder().encode(WebKeySet(keys: keys)), as: UTF8.self)
    }

    /// Claims of a good token.
    static func claims(_ changes: [String: (any Sendable)?] = [:]) -> TokenMaker.Fields {
        var claims: TokenMaker.Fields = [
            "iss": address, "aud": "my-client", "sub": "ada-7", "email": "ada@example.com", "name": "Ada",
            "exp": time + 600,
        ]
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    /// A token that its RSA key signs.
    func token(
        _ changes: [String: (any Sendable)?] = [:],
        header: TokenMaker.Fields = ["alg": "RS256", "kid": "first"]
    ) async throws -> String {
        let keys = await JWTKeyCollection().add(rsa: rsa, digestAlgorithm: .sha256)
        return try await TokenMaker.signed(header, Self.claims(changes), by: keys)
    }

    /// A token that its EC key signs.
    func curveToken(header: TokenMaker.Fields) async throws -> String {
        try await TokenMaker.signed(header, Self.claims(), by: await JWTKeyCollection().add(ecdsa: ecdsa))
    }
}

extension AuthFixture {
    /// A platform that knows an outside issuer and finds its RSA key as `first`.
    init(knowing issuer: OutsideIssuer, _ change: (inout OIDCIssuer) -> Void = { _ in }) throws {
        let settings = OutsideIssuer.settings(change)
        try self.init {
            $0.oidcIssuers = [settings]
            $0.wrongCredentialsPerMinute = 0
        }
        keySets.publish(try OutsideIssuer.document([issuer.webKey()]), at: OutsideIssuer.keySetAddress)
    }
}

extension APISession {
    /// Expects a status of a request that needs nothing but good credentials.
    func expect(
        _ token: String,
        _ status: Int,
        _ comment: Comment? = nil,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await me(token)
        #expect(found == status, comment, sourceLocation: sourceLocation)
    }
}
