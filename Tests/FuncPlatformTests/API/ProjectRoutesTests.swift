import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import FuncPlatform

/// Waits until a function has a version that serves.
func eventuallyReady(_ session: APISession, _ path: String) async throws {
    try await eventually("the function at \(path) is ready") {
        try await session.send(.get, path).text("status") == "ready"
    }
}

/// Projects on the wire.
struct ProjectRoutesTests {
    private static let base = "/api/v1/workspaces/default/projects/"

    private func with(_ body: @Sendable (ControlFixture, APISession) async throws -> Void) async throws {
        let fixture = try ControlFixture()
        try await fixture.application().test(.router) { try await body(fixture, APISession(client: $0)) }
        try await fixture.stop()
    }

    @Test func `a project from creation to deletion`() async throws {
        try await with { _, session in
            let body = """
                {"name":"shop","workspace_id":"default","display_name":"The Shop","description":"sells","labels":\
                {"team":"web"},"settings":{"a":{"b":[1,true,null]}},"resource_quotas":{"cpu_limit":"2"},\
                "namespace_name":"ignored"}
                """
            let made = try await session.send(.post, Self.base, body)
            #expect(made.status == 201)
            let id = try #require(made.text("id"))
            for key in ["namespace", "namespace_name"] { #expect(made.text(key) == id) }
            for key in ["resource_quota", "resource_quotas"] {
                #expect(made.object(key) as? [String: String] == ["cpu_limit": "2"])
            }
            let shown = try await session.send(.get, Self.base + "shop")
            #expect(shown.body == made.body)
            #expect(shown.text("display_name") == "The Shop")
            #expect(shown.text("workspace_id") == "default")
            #expect(shown.text("workspace_name") == "default")
            #expect(shown.text("status") == "active")
            #expect(shown.object("labels") as? [String: String] == ["team": "web"])
            #expect((shown.object("settings")?["a"] as? [String: Any])?["b"] as? [Any] != nil)
            let change = #"{"name":"shop","description":"sells more","labels":null,"status":"active"}"#
            let changed = try await session.send(.put, Self.base + id + "/", change)
            #expect(changed.status == 200)
            #expect(changed.text("description") == "sells more")
            #expect(changed.text("display_name") == "The Shop")
            #expect(changed.object("labels")?.isEmpty == true)
            #expect(changed.object("settings")?.isEmpty == false)
            let gone = try await session.send(.delete, Self.base + "shop")
            #expect(gone.status == 200)
            #expect(gone.text("message") == "project deleted successfully")
            for method in [HTTPRequest.Method.get, .put, .delete] {
                let answer = try await session.send(method, Self.base + "shop", method == .put ? "{}" : nil)
                #expect(answer.status == 404)
                #expect(answer.code == "project_not_found")
            }
        }
    }

    @Test(
        arguments: [
            (#"{"name":"No"}"#, 400, "No"), (#"{"name":"-a"}"#, 400, "-a"), (#"{"name":""}"#, 400, "name"),
            ("{}", 400, "name"), (#"{"name":"default"}"#, 409, "default"), (#"{"name":5}"#, 400, "name"),
            (#"{"name":"a","labels":{"x":1}}"#, 400, "labels.x"), (#"{"name":"a","labels":{"":"1"}}"#, 400, "labels"),
            (#"{"name":"a","settings":[]}"#, 400, "settings"),
            (#"{"name":"a","workspace_id":"other"}"#, 400, "workspace_id"),
            (#"{"name":"a","status":"archived"}"#, 422, "archived"),
            (#"{"name":"\#(String(repeating: "a", count: 64))"}"#, 400, "63"),
            (#"{"name":"a","description":"\#(String(repeating: "a", count: 5000))"}"#, 400, "description"),
        ]
    )
    func `projects that make no sense are refused with the value at fault`(
        body: String,
        status: Int,
        word: String
    ) async throws {
        try await with { _, session in
            let answer = try await session.send(.post, Self.base, body)
            #expect(answer.status == status)
            #expect(answer.text("error")?.contains(word) == true, "\(answer.text("error") ?? "")")
            #expect(try await session.send(.get, Self.base).json["total"] as? Int == 1)
        }
    }

    @Test func `projects are found by search, sorted and cut into pages`() async throws {
        try await with { _, session in
            for (name, title) in [("one", "Zebra"), ("two", "Ant"), ("three", "Bee")] {
                _ = try await session.send(.post, Self.base, #"{"name":"\#(name)","display_name":"\#(title)"}"#)
            }
            func names(_ query: String) async throws -> [String] {
                let list = try await session.send(.get, Self.base + query).list("projects")
                return try #require(list).compactMap { $0["name"] as? String }
            }
            #expect(try await names("").first == "three")
            #expect(try await names("").last == "default")
            #expect(try await names("?sort_by=name&sort_order=asc") == ["default", "one", "three", "two"])
            #expect(try await names("?sort_by=name") == ["two", "three", "one", "default"])
            #expect(try await names("?sort_by=display_name&sort_order=asc") == ["default", "two", "three", "one"])
            #expect(try await names("?search=ZEB") == ["one"])
            #expect(try await names("?status=archived") == [])
            #expect(try await names("?sort_by=name&sort_order=asc&page_size=3&page=2") == ["two"])
            _ = try await session.send(.put, Self.base + "one", #"{"description":"new"}"#)
            #expect(try await names("?sort_by=updated_at&page_size=1") == ["one"])
            for bad in ["?sort_by=size", "?sort_order=up", "?status=odd", "?page=-1", "?page_size=many"] {
                #expect(try await session.send(.get, Self.base + bad).status == 400, "\(bad)")
            }
        }
    }

    @Test func `a project that holds something stays`() async throws {
        try await with { fixture, session in
            _ = try await session.send(.post, Self.base, #"{"name":"shop"}"#)
            _ = try await AccessFixture.deploy("v1", to: "shop", fixture)
            let refused = try await session.send(.delete, Self.base + "shop")
            #expect(refused.status == 409)
            #expect(refused.text("error") == "project 'shop' still holds 1 function")
            let function = "/api/v1/workspaces/default/functions/hello?project_id=shop"
            #expect(try await session.send(.delete, function).status == 204)
            // Whatever else refers to a project keeps it too.
            try await fixture.registry.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE thing (projectID TEXT REFERENCES project (id) ON DELETE RESTRICT);
                        INSERT INTO thing SELECT id FROM project WHERE name = 'shop'
                        """
                )
            }
            #expect(try await session.send(.delete, Self.base + "shop").status == 409)
            try await fixture.registry.write { try $0.execute(sql: "DELETE FROM thing") }
            #expect(try await session.send(.delete, Self.base + "shop").status == 200)
            for name in ["default", "d%65fault"] {
                let kept = try await session.send(.delete, Self.base + name)
                #expect(kept.status == 409)
            }
        }
    }

    @Test func `a project keeps its name, and an id is never taken for another's name`() async throws {
        try await with { _, session in
            let made = try await session.send(.post, Self.base, #"{"name":"shop"}"#)
            let id = try #require(made.text("id"))
            let renamed = try await session.send(.put, Self.base + "shop", #"{"name":"store"}"#)
            #expect(renamed.status == 400)
            #expect(renamed.code == "name_immutable")
            #expect(try await session.send(.post, Self.base, #"{"name":"\#(id)"}"#).status == 409)
            #expect(try await session.send(.get, Self.base + "%ff").status == 400)
        }
    }
}
