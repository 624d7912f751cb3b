import Foundation
import FuncKit
import JWTKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Tokens of outside issuers: whom they speak of, and which are refused.
struct OIDCTests {
    private let issuer: OutsideIssuer

    init() throws {
        issuer = try OutsideIssuer()
    }

    @Test func `a token of a configured issuer makes its bearer someone with the issuer's role`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let token = try await issuer.token()
        try await fixture.run { session in
            let me = try await session.with(token).send(.get, "/auth/me")
            #expect(me.status == 200)
            #expect(me.object("user")?["email"] as? String == "ada@example.com")
            #expect(me.object("user")?["provider"] as? String == "company")
            #expect(me.object("roles") as? [String: String] == ["default": "viewer"])
            let again = try await session.with(token).send(.get, "/auth/me")
            #expect(again.object("user")?["id"] as? String == me.object("user")?["id"] as? String)
            let functions = "/api/v1/workspaces/default/functions"
            #expect(try await session.with(token).send(.get, functions).status == 200)
            let created = try await session.with(token).send(.post, functions, #"{"name":"a","runtime":"python"}"#)
            #expect(created.status == 403)
        }
    }

    @Test func `issuer, audience and times are held to`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let time = OutsideIssuer.time
        let good: [(String, [String: (any Sendable)?])] = [
            ("as it is", [:]), ("one of several audiences", ["aud": ["x", "other-client"]]),
            ("ended within what clocks differ", ["exp": time - 59]),
            ("begins within what clocks differ", ["nbf": time + 60]),
            ("time with a fraction", ["exp": 1_800_000_000.5]),
        ]
        let bad: [(String, [String: (any Sendable)?])] = [
            ("ended", ["exp": time - 60]), ("no end", ["exp": nil]), ("end as text", ["exp": "\(time + 600)"]),
            ("not yet", ["nbf": time + 61]), ("beginning as text", ["nbf": "0"]),
            ("other audience", ["aud": "someone-else"]), ("other audiences", ["aud": ["a", "b"]]),
            ("no audience", ["aud": nil]), ("empty audiences", ["aud": [String]()]),
            ("other issuer", ["iss": "https://evil.example"]),
            ("issuer with a slash", ["iss": OutsideIssuer.address + "/"]),
            ("no issuer", ["iss": nil]), ("no subject", ["sub": nil]), ("empty subject", ["sub": ""]),
            ("subject that is no text", ["sub": 7]),
        ]
        try await fixture.run { session in
            for (what, changes) in good {
                try await session.expect(issuer.token(changes), 200, "\(what)")
            }
            for (what, changes) in bad {
                let answer = try await session.with(try await issuer.token(changes)).send(.get, "/auth/me")
                #expect(answer.status == 401, "\(what)")
                #expect(answer.text("error") == "invalid or expired token", "\(what)")
            }
        }
    }

    @Test func `the key decides on the algorithm`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let keys = try [issuer.webKey(), issuer.curveKey(named: "curve")]
        fixture.keySets.publish(try OutsideIssuer.document(keys), at: OutsideIssuer.keySetAddress)
        let modulus = try issuer.rsa.publicKey.getKeyPrimitives().modulus
        let claims = OutsideIssuer.claims()
        var forged = [
            try TokenMaker.input(["alg": "none", "kid": "first"], claims) + ".",
            try TokenMaker.input(["alg": "none", "kid": "first"], claims) + ".AAAA",
            // RSA's key under the other's name, and the other way round.
            try await issuer.token(header: ["alg": "RS256", "kid": "curve"]),
            try await issuer.token(header: ["alg": "ES256", "kid": "first"]),
            try await issuer.curveToken(header: ["alg": "ES256", "kid": "first"]),
            // Of two keys, none is meant by a token without a name.
            try await issuer.token(header: ["alg": "RS256"]),
        ]
        for secret in [modulus, Data(issuer.rsa.publicKey.pemRepresentation.utf8)] {
            forged.append(try TokenMaker.hmac(["alg": "HS256", "kid": "first"], claims, secret: secret))
            forged.append(try TokenMaker.hmac(["alg": "RS256", "kid": "first"], claims, secret: secret))
        }
        let other = try OutsideIssuer()
        forged.append(try await other.token())
        let tokens = forged
        try await fixture.run { session in
            for token in tokens { try await session.expect(token, 401, "\(token)") }
            try await session.expect(issuer.token(), 200)
            try await session.expect(issuer.curveToken(header: ["alg": "ES256", "kid": "curve"]), 200)
        }
    }

    @Test func `a key without a name is the one where it is alone`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let nameless = try OutsideIssuer.document([issuer.webKey(named: nil)])
        fixture.keySets.publish(nameless, at: OutsideIssuer.keySetAddress)
        try await fixture.run { session in
            try await session.expect(issuer.token(header: ["alg": "RS256"]), 200)
            try await session.expect(issuer.token(), 200)
        }
    }

    @Test func `roles come by a claim, the highest of several`() async throws {
        let fixture = try AuthFixture(knowing: issuer) {
            $0.roleClaim = "groups"
            $0.roles = ["platform": .admin, "staff": .developer]
            $0.defaultRole = nil
        }
        let cases: [((any Sendable)?, [String: String])] = [
            (["staff", "platform"], ["default": "admin"]), ("staff", ["default": "developer"]),
            (["visitors"], [:]), (nil, [:]), (7, [:]),
        ]
        try await fixture.run { session in
            for (groups, roles) in cases {
                let me = try await session.with(try await issuer.token(["groups": groups])).send(.get, "/auth/me")
                #expect(me.status == 200)
                #expect(me.object("roles") as? [String: String] == roles, "\(String(describing: groups))")
                #expect(me.json["is_admin"] as? Bool == false)
            }
        }
    }

    @Test func `an address that the issuer did not verify names nobody`() async throws {
        let fixture = try AuthFixture(knowing: issuer) { $0.userClaim = "email" }
        try await fixture.run { session in
            try await session.expect(issuer.token(["email_verified": false]), 401)
            try await session.expect(issuer.token(["email_verified": true]), 200)
        }
    }

    @Test func `a subject of one issuer is nobody else's`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        try await fixture.run { session in
            let own = try await session.signIn(role: "admin")
            let mine = try await session.with(own.access).send(.get, "/auth/me")
            let id = try #require(mine.object("user")?["id"] as? String)
            let token = try await issuer.token(["sub": id, "role": "admin"])
            let me = try await session.with(token).send(.get, "/auth/me")
            #expect(me.object("user")?["id"] as? String != id)
            #expect(me.object("roles") as? [String: String] == ["default": "viewer"])
        }
    }
}
