import Foundation
import FuncKit
import Testing

@testable import FuncPlatform

/// The page of the built-in provider, and the addresses that a sign-in may end at.
struct SignInPageTests {
    @Test func `the page runs nothing, is kept nowhere and goes into no frame`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let state = try await session.begin(#"{"redirect_url":"http://127.0.0.1:5000/x"}"#)
            let page = try await session.send(.get, "/auth/provider/authorize?state=\(state)")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.headers[.xContentTypeOptions] == "nosniff")
            #expect(page.headers[.frameOptions] == "DENY")
            // With 'no-referrer' browsers would send the form from origin 'null', which the gateway refuses.
            #expect(page.headers[.referrerPolicy] == "same-origin")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
            #expect(policy.contains("form-action 'self' http://127.0.0.1:5000;"))
            #expect(policy.contains("frame-ancestors 'none'"))
            let html = String(decoding: page.body, as: UTF8.self)
            #expect(!html.contains("<script"))
            #expect(html.contains(#"<html lang="en">"#))
            let style = try #require(html.firstMatch(of: /<style>((?s).*?)<\/style>/)).1
            let hash = SecretText.sha256(String(style)).base64EncodedString()
            #expect(policy.contains("'sha256-\(hash)'"))
            for id in ["email", "name", "role"] { #expect(html.contains(#"<label for="\#(id)""#)) }
        }
    }

    @Test func `whatever is entered is shown as text`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let attack = #""><script>alert('x')</script>&"#
            let state = try await session.begin()
            let page = try await session.decide(
                state,
                nonce: try await session.nonce(state),
                ["email": attack, "name": attack, "role": attack]
            )
            #expect(page.status == 422)
            let html = String(decoding: page.body, as: UTF8.self)
            #expect(!html.contains("<script"))
            #expect(html.contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"))
            #expect(html.contains(#"role="alert""#))
            let strange = try await session.send(.get, "/auth/provider/authorize?state=%3Cscript%3E")
            #expect(strange.status == 400)
            #expect(!String(decoding: strange.body, as: UTF8.self).contains("<script"))
        }
    }

    @Test(arguments: [
        ["email": ""], ["email": "ada"], ["email": "a@b@c"], ["email": "a b@c"], ["email": "@c"], ["role": "owner"],
        ["name": "a\u{0}b"], ["name": String(repeating: "x", count: 129)], ["decision": "maybe"],
    ])
    func `what cannot be used is asked for again`(fields: [String: String]) async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let state = try await session.begin()
            let page = try await session.decide(state, nonce: try await session.nonce(state), fields)
            #expect(page.status == 422)
            let answer = try await session.decide(state, nonce: try APISession.nonce(in: page))
            #expect(answer.status == 302)
        }
    }

    @Test func `a form that is none is refused`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let path = "/auth/provider/authorize"
            #expect(try await session.send(.post, path, "{}").status == 400)
            for body in ["a=%ZZ", "a=1&a=2", "=%FF"] {
                let answer = try await session.send(
                    .post,
                    path,
                    body,
                    headers: [.contentType: "application/x-www-form-urlencoded"]
                )
                #expect(answer.status == 400, "\(body)")
            }
            let large = try await session.send(
                .post,
                path,
                "a=" + String(repeating: "x", count: 20_000),
                headers: [.contentType: "application/x-www-form-urlencoded"]
            )
            #expect(large.status == 413)
        }
    }

    @Test(arguments: [
        "http://127.0.0.1:1", "http://127.0.0.1:65535/", "http://localhost:8080/callback?x=1", "http://[::1]:9/",
    ])
    func `programs of this machine may be redirected to`(address: String) {
        #expect(WebAddress.isLoopbackRedirect(address))
    }

    @Test(arguments: [
        "", "http://127.0.0.1", "http://127.0.0.1/", "https://127.0.0.1:1/", "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/", "http://127.0.0.1:1.evil.example/", "http://127.0.0.1:1@evil.example/",
        "http://127.0.0.1:80:81/", "http://evil.example:80/", "http://localhost.evil.example:80/",
        "http://user@127.0.0.1:1/", "http://127.0.0.1:1/#x", "http://127.0.0.1:1/\r\nx: y", "http://127.0.0.1:1/ x",
        "http://127.0.0.1:1\\@evil.example", "javascript:alert(1)", "HTTP://127.0.0.1:1/", "http://127.0.0.2:1/",
        "http://0.0.0.0:1/", "http://[::]:1/", "//127.0.0.1:1/", "http://127.0.0.1:+1/", "http://127.0.0.1:1\u{0661}/",
        "http://127.0.0.1:1/" + String(repeating: "x", count: 2048),
    ])
    func `nothing else may`(address: String) {
        #expect(!WebAddress.isLoopbackRedirect(address))
    }

    @Test func `items are added to a query as it is`() {
        let items = [("code", "c"), ("state", "s")]
        #expect(WebAddress.adding(items, to: "http://localhost:1") == "http://localhost:1?code=c&state=s")
        #expect(WebAddress.adding(items, to: "http://localhost:1/?") == "http://localhost:1/?code=c&state=s")
        #expect(WebAddress.adding(items, to: "http://localhost:1/?a=b") == "http://localhost:1/?a=b&code=c&state=s")
    }
}
