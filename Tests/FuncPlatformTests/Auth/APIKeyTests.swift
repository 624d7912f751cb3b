import Foundation
import FuncKit
import Hummingbird
import Testing

@testable import FuncPlatform

/// API keys and service accounts.
struct APIKeyTests {
    private static let keys = "/api/v1/organizations/default/api-keys"
    private static let accounts = "/api/v1/workspaces/default/service-accounts"
    private static let functions = "/api/v1/workspaces/default/functions"

    /// Makes a key as the owner.
    private static func make(_ session: APISession, _ fields: String = "") async throws -> (id: String, key: String) {
        let answer = try await session.with("secret").send(.post, keys, #"{"name":"ci"\#(fields)}"#)
        #expect(answer.status == 201, "\(answer.json)")
        #expect(answer.headers[.cacheControl] == "no-store")
        return (try #require(answer.text("id")), try #require(answer.text("key")))
    }

    private static func status(_ session: APISession, _ key: String) async throws -> [Int] {
        let bearer = try await session.with(key).send(.get, functions)
        let header = try await session.send(.get, functions, headers: [.apiKey: key])
        return [bearer.status, header.status]
    }

    @Test func `a key is shown once and works as bearer and in its own header`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let (id, key) = try await Self.make(session)
            #expect(key.wholeMatch(of: /hks_live_[A-Za-z0-9]{43}/) != nil)
            #expect(try await Self.status(session, key) == [200, 200])
            #expect(try await Self.status(session, key + "x") == [401, 401])
            let list = try await session.with("secret").send(.get, Self.keys)
            #expect(list.json["total"] as? Int == 1)
            let shown = try #require(list.list("api_keys")?.first)
            #expect(shown["id"] as? String == id)
            #expect(shown["key"] == nil)
            #expect(shown["prefix"] as? String == String(key.prefix(13)))
            #expect(shown["role"] as? String == "developer")
            #expect(shown["created_by"] as? String == "local")
            #expect(shown["last_used_at"] as? String == "2027-01-15T08:00:00Z")
            let me = try await session.with(key).send(.get, "/auth/me")
            #expect(me.text("kind") == "service_account")
            #expect(me.object("roles") as? [String: String] == ["default": "developer"])
        }
    }

    @Test func `a key is exchanged for a token as the Python SDK does`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let (id, key) = try await Self.make(session)
            let answer = try await session.send(.post, "/auth/token", #"{"api_key":"\#(key)"}"#)
            #expect(answer.status == 200)
            #expect(answer.json["expires_in"] as? Int == 3600)
            #expect(answer.text("token_type") == "Bearer")
            let token = try #require(answer.text("access_token"))
            // The SDK sends both; the token counts.
            #expect(try await session.with(token).send(.get, Self.functions, headers: [.apiKey: key]).status == 200)
            #expect(try await session.with("bad").send(.get, Self.functions, headers: [.apiKey: key]).status == 401)
            #expect(try await session.with("secret").send(.delete, "\(Self.keys)/\(id)").status == 204)
            #expect(try await session.with(token).send(.get, Self.functions).status == 401)
            #expect(try await Self.status(session, key) == [401, 401])
            let refused = try await session.send(.post, "/auth/token", #"{"api_key":"\#(key)"}"#)
            #expect(refused.status == 401)
            #expect(refused.code == "INVALID_API_KEY")
            #expect(refused.text("error")?.isEmpty == false)
        }
    }

    @Test func `a key ends when it says`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let (_, key) = try await Self.make(session, #","expires_at":"2027-01-15T08:10:00Z""#)
            let exchanged = try await session.send(.post, "/auth/token", #"{"api_key":"\#(key)"}"#)
            let token = try #require(exchanged.text("access_token"))
            fixture.advance(599)
            #expect(try await Self.status(session, key) == [200, 200])
            #expect(try await session.me(token) == 200)
            fixture.advance(1)
            #expect(try await Self.status(session, key) == [401, 401])
            #expect(try await session.me(token) == 401)
        }
    }

