import Foundation
import FuncKit
import HummingbirdTesting
import Testing

@testable import FuncPlatform

/// Organisations and workspaces on the wire.
struct OrganizationRoutesTests {
    private static let base = "/api/v1/organizations"

    private func with(_ body: @Sendable (APISession) async throws -> Void) async throws {
        let fixture = try ControlFixture()
        try await fixture.application().test(.router) { try await body(APISession(client: $0)) }
        try await fixture.stop()
    }

    @Test func `the built-in organization owns the built-in workspace`() async throws {
        try await with { session in
            for path in [Self.base, Self.base + "/"] {
                let list = try await session.send(.get, path)
                #expect(list.json["total"] as? Int == 1)
                #expect(list.list("organizations")?.map { $0["id"] as? String } == ["default"])
            }
            let one = try await session.send(.get, Self.base + "/default")
            #expect(one.text("display_name") == "Default")
            #expect(one.text("status") == "active")
            #expect(one.text("created_at")?.hasPrefix("20") == true)
            let missing = try await session.send(.get, Self.base + "/none")
            #expect(missing.status == 404)
            #expect(missing.text("error") == "organization 'none' not found")
            let workspaces = try await session.send(.get, Self.base + "/default/workspaces/")
            #expect(workspaces.json["page"] as? Int == 1)
            #expect(workspaces.json["page_size"] as? Int == 20)
            let first = try #require(workspaces.list("workspaces")?.first)
            #expect(first["organization_id"] as? String == "default")
            #expect(first["plan"] as? String == "shared")
            #expect(first["status"] as? String == "active")
            #expect(first["vcluster_status"] as? String == "active")
            #expect(first["vcluster_instance_name"] as? String == "default")
            #expect(first["namespace"] as? String == "default")
            #expect((first["created_at"] as? String)?.hasPrefix("20") == true)
        }
    }

    @Test func `an organization from creation on`() async throws {
        try await with { session in
            let body = #"{"name":"acme","display_name":"Acme","website":"https://acme.example","unknown":1}"#
            let made = try await session.send(.post, Self.base + "/", body)
            #expect(made.status == 201)
            #expect(made.text("website") == "https://acme.example")
            #expect(try await session.send(.get, Self.base + "/acme").text("id") == made.text("id"))
            #expect(try await session.send(.post, Self.base, body).status == 409)
            let id = try #require(made.text("id"))
            #expect(try await session.send(.post, Self.base, #"{"name":"\#(id)"}"#).status == 409)
            for bad in [#"{"name":"No"}"#, #"{"display_name":"x"}"#, "[]", "", #"{"name":7}"#] {
                #expect(try await session.send(.post, Self.base, bad).status == 400, "\(bad)")
            }
        }
    }

    @Test func `a workspace is there at once, with a project`() async throws {
        try await with { session in
            let path = Self.base + "/default/workspaces/"
            let body = #"{"name":"team","organization_id":"other","plan":"dedicated","plan_id":"p1","description":"d"}"#
            let made = try await session.send(.post, path, body)
            #expect(made.status == 201)
            let workspace = try #require(made.object("workspace"))
            #expect(workspace["organization_id"] as? String == "default")
            #expect(workspace["plan"] as? String == "dedicated")
            #expect(workspace["plan_id"] as? String == "p1")
            #expect(made.object("task")?["status"] as? String == "completed")
            let id = try #require(workspace["id"] as? String)
            #expect(made.object("task")?["workspace_id"] as? String == id)
            #expect(try await session.send(.get, path + id).text("description") == "d")
            #expect(try await session.send(.get, path + "team").text("id") == id)
            let projects = try await session.send(.get, "/api/v1/workspaces/team/projects/")
            #expect(projects.list("projects")?.map { $0["name"] as? String } == ["default"])
            #expect(
                try await session.send(.get, "/api/v1/workspaces/team/functions/").list("functions")?.isEmpty == true
            )
            #expect(try await session.send(.post, path, #"{"name":"team"}"#).status == 409)
            #expect(try await session.send(.post, path, #"{"name":"bare"}"#).status == 201)
            for bad in [#"{"name":"x","plan":"free"}"#, #"{"name":"a b"}"#, #"{"plan":"shared"}"#] {
                #expect(try await session.send(.post, path, bad).status == 400, "\(bad)")
            }
            #expect(try await session.send(.get, path + "none").status == 404)
            #expect(try await session.send(.post, Self.base + "/none/workspaces/", #"{"name":"y"}"#).status == 404)
        }
    }

    @Test func `workspaces are found by search, state and page`() async throws {
        try await with { session in
            let path = Self.base + "/default/workspaces/"
            for name in ["alpha", "beta", "gamma"] {
                _ = try await session.send(.post, path, #"{"name":"\#(name)","description":"the \#(name) one"}"#)
            }
            func names(_ query: String) async throws -> [String] {
                let list = try await session.send(.get, path + query).list("workspaces")
                return try #require(list).compactMap { $0["name"] as? String }
            }
            #expect(try await names("") == ["alpha", "beta", "default", "gamma"])
            #expect(try await names("?search=BETA%20one") == ["beta"])
            #expect(try await names("?search=nothing") == [])
            #expect(try await names("?status=active&page_size=3&page=2") == ["gamma"])
            #expect(try await names("?status=suspended") == [])
            let page = try await session.send(.get, path + "?page=9&page_size=2")
            #expect(page.list("workspaces")?.isEmpty == true)
            #expect(page.json["total"] as? Int == 4)
            #expect(page.json["page"] as? Int == 9)
            #expect(try await session.send(.get, path + "?status=odd").status == 400)
            #expect(try await session.send(.get, path + "?page=0").status == 400)
            let all = try await session.send(.get, "/api/v1/workspaces?search=alpha")
            #expect(all.json["total"] as? Int == 1)
        }
    }

    @Test func `there is no cluster to get a kubeconfig of`() async throws {
        try await with { session in
            let answer = try await session.send(.get, Self.base + "/default/workspaces/default/kubeconfig")
            #expect(answer.status == 404)
            #expect(answer.code == "unsupported")
            #expect(answer.text("error")?.contains("no cluster") == true)
        }
    }

    @Test func `functions of two workspaces have addresses of their own`() async throws {
        let fixture = try ControlFixture()
        try await fixture.application().test(.router) { client in
            let session = APISession(client: client)
            _ = try await session.send(.post, Self.base + "/default/workspaces/", #"{"name":"team"}"#)
            let digest = try await fixture.upload("v1")
            let body = #"{"name":"hello","runtime":"python3.11","handler":"a.b","source_digest":"\#(digest)"}"#
            var hosts: Set<String> = []
            for workspace in ["default", "team"] {
                let path = "/api/v1/workspaces/\(workspace)/functions/"
                let made = try await session.send(.post, path, body)
                #expect(made.status == 201)
                hosts.insert(try #require(made.text("url")))
            }
            #expect(hosts == ["http://hello.default.localhost:8787/", "http://hello.default-team.localhost:8787/"])
            // A version of a function outside of the first workspace can be called by its number.
            let path = "/api/v1/workspaces/team/functions/hello"
            try await eventuallyReady(session, path)
            let call = try await session.send(.post, path + "/invoke", #"{"version":"1"}"#)
            #expect(call.status == 200)
        }
        try await fixture.stop()
    }
}
