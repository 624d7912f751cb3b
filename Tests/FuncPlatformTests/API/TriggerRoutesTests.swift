import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import FuncPlatform

/// Triggers on the wire.
struct TriggerRoutesTests {
    private let fixture: ControlFixture

    init() throws {
        fixture = try ControlFixture()
    }

    private struct Answer {
        var status: Int
        var json: [String: Any]

        func text(_ key: String) -> String? { json[key] as? String }
        var config: [String: String]? { json["config"] as? [String: String] }
        var list: [[String: Any]] { json["triggers"] as? [[String: Any]] ?? [] }
        var names: [String?] { list.map { $0["name"] as? String } }
    }

    private struct Client {
        let client: any TestClientProtocol

        func send(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> Answer {
            try await client.execute(
                uri: "/api/v1/workspaces/default/functions" + path,
                method: method,
                headers: [.authorization: "Bearer secret"],
                body: body.map { ByteBuffer(string: $0) }
            ) { response in
                let data = Data(response.body.readableBytesView)
                let json = data.isEmpty ? [:] : try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
                return Answer(status: response.status.code, json: json)
            }
        }
    }

    private func with(_ body: @Sendable (Client) async throws -> Void) async throws {
        try await fixture.application().test(.router) { try await body(Client(client: $0)) }
    }

    private static let path = "/hello/triggers"

    @Test func `a trigger from creation to deletion`() async throws {
        try await fixture.createHello()
        try await with { client in
            let empty = try await client.send(.get, Self.path)
            #expect(empty.status == 200)
            #expect(empty.json["triggers"] is [Any])
            let body = #"{"name":"api","type":"http","config":{"path":"/x","methods":["GET","POST"]}}"#
            let created = try await client.send(.post, Self.path, body)
            #expect(created.status == 201)
            #expect(created.text("id")?.hasPrefix("trg-") == true)
            #expect(created.json["enabled"] as? Bool == true)
            #expect(
                created.config
                    == ["path": "/x", "methods": "GET,POST", "url": "http://default.localhost:8787/x"]
            )
            #expect(created.text("origin") == "api")
            #expect(created.text("function_name") == "hello")
            #expect(created.text("workspace_id") == "default")
            for key in ["created_at", "updated_at"] {
                let time = try #require(created.text(key).flatMap(WireDate.parse))
                #expect(abs(time.timeIntervalSinceNow) < 60)
            }
            let schedule = #"{"name":"nightly","type":"schedule","enabled":false,"config":{"schedule":"0 3 * * *"}}"#
            #expect(try await client.send(.post, Self.path, schedule).config == ["cron": "0 3 * * *"])
            let bare = try await client.send(.post, Self.path + "/", #"{"name":"own","type":"http"}"#)
            #expect(bare.config == ["url": "http://hello.default.localhost:8787/"])
            #expect(try await client.send(.get, Self.path).names == ["own", "nightly", "api"])
            let id = try #require(created.text("id"))
            #expect(try await client.send(.get, "\(Self.path)/\(id)").text("name") == "api")
            #expect(try await client.send(.get, "\(Self.path)/api").text("id") == id)
            #expect(try await client.send(.delete, "\(Self.path)/\(id)").status == 204)
            #expect(try await client.send(.delete, "\(Self.path)/own").status == 204)
            #expect(try await client.send(.get, Self.path).names == ["nightly"])
            let gone = try await client.send(.delete, "\(Self.path)/own")
            #expect(gone.status == 404)
            #expect(gone.text("code") == "trigger_not_found")
        }
        #expect(
            try await fixture.eventTypes().suffix(5)
                == ["trigger_created", "trigger_created", "trigger_created", "trigger_deleted", "trigger_deleted"]
        )
        let events = try await EventStore(registry: fixture.registry).events(of: ControlFixture.hello, limit: 1)
        #expect(events[0].metadata == ["trigger": "own", "type": "http", "enabled": "true", "by": "local"])
    }