    @Test func `a key acts with its role in its project`() async throws {
        let fixture = try AuthFixture()
        let shop = try await ProjectStore(registry: fixture.control.registry).create(name: "shop", workspace: "default")
        try await fixture.run { session in
            let (_, key) = try await Self.make(session, #","project":"shop","scopes":["functions:read"]"#)
            let own = session.with(key)
            let me = try await own.send(.get, "/auth/me")
            #expect(me.object("roles") as? [String: String] == [shop.id: "viewer"])
            #expect(try await own.send(.get, Self.functions).status == 200)
            #expect(try await own.send(.get, Self.functions + "?project_id=default").status == 403)
            #expect(try await own.send(.post, Self.functions, "{}").status == 403)
            #expect(try await own.send(.post, Self.keys, #"{"name":"x"}"#).status == 403)
        }
    }

    @Test(arguments: [
        (#"{}"#, 400), (#"{"name":""}"#, 400), (#"{"name":"a\u0007"}"#, 400), (#"{"name":"x","role":"owner"}"#, 400),
        (#"{"name":"x","scopes":["everything"]}"#, 400), (#"{"name":"x","expires_at":"2020-01-01T00:00:00Z"}"#, 400),
        (#"{"name":"x","expires_at":"soon"}"#, 400), (#"{"name":"x","role":"admin","scopes":["logs:read"]}"#, 400),
        (#"{"name":"x","project":"nowhere"}"#, 404), (#"{"name":"x","service_account":"nobody"}"#, 404),
        (#"{"name":"x","workspace":"nowhere"}"#, 404),
    ])
    func `what makes no key is said`(body: String, status: Int) async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let answer = try await session.with("secret").send(.post, Self.keys, body)
            #expect(answer.status == status)
            #expect(answer.text("error")?.isEmpty == false)
            let list = try await session.with("secret").send(.get, Self.keys)
            #expect(list.list("api_keys")?.isEmpty == true)
        }
    }

    @Test func `an admin decides about keys of their own projects only`() async throws {
        let fixture = try AuthFixture()
        _ = try await ProjectStore(registry: fixture.control.registry).create(name: "shop", workspace: "default")
        try await fixture.run { session in
            let admin = session.with(try await session.signIn(role: "admin").access)
            let developer = session.with(try await session.signIn(email: "dev@example.com", role: "developer").access)
            let (foreign, _) = try await Self.make(session, #","project":"shop""#)
            #expect(try await developer.send(.post, Self.keys, #"{"name":"x"}"#).status == 403)
            #expect(try await developer.send(.get, Self.keys).status == 403)
            let own = try await admin.send(.post, Self.keys, #"{"name":"x","role":"admin"}"#)
            #expect(own.status == 201)
            for project in ["shop", "nowhere"] {
                let body = #"{"name":"x","project":"\#(project)"}"#
                let answer = try await admin.send(.post, Self.keys, body)
                #expect(answer.status == 403)
                #expect(answer.text("error") == "you may not manage access in project '\(project)'")
                #expect(try await admin.send(.post, Self.accounts, body).status == 403)
            }
            #expect(try await admin.send(.get, Self.keys).json["total"] as? Int == 1)
            #expect(try await admin.send(.delete, "\(Self.keys)/\(foreign)").status == 404)
            let id = try #require(own.text("id"))
            #expect(try await admin.send(.delete, "\(Self.keys)/\(id)").status == 204)
            #expect(try await session.with("secret").send(.delete, "\(Self.keys)/\(id)").status == 404)
            #expect(try await session.with("secret").send(.get, "/api/v1/organizations/x/api-keys").status == 404)
        }
    }

    @Test func `a service account acts by its keys and goes with them`() async throws {
        let fixture = try AuthFixture()
        try await fixture.run { session in
            let owner = session.with("secret")
            let body = #"{"name":"robot","description":"deploys","role":"viewer"}"#
            let made = try await owner.send(.post, Self.accounts, body)
            #expect(made.status == 201)
            #expect(made.object("roles") as? [String: String] == ["default": "viewer"])
            #expect(try await owner.send(.post, Self.accounts, body).status == 409)
            let id = try #require(made.text("id"))
            let (_, key) = try await Self.make(session, #","service_account":"robot""#)
            var me = try await session.with(key).send(.get, "/auth/me")
            #expect(me.object("user")?["id"] as? String == id)
            #expect(me.object("user")?["display_name"] as? String == "robot")
            #expect(me.object("roles") as? [String: String] == ["default": "viewer"])
            // Its roles are its own: they change, and the key with them.
            let members = "/api/v1/workspaces/default/projects/default/members/\(id)"
            #expect(try await owner.send(.put, members, #"{"role":"developer"}"#).status == 200)
            me = try await session.with(key).send(.get, "/auth/me")
            #expect(me.object("roles") as? [String: String] == ["default": "developer"])
            // A key with a role of its own has that one.
            let (_, weak) = try await Self.make(session, #","service_account":"\#(id)","role":"viewer""#)
            me = try await session.with(weak).send(.get, "/auth/me")
            #expect(me.object("roles") as? [String: String] == ["default": "viewer"])
            let list = try await owner.send(.get, Self.accounts)
            #expect(list.list("service_accounts")?.map { $0["name"] as? String } == ["robot"])
            #expect(try await owner.send(.delete, "\(Self.accounts)/robot").status == 204)
            #expect(try await owner.send(.delete, "\(Self.accounts)/robot").status == 404)
            #expect(try await Self.status(session, key) == [401, 401])
            #expect(try await Self.status(session, weak) == [401, 401])
            #expect(try await owner.send(.get, Self.keys).list("api_keys")?.isEmpty == true)
        }
    }

    @Test func `a service account lends its name to its own project's keys only`() async throws {
        let fixture = try AuthFixture()
        _ = try await ProjectStore(registry: fixture.control.registry).create(name: "shop", workspace: "default")
        try await fixture.run { session in
            let owner = session.with("secret")
            #expect(try await owner.send(.post, Self.accounts, #"{"name":"robot","project":"shop"}"#).status == 201)
            let answer = try await owner.send(.post, Self.keys, #"{"name":"x","service_account":"robot"}"#)
            #expect(answer.status == 400)
            #expect(answer.text("error")?.contains("another project") == true)
        }
    }
}
