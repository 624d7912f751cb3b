import Crypto
import Foundation
import FuncKit
import JWTKit
import TestSupport
import Testing

@testable import FuncPlatform

/// The platform's own tokens, and everything that pretends to be one.
struct AccessTokenTests {
    @Test func `a token says who, for whom and until when`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let tokens = try await session.signIn()
            let (header, claims) = try TokenMaker.parts(tokens.access)
            let set = try await session.send(.get, "/.well-known/jwks.json")
            let key = try #require(set.list("keys")?.first)
            #expect(set.list("keys")?.count == 1)
            #expect(header["alg"] as? String == "RS256")
            #expect(header["kid"] as? String == key["kid"] as? String)
            #expect([key["kty"], key["use"], key["alg"]].map { $0 as? String } == ["RSA", "sig", "RS256"])
            #expect(key["d"] == nil)
            #expect(claims["iss"] as? String == "https://api.hexabase-kaas.io")
            #expect(claims["aud"] as? [String] == ["hexabase-api"])
            #expect(claims["iat"] as? Int == 1_800_000_000)
            #expect(claims["exp"] as? Int == 1_800_003_600)
            #expect(claims["email"] as? String == "ada@example.com")
            #expect(claims["name"] as? String == "Ada")
            #expect(claims["provider"] as? String == "local")
            #expect(claims["org_ids"] as? [String] == ["default"])
            #expect(claims["sub"] as? String == claims["user_id"] as? String)
            #expect((claims["session_id"] as? String)?.hasPrefix("sess-") == true)
            #expect(try await session.send(.get, "/.well-known/openid-configuration").status == 404)
        }
    }

    @Test func `tokens that nobody was given are refused`() async throws {
        let fixture = try AuthFixture { $0.wrongCredentialsPerMinute = 0 }
        try await fixture.run { session in
            let good = try await session.signIn(role: "admin").access
            #expect(try await session.me(good) == 200)
            for (what, token) in try await Self.forgeries(of: good, fixture) {
                let answer = try await session.with(token).send(.get, "/auth/me")
                #expect(answer.status == 401, "\(what)")
                #expect(answer.text("error") == "invalid or expired token", "\(what)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer", "\(what)")
            }
            #expect(try await session.me(good) == 200)
        }
    }

    /// Every way of making a token without being who may.
    private static func forgeries(of good: String, _ fixture: AuthFixture) async throws -> [(String, String)] {
        let parts = good.split(separator: ".").map(String.init)
        let kid = try #require(try TokenMaker.parts(good).header["kid"] as? String)
        let claims = try TokenMaker.parts(good).claims
        let folder = TokenKeyFolder(path: fixture.control.folder.path("keys"))
        let key = try #require(try folder.signingKey())
        let own = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
        let sha512 = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha512)
        let pss = await JWTKeyCollection().add(pss: key, digestAlgorithm: .sha256)
        let ecdsa = ES256PrivateKey()
        let foreign = await JWTKeyCollection().add(ecdsa: ecdsa)
        let point = try #require(ecdsa.parameters)
        let jwk = ["kty": "EC", "crv": "P-256", "x": point.x, "y": point.y]
        var tampered = claims
        tampered["sub"] = "local"
        let payload = try TokenMaker.input([:], tampered).split(separator: ".")[1]
        var forged: [(String, String)] = [
            ("tampered payload", "\(parts[0]).\(payload).\(parts[2])"),
            ("no signature", "\(parts[0]).\(parts[1])."),
            ("two parts", "\(parts[0]).\(parts[1])"),
            ("four parts", good + ".x"),
            ("padded signature", good + "=="),
            ("other spelling of the signature", parts[0] + "." + parts[1] + "." + Self.respelled(parts[2])),
            ("development token", "dev_token_user_1"), ("development token", "dev_token_"),
            ("empty parts", ".."), ("nonsense", "a.b.c"), ("too long", good + String(repeating: "A", count: 20_000)),
        ]
        for name in ["none", "None", "NONE", ""] {
            forged.append(("alg '\(name)'", try TokenMaker.input(["alg": name, "kid": kid], claims) + "."))
            forged.append(("signed alg '\(name)'", try TokenMaker.input(["alg": name], claims) + "." + parts[2]))
        }
        let publicKey = key.publicKey
        for (what, secret) in [
            ("PEM", Data(publicKey.pemRepresentation.utf8)),
            ("PEM line", Data((publicKey.pemRepresentation + "\n").utf8)),
            ("DER", publicKey.derRepresentation), ("modulus", try publicKey.getKeyPrimitives().modulus),
        ] {
            for alg in ["HS256", "RS256"] {
                let token = try TokenMaker.hmac(["alg": alg, "kid": kid, "typ": "JWT"], claims, secret: secret)
                forged.append(("\(alg) with the public key as \(what)", token))
            }
        }
        let headers: [(String, TokenMaker.Fields, JWTKeyCollection)] = [
            ("other digest", ["alg": "RS512", "kid": kid], sha512),
            ("other digest as ours", ["alg": "RS256", "kid": kid], sha512),
            ("other padding", ["alg": "PS256", "kid": kid], pss),
            ("other padding as ours", ["alg": "RS256", "kid": kid], pss),
            ("foreign key", ["alg": "ES256", "kid": kid], foreign),
            ("foreign key as ours", ["alg": "RS256", "kid": kid], foreign),
            ("key in the token", ["alg": "ES256", "jwk": jwk], foreign),
            ("our key with a key in the token", ["alg": "RS256", "kid": kid, "jwk": jwk], own),
            ("key at an address", ["alg": "RS256", "kid": kid, "jku": "https://evil.example/keys"], own),
            ("certificate", ["alg": "RS256", "kid": kid, "x5u": "https://evil.example/x"], own),
            ("critical field", ["alg": "RS256", "kid": kid, "crit": ["x"], "x": 1], own),
            ("key name that is a path", ["alg": "RS256", "kid": "../../keys/token.pem"], own),
            ("key name that is a query", ["alg": "RS256", "kid": "' OR 1=1 --"], own),
            ("empty key name", ["alg": "RS256", "kid": ""], own),
            ("key name that is no text", ["alg": "RS256", "kid": 7], own),
        ]
        for (what, header, keys) in headers {
            forged.append((what, try await TokenMaker.signed(header, claims, by: keys)))
        }
        return forged
    }

    /// The last letter of a signature carries bits that a lenient reader ignores.
    private static func respelled(_ text: String) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        guard let last = text.last, let index = letters.firstIndex(of: last) else { return text + "!" }
        return text.dropLast() + String(letters[index ^ 1])
    }

    @Test func `claims of a well signed token are held to`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let good = try await session.signIn().access
            let (header, claims) = try TokenMaker.parts(good)
            let base = claims
            let head: TokenMaker.Fields = ["alg": "RS256", "kid": try #require(header["kid"] as? String)]
            let key = try #require(try TokenKeyFolder(path: fixture.control.folder.path("keys")).signingKey())
            let own = await JWTKeyCollection().add(rsa: key, digestAlgorithm: .sha256)
            let now = 1_800_000_000
            #expect(try await session.me(try await TokenMaker.signed(head, base, by: own)) == 200)
            let changes: [(String, String, (any Sendable)?)] = [
                ("expired", "exp", now), ("expired long ago", "exp", 1), ("without end", "exp", nil),
                ("end that is no number", "exp", "never"), ("not yet valid", "nbf", now + 1),
                ("other issuer", "iss", "https://evil.example"), ("without issuer", "iss", nil),
                ("other audience", "aud", ["someone-else"]), ("without audience", "aud", nil),
                ("other session", "session_id", "sess-other"), ("other token of the session", "jti", "other"),
                ("someone else's session", "sub", "user-other"), ("without session", "session_id", nil),
                ("key as session", "session_id", "key-other"),
            ]
            for (what, name, value) in changes {
                var claims = base
                claims[name] = value
                let token = try await TokenMaker.signed(head, claims, by: own)
                let answer = try await session.with(token).send(.get, "/auth/me")
                #expect(answer.status == 401, "\(what)")
                #expect(answer.text("error") == "invalid or expired token", "\(what)")
            }
            fixture.advance(3599)
            #expect(try await session.me(good) == 200)
            fixture.advance(1)
            #expect(try await session.me(good) == 401)
        }
    }

    @Test func `keys outlast the platform, in a file of their owner's`() async throws {
        let folder = try TemporaryFolder("keys")
        let keyFolder = TokenKeyFolder(path: folder.path("keys"))
        let first = try await TokenKeys(folder: keyFolder).ring()
        let second = try await TokenKeys(folder: keyFolder).ring()
        #expect(first.signingKeyID == second.signingKeyID)
        for (path, mode) in [("keys", 0o700), ("keys/token.pem", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(path))
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
        // Requests that come at the same time do not make a key each.
        let keys = try TokenKeys(folder: TokenKeyFolder(path: folder.path("other")))
        async let one = keys.ring().signingKeyID
        async let two = keys.ring().signingKeyID
        #expect(try await one == two)
    }

    @Test func `a retired key verifies until its file is removed`() async throws {
        let folder = try TemporaryFolder("rotation")
        let first = try AuthFixture(folder: folder)
        let token = MutexBox("")
        try await first.run { session in
            let tokens = try await session.signIn()
            token.mutate { $0 = tokens.access }
        }
        let files = FileManager.default
        try files.moveItem(atPath: folder.path("keys/token.pem"), toPath: folder.path("keys/token-old.pem"))
        let second = try AuthFixture(folder: folder)
        try await second.run { session in
            #expect(try await session.me(token.current) == 200)
            let tokens = try await session.signIn()
            let ids = try [tokens.access, token.current].map { try TokenMaker.parts($0).header["kid"] as? String }
            #expect(ids[0] != ids[1])
            let shown = try await session.send(.get, "/.well-known/jwks.json").list("keys")?.map {
                $0["kid"] as? String
            }
            #expect(shown == ids)
        }
        try files.removeItem(atPath: folder.path("keys/token-old.pem"))
        let third = try AuthFixture(folder: folder)
        try await third.run { session in
            let status = try await session.me(token.current)
            #expect(status == 401)
        }
    }

    @Test(arguments: ["token.pem", "token-old.pem"])
    func `a key file that holds none is named`(name: String) throws {
        let folder = try TemporaryFolder("keys")
        try folder.write("-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n", to: name)
        let error = #expect(throws: FuncError.self) { try TokenKeys(folder: TokenKeyFolder(path: folder.path)) }
        #expect(error?.code == .configInvalid)
        #expect(error?.message.contains(folder.path(name)) == true)
    }

    @Test func `a key is named by its thumbprint`() throws {
        // RFC 7638, section 3.1.
        let modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
            + "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zg"
            + "dAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF"
            + "Cur-kEgU8awapJzKnqDKgw"
        let key = try WebKey(rsa: JWTKit.Insecure.RSA.PublicKey(modulus: modulus, exponent: "AQAB"))
        #expect(key.kid == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.n == modulus)
    }
}
