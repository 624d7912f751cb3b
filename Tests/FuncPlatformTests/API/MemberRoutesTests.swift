import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Roles and the right to call one function, on the wire.
struct MemberRoutesTests {
    private static let base = "/api/v1/workspaces/default"

    @Test func `roles are given, changed and taken away`() async throws {
        let fixture = try await AccessFixture()
        try await fixture.run { session in
            let members = "\(Self.base)/projects/shop/members"
            let list = try await session.send(.get, members + "/")
            #expect(
                list.list("members")?.map { "\($0["principal"] ?? "")=\($0["role"] ?? "")" }
                    == ["user-admin=admin", "user-developer=developer", "user-viewer=viewer"]
            )
            let given = try await session.send(.put, members + "/user-new", #"{"role":"viewer"}"#)
            #expect(given.status == 200)
            #expect(given.text("role") == "viewer")
            #expect(given.text("created_at") == given.text("updated_at"))
            let raised = try await session.send(.put, members + "/user-new", #"{"role":"developer"}"#)
            #expect(raised.text("role") == "developer")
            #expect(raised.text("created_at") == given.text("created_at"))
            #expect(try await fixture.memberships.grants(of: "user-new").roles == [fixture.shop: .developer])
            #expect(try await session.send(.delete, members + "/user-new").status == 204)
            #expect(try await session.send(.delete, members + "/user-new").status == 404)
            #expect(try await fixture.memberships.grants(of: "user-new") == Grants())
        }
    }

    @Test(
        arguments: [
            ("user-x", #"{"role":"owner"}"#, 400, "viewer, developer, admin"), ("user-x", "{}", 400, "role"),
            ("user-x", "", 400, "body"), ("user-x", #"{"role":null}"#, 400, "role"),
            ("a%20b", #"{"role":"viewer"}"#, 400, "a b"), ("a%2Fb", #"{"role":"viewer"}"#, 400, "a/b"),
            ("%00", #"{"role":"viewer"}"#, 400, "principal"), ("local", #"{"role":"viewer"}"#, 409, "owner"),
        ]
    )
    func `roles that make no sense are refused`(
        principal: String,
        body: String,
        status: Int,
        word: String
    ) async throws {
        let fixture = try await AccessFixture()
        try await fixture.run { session in
            let path = "\(Self.base)/projects/shop/members/\(principal)"
            let answer = try await session.send(.put, path, body)
            #expect(answer.status == status)
            #expect(answer.text("error")?.contains(word) == true, "\(answer.text("error") ?? "")")
        }
    }

    @Test func `the right to call a function is given and taken away, and the trail says so`() async throws {
        let fixture = try await AccessFixture()
        try await fixture.run { session in
            let admin = session.with("user-admin")
            let invokers = "\(Self.base)/functions/hello/invokers"
            let query = "?project_id=shop"
            let put = try await admin.send(.put, "\(invokers)/user-new\(query)")
            #expect(put.status == 200)
            #expect(put.text("principal") == "user-new")
            let again = try await admin.send(.put, "\(invokers)/user-new\(query)")
            #expect(again.body == put.body)
            let list = try await session.send(.get, invokers + query)
            #expect(list.list("invokers")?.map { $0["principal"] as? String } == ["user-invoker", "user-new"])
            #expect(try await session.send(.get, "\(invokers)/user-new\(query)").status == 200)
            #expect(try await session.send(.get, "\(invokers)/user-none\(query)").status == 404)
            #expect(try await admin.send(.delete, "\(invokers)/user-new\(query)").status == 204)
            #expect(try await admin.send(.delete, "\(invokers)/user-new\(query)").status == 404)
            #expect(try await admin.send(.put, "\(invokers)/local\(query)").status == 409)
            let trail = try await session.send(.get, "\(Self.base)/functions/hello/events\(query)&limit=2")
            let events = try #require(trail.list("events"))
            #expect(events.map { $0["type"] as? String } == ["invoker_removed", "invoker_added"])
            #expect(
                events.allSatisfy {
                    $0["metadata"] as? [String: String] == ["principal": "user-new", "author": "user-admin"]
                }
            )
        }
    }

    @Test func `roles go with their project`() async throws {
        let fixture = try await AccessFixture()
        let reference = FunctionReference(project: "shop", function: "hello")
        try await fixture.control.deployments.delete(reference)
        try await ProjectStore(registry: fixture.control.registry).delete("shop", workspace: "default")
        #expect(try await fixture.memberships.grants(of: "user-admin") == Grants())
        #expect(try await fixture.memberships.grants(of: "user-invoker") == Grants())
        await #expect(throws: FuncError.self) {
            try await fixture.memberships.setRole(.viewer, of: "user-x", in: fixture.shop)
        }
        try await fixture.control.stop()
    }

    @Test func `the owner has everything, whatever the table of roles says`() async throws {
        let fixture = try ControlFixture()
        let memberships = MembershipStore(registry: fixture.registry)
        #expect(try await memberships.grants(of: Principal.owner.id).isPlatformAdmin)
        for role in [Role.viewer, nil] {
            let error = await #expect(throws: FuncError.self) {
                try await memberships.setRole(role, of: Principal.owner.id, in: "default")
            }
            #expect(error?.code == .conflict)
        }
        // Taking away what is not there changes nothing.
        try await memberships.setRole(nil, of: "user-x", in: "default")
        try await fixture.stop()
    }
}
