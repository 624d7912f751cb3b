import Foundation
import FuncKit
import Testing

@testable import FuncPlatform

/// Signing in with the built-in provider.
struct SignInTests {
    @Test func `from the page to a token, with PKCE and a program that listens`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let redirect = "http://127.0.0.1:49152/done?x=1"
            let begun = try await session.with("secret").send(
                .post,
                "/auth/login/local",
                #"{"code_challenge":"\#(APISession.challenge)","code_challenge_method":"S256","redirect_url":"\#(redirect)"}"#
            )
            #expect(begun.status == 200)
            #expect(begun.text("provider") == "local")
            #expect(begun.text("redirect_url") == redirect)
            let state = try #require(begun.text("state"))
            let page = try #require(URLComponents(string: begun.text("auth_url") ?? ""))
            #expect(page.path == "/auth/provider/authorize")
            #expect(page.queryItems?.contains(URLQueryItem(name: "state", value: state)) == true)

            let nonce = try await session.nonce(state)
            let answer = try await session.decide(state, nonce: nonce, ["role": "developer", "name": "Ada Lovelace"])
            #expect(answer.status == 302)
            let location = try #require(answer.headers[.location])
            #expect(location.hasPrefix(redirect + "&code="))
            #expect(location.hasSuffix("&state=\(state)"))
            let code = try #require(
                URLComponents(string: location)?.queryItems?.first { $0.name == "code" }?.value
            )
            let redeemed = try await session.redeem(code, state, verifier: APISession.verifier)
            let tokens = try Tokens(redeemed)
            let user = try #require(redeemed.object("user"))
            #expect(user["email"] as? String == "ada@example.com")
            #expect(user["display_name"] as? String == "Ada Lovelace")
            #expect(user["provider"] as? String == "local")

            let me = try await session.with(tokens.access).send(.get, "/auth/me")
            #expect(me.object("roles") as? [String: String] == ["default": "developer"])
            #expect(me.json["is_admin"] as? Bool == false)
            #expect(me.text("kind") == "user")
            #expect(me.object("user")?["id"] as? String == user["id"] as? String)
            let functions = "/api/v1/workspaces/default/functions?project_id=default"
            #expect(try await session.with(tokens.access).send(.get, functions).status == 200)
        }
    }

    @Test func `a code is good once, and with its verifier only`() async throws {
        let fixture = try AuthFixture()
        let body = #"{"code_challenge":"\#(APISession.challenge)","redirect_url":"http://localhost:1/"}"#
        try await fixture.run { session in
            var state = try await session.begin(body)
            var code = try await session.allow(state)
            // Without a verifier nothing is used up: a browser may have come by with the code before its client did.
            let missing = try await session.redeem(code, state)
            #expect(missing.status == 400)
            #expect(missing.text("error")?.contains("code_verifier") == true)
            let page = try await session.send(.get, "/auth/callback/local?code=\(code)&state=\(state)")
            #expect(page.status == 400)
            #expect(try await session.redeem(code, state, verifier: APISession.verifier).status == 200)
            let again = try await session.redeem(code, state, verifier: APISession.verifier)
            #expect(again.status == 401)
            #expect(again.text("error") == "authentication failed")

            state = try await session.begin(body)
            code = try await session.allow(state)
            let wrong = String(APISession.verifier.reversed())
            #expect(try await session.redeem(code, state, verifier: wrong).status == 401)
            #expect(try await session.redeem(code, state, verifier: APISession.verifier).status == 401)

            state = try await session.begin()
            code = try await session.allow(state)
            #expect(try await session.redeem(code + "x", state).status == 401)
            #expect(try await session.redeem(code, state).status == 401)
        }
    }

    @Test func `a code lasts a minute, a sign-in ten`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            var state = try await session.begin()
            var code = try await session.allow(state)
            fixture.advance(60)
            #expect(try await session.redeem(code, state).status == 401)

            state = try await session.begin()
            fixture.advance(599)
            let nonce = try await session.nonce(state)
            fixture.advance(1)
            #expect(try await session.decide(state, nonce: nonce).status == 400)
            #expect(try await session.send(.get, "/auth/provider/authorize?state=\(state)").status == 400)

            state = try await session.begin()
            fixture.advance(595)
            code = try await session.allow(state)
            fixture.advance(4)
            #expect(try await session.redeem(code, state).status == 200)
        }
    }

    @Test func `codes are pasted where nothing listens`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let state = try await session.begin()
            let answer = try await session.decide(state, nonce: try await session.nonce(state))
            let location = try #require(answer.headers[.location])
            #expect(location.hasPrefix("/auth/callback/local?code="))
            let shown = try await session.send(.get, location)
            #expect(shown.object("user")?["email"] as? String == "ada@example.com")
            #expect(try await session.me(try Tokens(shown).access) == 200)

            // A browser cannot send a verifier along, so that the page shows the code instead.
            let other = try await session.begin(#"{"code_challenge":"\#(APISession.challenge)"}"#)
            let page = try await session.decide(other, nonce: try await session.nonce(other))
            #expect(page.status == 200)
            let html = String(decoding: page.body, as: UTF8.self)
            let code = try #require(html.firstMatch(of: /<dd><code>([\w-]{43})<\/code>/)).1
            let body = #"{"code":"\#(code)","state":"\#(other)","code_verifier":"\#(APISession.verifier)"}"#
            // The web console posts without the provider.
            #expect(try await session.send(.post, "/auth/callback", body).status == 200)
        }
    }

    @Test(arguments: ["", "code=a", "state=a", "code=&state="])
    func `a callback without code or state is refused`(query: String) async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let answer = try await session.send(.get, "/auth/callback/local?\(query)")
            #expect(answer.status == 400)
            #expect(answer.text("error") == "missing authorization code or state")
        }
    }

    @Test func `who denies signs nobody in`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            var state = try await session.begin(#"{"redirect_url":"http://[::1]:8000"}"#)
            var answer = try await session.decide(
                state,
                nonce: try await session.nonce(state),
                ["decision": "deny", "email": ""]
            )
            #expect(answer.headers[.location] == "http://[::1]:8000?error=access_denied&state=\(state)")
            #expect(try await session.send(.get, "/auth/provider/authorize?state=\(state)").status == 400)
            state = try await session.begin()
            answer = try await session.decide(state, nonce: try await session.nonce(state), ["decision": "deny"])
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("Nobody was signed in"))
        }
    }

    @Test func `a form can be sent once, and only the latest one`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let state = try await session.begin()
            let old = try await session.nonce(state)
            let new = try await session.nonce(state)
            #expect(try await session.decide(state, nonce: old).status == 400)
            #expect(try await session.decide(state, nonce: "").status == 400)
            let other = try await session.begin()
            #expect(try await session.decide(other, nonce: new).status == 400)
            #expect(try await session.decide(state, nonce: new).status == 302)
            #expect(try await session.decide(state, nonce: new).status == 400)
        }
    }

    @Test func `who is not the owner gets in with the owner's token only`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let state = try await session.begin(isOwner: false)
            var page = try await session.send(.get, "/auth/provider/authorize?state=\(state)")
            #expect(String(decoding: page.body, as: UTF8.self).contains("platform_token"))
            for token in ["", "wrong", "Secret"] {
                let nonce = try APISession.nonce(in: page)
                page = try await session.decide(state, nonce: nonce, ["role": "admin", "platform_token": token])
                #expect(page.status == 422, "'\(token)'")
                let html = String(decoding: page.body, as: UTF8.self)
                #expect(html.contains("this is not the token of the platform"))
                #expect(html.contains(#"value="ada@example.com""#))
                #expect(!html.contains("wrong"))
            }
            let nonce = try APISession.nonce(in: page)
            let answer = try await session.decide(state, nonce: nonce, ["platform_token": "secret"])
            #expect(answer.status == 302)
            // The owner's own page does not ask, and other people's tokens make no owner.
            let own = try await session.begin()
            let form = try await session.send(.get, "/auth/provider/authorize?state=\(own)")
            #expect(!String(decoding: form.body, as: UTF8.self).contains("platform_token"))
            let tokens = try await session.signIn(role: "admin")
            let begun = try await session.with(tokens.access).send(.post, "/auth/login/local", "{}")
            let stranger = try #require(begun.text("state"))
            let asked = try await session.send(.get, "/auth/provider/authorize?state=\(stranger)")
            #expect(String(decoding: asked.body, as: UTF8.self).contains("platform_token"))
        }
    }

    @Test func `settings open the provider to all, or close it`() async throws {
        let open = try AuthFixture { $0.localSignIn = .open }
        try await open.run { session in
            let state = try await session.begin(isOwner: false)
            _ = try await session.allow(state)
        }
        let off = try AuthFixture { $0.localSignIn = .off }
        try await off.run { session in
            let answer = try await session.with("secret").send(.post, "/auth/login/local", "{}")
            #expect(answer.status == 400)
            #expect(answer.text("error") == "invalid provider or configuration error")
        }
    }

    @Test(arguments: [
        #"{"code_challenge":"short"}"#, #"{"code_challenge_method":"S256","code_challenge":""}"#,
        #"{"code_challenge_method":"plain","code_challenge":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}"#,
        #"{"provider":"google"}"#, #"{"redirect_url":"https://example.com/"}"#, #"{"redirect_url":7}"#, "[", "7",
    ])
    func `a sign-in that cannot work does not begin`(body: String) async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let answer = try await session.send(.post, "/auth/login/local", body)
            #expect(answer.status == 400)
            #expect(answer.code == "invalid_argument")
            #expect(try await session.send(.post, "/auth/login/github", "{}").status == 400)
        }
    }

    @Test func `roles come with a sign-in and stay`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            func roles(_ tokens: Tokens) async throws -> [String: String]? {
                try await session.with(tokens.access).send(.get, "/auth/me").object("roles") as? [String: String]
            }
            #expect(try await roles(session.signIn()) == [:])
            let functions = "/api/v1/workspaces/default/functions"
            let none = try await session.signIn()
            #expect(try await session.with(none.access).send(.get, functions).status == 403)
            #expect(try await roles(session.signIn(role: "viewer")) == ["default": "viewer"])
            #expect(try await roles(session.signIn(email: "ADA@example.com")) == ["default": "viewer"])
            #expect(try await roles(session.signIn(email: "bob@example.com")) == [:])
            // Changing a role changes what tokens from before may do.
            #expect(try await session.with(none.access).send(.get, functions).status == 200)
        }
    }
}
