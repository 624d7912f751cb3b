import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import FuncPlatform

/// A platform that people and programs sign in to, at a time that tests move.
struct AuthFixture: Sendable {
    let control: ControlFixture
    let clock: MutexBox<Date>
    let keySets = FakeKeySets()

    init(
        folder: TemporaryFolder? = nil,
        change: (inout AuthSettings) -> Void = { _ in }
    ) throws {
        var settings = AuthSettings()
        change(&settings)
        let clock = MutexBox(Date(timeIntervalSince1970: 1_800_000_000))
        self.clock = clock
        control = try ControlFixture(folder: folder, settings: settings, fetcher: keySets, now: { clock.current })
    }

    func advance(_ seconds: TimeInterval) {
        clock.mutate { $0 += seconds }
    }

    /// Runs `body` with a client that has no credentials.
    func run(_ body: @Sendable (APISession) async throws -> Void) async throws {
        let application = control.application(authenticator: control.auth.authenticator)
        try await application.test(.router) { try await body(APISession(client: $0, token: nil)) }
        try await control.stop()
    }
}

/// Tokens as clients get them.
struct Tokens: Sendable {
    var access: String
    var refresh: String

    init(_ answer: APIAnswer) throws {
        #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        access = try #require(answer.text("access_token"))
        refresh = try #require(answer.text("refresh_token"))
        #expect(answer.text("token_type") == "Bearer")
        #expect(answer.json["expires_in"] as? Int == 3600)
        #expect(answer.headers[.cacheControl] == "no-store")
    }
}

extension APISession {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    /// Of the verifier above (RFC 7636, appendix B).
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    /// Begins a sign-in in the owner's name and gives its state.
    func begin(_ body: String = "{}", isOwner: Bool = true) async throws -> String {
        let answer = try await with(isOwner ? "secret" : nil).send(.post, "/auth/login/local", body)
        #expect(answer.status == 200, "\(answer.json)")
        return try #require(answer.text("state"))
    }

    /// The one-time text of the provider's form.
    func nonce(_ state: String) async throws -> String {
        let page = try await send(.get, "/auth/provider/authorize?state=\(state)")
        #expect(page.status == 200)
        return try Self.nonce(in: page)
    }

    static func nonce(in page: APIAnswer) throws -> String {
        let html = String(decoding: page.body, as: UTF8.self)
        let start = try #require(html.range(of: #"name="nonce" value=""#))
        return String(html[start.upperBound...].prefix { $0 != "\"" })
    }

    /// Sends the provider's form.
    func decide(_ state: String, nonce: String, _ fields: [String: String] = [:]) async throws -> APIAnswer {
        var form = ["state": state, "nonce": nonce, "decision": "allow", "email": "ada@example.com", "name": "Ada"]
        form.merge(fields) { $1 }
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
        let body = form.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: plain) ?? "")" }
        return try await send(
            .post,
            "/auth/provider/authorize",
            body.joined(separator: "&"),
            headers: [.contentType: "application/x-www-form-urlencoded"]
        )
    }

    /// Lets someone in, and gives the code that the browser is sent on with.
    func allow(_ state: String, _ fields: [String: String] = [:]) async throws -> String {
        let answer = try await decide(state, nonce: try await nonce(state), fields)
        #expect(answer.status == 302, "\(String(decoding: answer.body, as: UTF8.self))")
        let location = try #require(answer.headers[.location])
        return try #require(URLComponents(string: location)?.queryItems?.first { $0.name == "code" }?.value)
    }

    /// Redeems a code.
    func redeem(_ code: String, _ state: String, verifier: String? = nil) async throws -> APIAnswer {
        let proof = verifier.map { #","code_verifier":"\#($0)""# } ?? ""
        return try await send(.post, "/auth/callback/local", #"{"code":"\#(code)","state":"\#(state)"\#(proof)}"#)
    }

    /// Signs someone in.
    func signIn(email: String = "ada@example.com", role: String = "") async throws -> Tokens {
        let state = try await begin()
        let code = try await allow(state, ["email": email, "role": role])
        return try Tokens(try await redeem(code, state))
    }

    /// Exchanges a refresh token.
    func refresh(_ token: String) async throws -> APIAnswer {
        try await send(.post, "/auth/refresh", #"{"refresh_token":"\#(token)"}"#)
    }

    /// Status of a request that needs nothing but good credentials.
    func me(_ token: String?) async throws -> Int {
        try await with(token).send(.get, "/auth/me").status
    }
}
