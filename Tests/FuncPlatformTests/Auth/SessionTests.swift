import Foundation
import FuncKit
import GRDB
import Hummingbird
import TestSupport
import Testing

@testable import FuncPlatform

/// Sessions, from sign-in to their end.
struct SessionTests {
    @Test func `a refresh gives new tokens and ends the old ones`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let first = try await session.signIn()
            let second = try Tokens(try await session.refresh(first.refresh))
            #expect(try await session.me(first.access) == 401)
            #expect(try await session.me(second.access) == 200)
            let third = try Tokens(try await session.refresh(second.refresh))
            #expect(try await session.me(second.access) == 401)
            #expect(try await session.me(third.access) == 200)
            #expect(Set([first, second, third].map(\.refresh)).count == 3)
        }
    }

    @Test func `a refresh token that comes back ends its session`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let first = try await session.signIn()
            let other = try await session.signIn()
            let second = try Tokens(try await session.refresh(first.refresh))
            let stolen = try await session.refresh(first.refresh)
            #expect(stolen.status == 401)
            #expect(stolen.text("error") == "invalid or expired refresh token")
            #expect(try await session.me(second.access) == 401)
            #expect(try await session.refresh(second.refresh).status == 401)
            #expect(try await session.me(other.access) == 200)
            let logs = try await session.with(other.access).send(.get, "/auth/security-logs")
            let types = logs.list("logs")?.map { $0["event_type"] as? String }
            #expect(types?.first == "refresh_token_reused")
        }
    }

    @Test func `a wrong verifier ends nothing`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let tokens = try await session.signIn()
            let selector = tokens.refresh.split(separator: ".")[0]
            for text in ["\(selector).x", "\(selector).", "x.\(selector)", "", "x", "a.b.c"] {
                #expect(try await session.refresh(text).status == 401, "\(text)")
            }
            for body in ["{}", "", "[]", #"{"refresh_token":7}"#] {
                let answer = try await session.send(.post, "/auth/refresh", body)
                #expect(answer.status == 400)
                #expect(answer.text("error") == "invalid request body")
            }
            #expect(try await session.refresh(tokens.refresh).status == 200)
        }
    }

    @Test func `a session lasts thirty days, however often it is refreshed`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            var tokens = try await session.signIn()
            for _ in 0..<29 {
                fixture.advance(86_400)
                tokens = try Tokens(try await session.refresh(tokens.refresh))
            }
            fixture.advance(86_400)
            #expect(try await session.refresh(tokens.refresh).status == 401)
            #expect(try await session.me(tokens.access) == 401)
        }
    }

    @Test func `who signs out is out`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let tokens = try await session.signIn()
            let other = try await session.signIn()
            let stranger = try await session.signIn(email: "bob@example.com")
            #expect(try await session.send(.post, "/auth/logout").status == 401)
            let body = #"{"refresh_token":"\#(stranger.refresh)"}"#
            let answer = try await session.with(tokens.access).send(.post, "/auth/logout", body)
            #expect(answer.status == 200)
            #expect(answer.text("message") == "successfully logged out")
            #expect(try await session.me(tokens.access) == 401)
            #expect(try await session.refresh(tokens.refresh).status == 401)
            // Somebody else's session is not ended by naming its token.
            #expect(try await session.me(stranger.access) == 200)
            #expect(try await session.me(other.access) == 200)
            #expect(try await session.with("secret").send(.post, "/auth/logout").status == 400)
        }
    }

    @Test func `sessions are listed and ended by their own user only`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            var headers: HTTPFields = [.userAgent: "browser/1"]
            headers[try #require(FieldName("x-forwarded-for"))] = "10.9.8.7, 127.0.0.1"
            let state = try await session.begin()
            let code = try await session.allow(state)
            let body = #"{"code":"\#(code)","state":"\#(state)"}"#
            let first = try Tokens(try await session.send(.post, "/auth/callback/local", body, headers: headers))
            fixture.advance(5)
            let second = try await session.signIn()
            let stranger = try await session.signIn(email: "bob@example.com")
            let list = try await session.with(second.access).send(.get, "/auth/sessions")
            #expect(list.json["total"] as? Int == 2)
            let shown = try #require(list.list("sessions"))
            #expect(shown.map { $0["is_current"] as? Bool } == [true, false])
            let id = try #require(shown[1]["id"] as? String)
            #expect(shown[1]["ip_address"] as? String == "127.0.0.1")
            #expect(shown[1]["user_agent"] as? String == "browser/1")
            #expect(shown[1]["created_at"] as? String == "2027-01-15T08:00:00Z")
            #expect(try await session.with(stranger.access).send(.delete, "/auth/sessions/\(id)").status == 404)
            #expect(try await session.me(first.access) == 200)
            #expect(try await session.with(second.access).send(.delete, "/auth/sessions/\(id)").status == 200)
            #expect(try await session.me(first.access) == 401)
            #expect(try await session.with(second.access).send(.delete, "/auth/sessions/\(id)").status == 404)
            let third = try await session.signIn()
            let ended = try await session.with(third.access).send(.post, "/auth/sessions/revoke-all")
            #expect(ended.json["revoked"] as? Int == 1)
            #expect(try await session.me(second.access) == 401)
            #expect(try await session.me(third.access) == 200)
            #expect(try await session.me(stranger.access) == 200)
        }
    }

    @Test func `a limit of sessions is kept where one is set`() async throws {
        let fixture = try AuthFixture { $0.maxSessionsPerUser = 2 }
        try await fixture.run { session in
            let first = try await session.signIn()
            _ = try await session.signIn()
            _ = try await session.signIn(email: "bob@example.com")
            let state = try await session.begin()
            let code = try await session.allow(state)
            let refused = try await session.redeem(code, state)
            #expect(refused.status == 429)
            #expect(refused.text("error") == "concurrent sessions exceeded")
            // A limit on attempts says when to come back; this one does not.
            #expect(refused.headers[.retryAfter] == nil)
            _ = try Tokens(try await session.refresh(first.refresh))
            fixture.advance(31 * 86_400)
            _ = try await session.signIn()
        }
    }

    @Test func `the security log is each one's own, and the owner's whole`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let ada = try await session.signIn()
            let bob = try await session.signIn(email: "bob@example.com")
            _ = try await session.me("wrong")
            func types(_ token: String, _ query: String = "") async throws -> [String?]? {
                let answer = try await session.with(token).send(.get, "/auth/security-logs" + query)
                #expect(answer.json["total"] as? Int == answer.list("logs")?.count)
                return answer.list("logs")?.map { $0["event_type"] as? String }
            }
            #expect(try await types(ada.access) == ["login"])
            #expect(try await types(bob.access) == ["login"])
            #expect(try await types("secret") == ["credential_refused", "login", "login"])
            #expect(try await types("secret", "?limit=1") == ["credential_refused"])
        }
    }

    @Test func `the log is bounded`() async throws {
        let fixture = try AuthFixture()
        let log = fixture.control.auth.log
        for number in 0..<510 { try await log.add(.signedIn, "\(number)", of: "user-a", from: ClientInfo()) }
        try await log.add(.signedIn, "other", of: "user-b", from: ClientInfo())
        let kept = try await log.events(of: "user-a", limit: 1000)
        #expect(kept.count == 500)
        #expect(kept.first?.description == "509")
        #expect(try await log.events(of: "user-b", limit: 10).count == 1)
        try await fixture.control.stop()
    }

    @Test func `no token stands in the database, not even of repeated requests`() async throws {
        let folder = try TemporaryFolder("secrets")
        let fixture = try AuthFixture(folder: folder)
        let secrets = MutexBox<[String]>([])
        try await fixture.run { session in
            let key = try #require(FieldName("idempotency-key"))
            let tokens = try await session.signIn()
            let body = #"{"refresh_token":"\#(tokens.refresh)"}"#
            let renewed = try Tokens(try await session.send(.post, "/auth/refresh", body, headers: [key: "once"]))
            let made = try await session.with("secret").send(
                .post,
                "/api/v1/organizations/default/api-keys",
                #"{"name":"ci"}"#,
                headers: [key: "twice"]
            )
            let text = try #require(made.text("key"))
            secrets.mutate { $0 = [tokens.access, tokens.refresh, renewed.access, renewed.refresh, text] }
        }
        for name in ["platform.db", "platform.db-wal"] {
            guard let bytes = FileManager.default.contents(atPath: folder.path(name)) else { continue }
            for secret in secrets.current {
                let end = secret.split(separator: ".").last.map(String.init) ?? secret
                #expect(bytes.range(of: Data(end.utf8)) == nil, "\(name)")
            }
        }
        #expect(secrets.current.count == 5)
    }
}