    @Test func `a trigger is fired, and the answer says what came of it`() async throws {
        try await fixture.createHello { settings in
            settings.triggers = [
                TriggerSpec(name: "nightly", type: "schedule", config: ["cron": "0 3 * * *"]),
                TriggerSpec(name: "made", type: "event", config: ["event_type": "com.example.made"]),
                TriggerSpec(name: "api", type: "http", config: ["path": "/x"]),
            ]
        }
        try await with { client in
            let fired = try await client.send(.post, Self.path + "/nightly/fire")
            #expect(fired.status == 200)
            #expect(fired.text("status") == "completed")
            #expect(fired.json["manual"] as? Bool == true)
            let id = try #require(fired.text("invocation_id"))
            #expect(try await client.send(.get, "/invocations/\(id)").text("trigger") == "nightly")
            let made = try await client.send(.post, Self.path + "/made/fire", #"{"data":{"n":1}}"#)
            #expect(made.text("type") == "event")
            #expect(try await client.send(.post, Self.path + "/api/fire").status == 400)
            #expect(try await client.send(.post, Self.path + "/none/fire").text("code") == "trigger_not_found")
            #expect(try await client.send(.post, Self.path + "/made/fire", "{").text("code") == "invalid_argument")
            let data = try await client.send(.post, Self.path + "/nightly/fire", #"{"data":1}"#)
            #expect(data.text("code") == "invalid_argument")
            let shown = try await client.send(.get, Self.path + "/nightly")
            #expect(shown.text("next_fire_at")?.hasSuffix("T03:00:00Z") == true)
            // It did not fire by itself.
            #expect(shown.json["last_fired_at"] == nil)
        }
        #expect(fixture.invoker.requests.count == 2)
        #expect(fixture.invoker.requests.last?.body == Data(#"{"n":1}"#.utf8))
    }

    @Test func `a change takes what it names and leaves the rest`() async throws {
        try await fixture.createHello()
        try await with { client in
            let body = #"{"name":"api","type":"http","config":{"path":"/x","auth":"token"}}"#
            let created = try await client.send(.post, Self.path, body)
            let revision = try await client.send(.get, "/hello").json["revision"] as? Int
            let off = try await client.send(.put, Self.path + "/api", #"{"enabled":false}"#)
            #expect(off.status == 200)
            #expect(off.json["enabled"] as? Bool == false)
            #expect(off.config?["auth"] == "token")
            #expect(off.text("id") == created.text("id"))
            #expect(off.text("created_at") == created.text("created_at"))
            let other = #"{"name":"front","type":"http","config":{"path":"/y"}}"#
            let changed = try await client.send(.put, Self.path + "/api", other)
            #expect(changed.text("name") == "front")
            #expect(changed.config == ["path": "/y", "url": "http://default.localhost:8787/y"])
            #expect(changed.json["enabled"] as? Bool == false)
            // What was read can be sent back.
            let echo = String(decoding: try JSONSerialization.data(withJSONObject: changed.json), as: UTF8.self)
            #expect(try await client.send(.put, Self.path + "/front", echo).status == 200)
            #expect(try await client.send(.get, "/hello").json["revision"] as? Int == revision.map { $0 + 2 })
            #expect(try await client.send(.put, Self.path + "/api", "{}").text("code") == "trigger_not_found")
            _ = try await client.send(.post, Self.path, #"{"name":"second","type":"http"}"#)
            let twin = try await client.send(.put, Self.path + "/second", #"{"name":"front"}"#)
            #expect(twin.status == 409)
            #expect(twin.text("code") == "already_exists")
        }
    }

    @Test(
        arguments: [
            (#"{"name":"a","type":"htp"}"#, "did you mean 'http'?"), (#"{"name":"a"}"#, "has no type"),
            (#"{"type":"http"}"#, "trigger name ''"), (#"{"name":"A b","type":"http"}"#, "'A b'"),
            (#"{"name":"a","type":"http","config":{"path":"x"}}"#, "'x'"),
            (#"{"name":"a","type":"http","config":{"auth":"magic"}}"#, "'magic'"),
            (#"{"name":"a","type":"schedule","config":{"cron":"0 25 * * *"}}"#, "'25'"),
            (#"{"name":"a","type":"schedule"}"#, "'cron'"),
            (#"{"name":"a","type":"timer","config":{"every":5.5}}"#, "'5.5'"),
            (#"{"name":"a","type":"http","config":"x"}"#, "field 'config'"),
            (#"{"name":"a","type":"http","enabled":"yes"}"#, "field 'enabled'"), ("", "no body"), ("[]", "body"),
        ]
    )
    func `what makes no sense is refused`(body: String, words: String) async throws {
        try await fixture.createHello()
        try await with { client in
            let answer = try await client.send(.post, Self.path, body)
            #expect(answer.status == 400)
            #expect(answer.text("code") == "invalid_argument")
            let hint = (answer.json["details"] as? [String: Any])?["hint"] as? String ?? ""
            #expect("\(answer.text("error") ?? "") \(hint)".contains(words), "\(answer.json)")
            #expect(try await client.send(.get, Self.path).list.isEmpty)
        }
    }

    @Test func `names and addresses are there once`() async throws {
        try await fixture.createHello()
        let other = try await fixture.request("v1") { $0.description = "other" }
        var request = other
        request.name = "other"
        let state = try await fixture.deployments.create(request, workspace: "default", project: "default", author: nil)
        try await eventually("other is routed") { fixture.routes.summary(state.id) == "v1=100" }
        try await with { client in
            let body = #"{"name":"api","type":"http","config":{"path":"/x","host":"shop.localhost"}}"#
            #expect(try await client.send(.post, Self.path, body).status == 201)
            let twin = try await client.send(.post, Self.path, body)
            #expect(twin.status == 409)
            #expect(twin.text("code") == "already_exists")
            let taken = try await client.send(.post, "/other/triggers", body)
            #expect(taken.status == 409)
            #expect(taken.text("code") == "conflict")
            #expect(taken.text("error") == "path '/x' is taken by a trigger of function 'hello'")
            let below = #"{"name":"api","type":"http","config":{"path":"/x/y"}}"#
            #expect(try await client.send(.post, "/other/triggers", below).status == 201)
            let moved = try await client.send(.put, "/other/triggers/api", #"{"config":{"path":"/x/"}}"#)
            #expect(moved.status == 409)
            #expect(try await client.send(.get, "/other/triggers/api").config?["path"] == "/x/y")
            // A trigger that does nothing needs no address, until it is to do something.
            let off = #"{"name":"off","type":"http","enabled":false,"config":{"path":"/x"}}"#
            #expect(try await client.send(.post, "/other/triggers", off).status == 201)
            #expect(try await client.send(.put, "/other/triggers/off", #"{"enabled":true}"#).status == 409)
            #expect(try await client.send(.delete, Self.path + "/api").status == 204)
            #expect(try await client.send(.put, "/other/triggers/off", #"{"enabled":true}"#).status == 200)
        }
    }

    @Test func `a deploy that wants an address of another function is refused before it is built`() async throws {
        try await fixture.createHello { settings in
            settings.triggers = [TriggerSpec(name: "api", type: "http", config: ["path": "/x"])]
        }
        var request = try await fixture.request("v1") { settings in
            settings.triggers = [TriggerSpec(name: "mine", type: "HTTP", config: ["path": "/x/"])]
        }
        request.name = "other"
        let refused = request
        let error = await #expect(throws: FuncError.self) {
            try await fixture.deployments.create(refused, workspace: "default", project: "default", author: nil)
        }
        #expect(error?.code == .conflict)
        await #expect(throws: FuncError.self) {
            try await fixture.store.function(FunctionReference(function: "other"))
        }
        // In another project the path is free.
        _ = try await fixture.deployments.create(refused, workspace: "default", project: "shop", author: nil)
    }

    @Test func `a change reaches the gateway at once`() async throws {
        let hello = try await fixture.createHello()
        try await with { client in
            let body = #"{"name":"api","type":"http","config":{"path":"/x","auth":"token"}}"#
            _ = try await client.send(.post, Self.path, body)
            #expect(fixture.routes.route(hello.id)?.access.triggers == [HTTPTrigger(path: "/x", auth: .token)])
            #expect(fixture.routes.route(hello.id)?.access.auth == .token)
            #expect(fixture.routes.route(hello.id)?.projectID == hello.projectID)
            _ = try await client.send(.put, Self.path + "/api", #"{"type":"event","config":{}}"#)
            #expect(fixture.routes.route(hello.id)?.access.triggers == [])
            _ = try await client.send(.put, Self.path + "/api", #"{"type":"http","config":{"path":"/z"}}"#)
            _ = try await client.send(.delete, Self.path + "/api")
            #expect(fixture.routes.route(hello.id)?.access.triggers == [])
        }
    }
}
