import Foundation
import FuncKit
import Hummingbird
import Testing

@testable import FuncPlatform

/// Who may take which route: what the page promises, what the routes declare and what the router does are the same.
@Suite(.serialized)
struct AccessTableTests {
    @Test func `the page lists every route with the least role that may take it`() async throws {
        let operations = try ControlFixture().api().routes().operations
        let wanted = RolePage(of: operations)
        if ProcessInfo.processInfo.environment["HKS_FUNC_UPDATE_GOLDEN"] == "1" { try wanted.write() }
        let page = try RolePage()
        let known = page.leastRoles
        for operation in operations where known[operation.name] == nil {
            Issue.record(
                """
                route '\(operation.name)' is not in the role table of docs/security.md: make sure that \
                '\(operation.access.leastRole.rawValue)' is who should be able to take it, then run \
                HKS_FUNC_UPDATE_GOLDEN=1 swift test --filter AccessTableTests and commit the page
                """
            )
        }
        for name in Set(known.keys).subtracting(operations.map(\.name)).sorted() {
            Issue.record("docs/security.md lists '\(name)', which is no route any more; rewrite the table")
        }
        #expect(Set(operations.map(\.name)).count == operations.count, "a route is there twice")
        #expect(page.text == wanted.text, "rewrite the table with HKS_FUNC_UPDATE_GOLDEN=1, and look at the change")
    }

    @Test func `every route lets in whom the page says and nobody else`() async throws {
        let promised = try RolePage().leastRoles
        let operations = try ControlFixture().api().routes().operations
        #expect(operations.count > 30)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for operation in operations {
                let least = try #require(promised[operation.name], "'\(operation.name)' is not in the table")
                group.addTask { try await probe(operation, least) }
            }
            try await group.waitForAll()
        }
    }

    /// One platform per route, because routes change what is there; the weakest callers come first.
    private func probe(_ operation: APIOperation, _ least: LeastRole) async throws {
        let fixture = try await AccessFixture()
        try await fixture.run(defaultProject: "shop") { session in
            let function = "/api/v1/workspaces/default/functions/\(fixture.hello)"
            let call = try await session.send(.post, "\(function)/invoke", "{}")
            let names = [
                "organization": "default", "workspace": "default", "project": fixture.shop, "function": fixture.hello,
                "version": "1", "digest": String(repeating: "a", count: 64), "principal": "user-someone",
                "invocation": try #require(call.text("invocation_id")),
            ]
            let path = Self.path(operation.path, names)
            let method = try #require(HTTPRequest.Method(operation.method))
            for caller in Caller.allCases {
                let body = [.post, .put, .patch].contains(method) ? "{}" : nil
                let answer = try await session.with(caller.token).send(method, path, body)
                let isExpected = answer.isRefused != caller.satisfies(least)
                #expect(
                    isExpected,
                    "\(operation.name) by \(caller): status \(answer.status), although it takes '\(least.rawValue)'"
                )
                if caller == .nobody, least != .nobody { #expect(answer.status == 401, "\(operation.name)") }
                if answer.status == 500 { Issue.record("\(operation.name) by \(caller) fails inside") }
            }
        }
    }

    /// The path with values in place of its names; what has no value gets one that leads to nothing.
    private static func path(_ template: String, _ names: [String: String]) -> String {
        let parts = template.split(separator: "/", omittingEmptySubsequences: false).map { part -> String in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return String(part) }
            return names[String(part.dropFirst().dropLast())] ?? "x"
        }
        return parts.joined(separator: "/")
    }

    @Test func `credentials that are none are refused on every route that needs some`() async throws {
        let fixture = try await AccessFixture()
        try await fixture.run { session in
            let path = "/api/v1/workspaces/default/functions/?project_id=shop"
            for token in ["", "wrong", "user", "Secret", "secret "] {
                let answer = try await session.with(token).send(.get, path)
                #expect(answer.status == (token == "secret " ? 200 : 401), "'\(token)'")
            }
            let basic = try await session.with(nil).send(.get, path, headers: [.authorization: "Basic c2VjcmV0"])
            #expect(basic.status == 401)
            #expect(basic.headers[.wwwAuthenticate] == "Bearer")
        }
    }
}
