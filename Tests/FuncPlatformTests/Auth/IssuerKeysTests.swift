import Foundation
import FuncKit
import JWTKit
import TestSupport
import Testing

@testable import FuncPlatform

/// The keys of outside issuers: when they are asked for, kept and believed.
struct IssuerKeysTests {
    private static let discovery = OutsideIssuer.address + "/.well-known/openid-configuration"
    private let issuer: OutsideIssuer

    init() throws {
        issuer = try OutsideIssuer()
    }

    @Test func `keys are kept for an hour`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let token = try await issuer.token(["exp": OutsideIssuer.time + 9000])
        try await fixture.run { session in
            for _ in 0..<3 { try await session.expect(token, 200) }
            #expect(fixture.keySets.requests.current == [OutsideIssuer.keySetAddress])
            fixture.advance(3599)
            try await session.expect(token, 200)
            #expect(fixture.keySets.requests.current.count == 1)
            fixture.advance(1)
            try await session.expect(token, 200)
            #expect(fixture.keySets.requests.current.count == 2)
        }
    }

    @Test func `made-up key names make the platform ask once a minute`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let good = try await issuer.token()
        let odd = try await (0..<20).asyncMap {
            try await issuer.token(header: ["alg": "RS256", "kid": "made-up-\($0)"])
        }
        try await fixture.run { session in
            try await session.expect(good, 200)
            for token in odd { try await session.expect(token, 401) }
            #expect(fixture.keySets.requests.current.count == 1)
            fixture.advance(60)
            for token in odd { try await session.expect(token, 401) }
            #expect(fixture.keySets.requests.current.count == 2)
            try await session.expect(good, 200)
        }
    }

    @Test func `a new key of the issuer is found, and one that it withdrew is not believed for long`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let old = try await issuer.token()
        let new = try await issuer.token(header: ["alg": "RS256", "kid": "second"])
        try await fixture.run { session in
            try await session.expect(old, 200)
            fixture.keySets.publish(
                try OutsideIssuer.document([issuer.webKey(named: "second")]),
                at: OutsideIssuer.keySetAddress
            )
            fixture.advance(60)
            try await session.expect(new, 200)
            try await session.expect(old, 401)
        }
    }

    @Test func `requests that come together ask once`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let token = try await issuer.token()
        try await fixture.run { session in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 { group.addTask { try await session.me(token) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0 == 200 })
            #expect(fixture.keySets.requests.current.count == 1)
        }
    }

    @Test func `an issuer that is down is said, and asked again after a pause`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let document = try OutsideIssuer.document([issuer.webKey()])
        let token = try await issuer.token(["exp": OutsideIssuer.time + 9000])
        fixture.keySets.documents.mutate { $0 = [:] }
        try await fixture.run { session in
            for _ in 0..<3 {
                let answer = try await session.with(token).send(.get, "/auth/me")
                #expect(answer.status == 502)
                #expect(answer.code == "unreachable")
                #expect(answer.text("error") == "the keys of issuer 'company' cannot be had")
            }
            #expect(fixture.keySets.requests.current.count == 1)
            // Nobody else notices.
            try await session.expect("secret", 200)
            fixture.keySets.publish(document, at: OutsideIssuer.keySetAddress)
            fixture.advance(60)
            try await session.expect(token, 200)
            // Keys from before are better than none.
            fixture.keySets.documents.mutate { $0 = [:] }
            fixture.advance(3600)
            try await session.expect(token, 200)
        }
    }

    @Test(
        arguments: [
            "", "no JSON", "[]", "{}", #"{"keys":[]}"#,
            #"{"keys":[{"kty":"oct","k":"AAAA","kid":"first","alg":"HS256"}]}"#,
            #"{"keys":[{"kty":"RSA","kid":"first","n":"AQAB","e":"AQAB"}]}"#,
            #"{"keys":[{"kty":"RSA","kid":"first","use":"enc","n":"AQAB","e":"AQAB"}]}"#,
        ]
    )
    func `a key set without a usable key lets nobody in`(document: String) async throws {
        let fixture = try AuthFixture(knowing: issuer)
        fixture.keySets.publish(document, at: OutsideIssuer.keySetAddress)
        let token = try await issuer.token()
        try await fixture.run { session in
            try await session.expect(token, 502)
        }
    }

    @Test func `a key of an unknown kind does not spoil the others`() async throws {
        let fixture = try AuthFixture(knowing: issuer)
        let known = try OutsideIssuer.document([issuer.webKey()]).dropFirst(#"{"keys":["#.count)
        let odd = #"{"keys":[7,{"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":5},"#
        fixture.keySets.publish(odd + known, at: OutsideIssuer.keySetAddress)
        let token = try await issuer.token()
        try await fixture.run { session in
            try await session.expect(token, 200)
        }
    }

    @Test func `an issuer says itself where its keys are`() async throws {
        let fixture = try AuthFixture(knowing: issuer) { $0.keySetURL = nil }
        fixture.keySets.publish(
            #"{"issuer":"\#(OutsideIssuer.address)","jwks_uri":"\#(OutsideIssuer.keySetAddress)"}"#,
            at: Self.discovery
        )
        let token = try await issuer.token()
        try await fixture.run { session in
            try await session.expect(token, 200)
            #expect(fixture.keySets.requests.current == [Self.discovery, OutsideIssuer.keySetAddress])
        }
    }

    @Test(
        arguments: [
            #"{"issuer":"https://evil.example","jwks_uri":"https://id.example.com/keys"}"#,
            #"{"issuer":"https://id.example.com/","jwks_uri":"https://id.example.com/keys"}"#,
            #"{"issuer":"https://id.example.com","jwks_uri":"http://id.example.com/keys"}"#,
            #"{"issuer":"https://id.example.com","jwks_uri":"file:///etc/passwd"}"#,
            #"{"issuer":"https://id.example.com"}"#,
        ]
    )
    func `a description of another issuer, or of keys that could be anyone's, is not believed`(document: String)
        async throws
    {
        let fixture = try AuthFixture(knowing: issuer) { $0.keySetURL = nil }
        fixture.keySets.publish(document, at: Self.discovery)
        let token = try await issuer.token()
        try await fixture.run { session in
            try await session.expect(token, 502)
            #expect(fixture.keySets.requests.current == [Self.discovery])
        }
    }
}

extension Sequence {
    /// The results of a transformation, one after the other.
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
