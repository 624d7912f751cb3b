import Foundation
import FuncKit
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct GatewayRoutingTests {
    @Test(arguments: [
        ("127.0.0.1", true), ("127.0.0.1:8787", true), ("localhost", true), ("LOCALHOST:1", true), ("[::1]", true),
        ("[::1]:8787", true), ("", false), ("evil.example", false), ("127.0.0.1.evil.example", false),
        ("localhost.evil.example", false), ("foo.localhost", false), ("127.0.0.2", false), ("localhost:80x", false),
        ("0.0.0.0", false), ("user@localhost", false), ("localhost.", false),
    ]) func `only names of this machine reach the control API`(authority: String, isLoopback: Bool) {
        #expect((RequestHost(authority: authority) == .loopback) == isLoopback)
    }

    @Test(arguments: [
        ("hello.default.localhost", "hello", "default"), ("Hello.Default.LocalHost:8787", "hello", "default"),
        ("next-my-fn.p-1.localhost", "next-my-fn", "p-1"),
    ]) func `names below localhost name a function and its project`(authority: String, label: String, project: String) {
        #expect(RequestHost(authority: authority) == .function(label: label[...], project: project[...]))
    }

    @Test(arguments: [
        "a.b.c.localhost.", ".default.localhost", "a..localhost", "a b.default.localhost", "é.d.localhost",
    ])
    func `other names below localhost are not served`(authority: String) {
        #expect(RequestHost(authority: authority) == nil)
    }

    private func version(_ number: Int, percent: Int) -> RoutableVersion {
        RoutableVersion(versionID: "v\(number)", number: number, percent: percent, pool: InstancePool())
    }

    private func route(_ name: String, shares: [RoutableVersion], tags: [String: RoutableVersion] = [:])
        -> FunctionRoute
    {
        FunctionRoute(
            functionID: name,
            name: name,
            project: "default",
            timeoutSeconds: 1,
            shares: shares,
            tags: tags
        )
    }

    @Test(arguments: [(0, 1), (89, 1), (90, 2), (99, 2)])
    func `a split follows the weights exactly`(random: Int, number: Int) {
        let route = route("a", shares: [version(1, percent: 90), version(2, percent: 10)])
        #expect(route.choose { $0 == 100 ? random : -1 }?.number == number)
    }

    @Test func `all or nothing needs no random number`() {
        let route = route("a", shares: [version(1, percent: 0), version(2, percent: 100), version(3, percent: 0)])
        let chosen = route.choose { _ in
            Issue.record("asked for a random number")
            return 0
        }
        #expect(chosen?.number == 2)
        #expect(self.route("a", shares: []).choose { _ in 0 } == nil)
        #expect(self.route("a", shares: [version(1, percent: 0)]).choose { _ in 0 } == nil)
    }

    @Test func `the table swaps, renames and forgets functions`() {
        let table = RouteTable()
        table.replaceAll([route("a", shares: []), route("b", shares: [])])
        var renamed = route("c", shares: [])
        renamed.functionID = "a"
        table.replace(renamed)
        #expect(table.route(project: "default", name: "a") == nil)
        #expect(table.route(project: "default", name: "c")?.functionID == "a")
        table.remove(functionID: "b")
        #expect(table.route(project: "default", name: "b") == nil)
        #expect(table.route(project: "other", name: "c") == nil)
    }

    private func destination(_ label: String, in table: RouteTable, tag: String? = nil) throws -> (String, Int) {
        var headers: HTTPHeaders = ["host": "\(label).default.localhost"]
        if let tag { headers.add(name: "X-Hks-Tag", value: tag) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
        let routed = try GatewayRouter(table: table).route(IncomingRequest(head))
        guard case .function(let target) = routed.destination else { throw Unexpected(description: "not a function") }
        return (target.route.name, target.version.number)
    }

    @Test func `a function's own name wins over a tag of another, the shortest tag over longer ones`() throws {
        let table = RouteTable()
        table.replaceAll([
            route("fn", shares: [version(1, percent: 100)], tags: ["a-b": version(2, percent: 0)]),
            route("b-fn", shares: [version(3, percent: 100)], tags: ["a": version(4, percent: 0)]),
            route("x-fn", shares: [version(5, percent: 100)]),
        ])
        #expect(try destination("fn", in: table) == ("fn", 1))
        #expect(try destination("a-b-fn", in: table) == ("b-fn", 4))
        #expect(try destination("x-fn", in: table) == ("x-fn", 5))
        #expect(try destination("fn", in: table, tag: "a-b") == ("fn", 2))
        #expect(throws: GatewayFailure.self) { try destination("y-fn", in: table) }
        #expect(throws: GatewayFailure.self) { try destination("fn", in: table, tag: "gone") }
        table.remove(functionID: "b-fn")
        #expect(try destination("a-b-fn", in: table) == ("fn", 2))
    }

    @Test func `the path address strips its prefix and says so`() async throws {
        try await GatewayFixture.with { gateway in
            let answer = try await gateway.get("/fn/default/hello/a%20b/?x=1&y=/fn/", host: "localhost:\(gateway.port)")
            #expect(answer.contains("\nGET /a%20b/?x=1&y=/fn/\n") || answer.contains("GET /a%20b/?x=1&y=/fn/\n"))
            #expect(answer.contains("x-forwarded-prefix: /fn/default/hello\n"))
            #expect(try await gateway.get("/fn/default/hello", host: "127.0.0.1").contains("GET /\n"))
            #expect(try await gateway.get("/fn/default/hello?q", host: "127.0.0.1").contains("GET /?q\n"))
            let tagged = try await gateway.get("/fn/default/hello/", host: "[::1]:1", headers: ["x-hks-tag: next"])
            #expect(tagged.contains("x-hks-version: 2\r\n"))
            #expect(!tagged.contains("x-hks-tag"))
        }
    }

    @Test func `everything else on a loopback name goes to the control API`() async throws {
        try await GatewayFixture.with { gateway in
            let answer = try await gateway.get("/api/v1/x?y", host: "localhost")
            #expect(answer.status == 200)
            #expect(gateway.control.requests.map(\.head.uri) == ["/api/v1/x?y"])
            #expect(gateway.function.requests.isEmpty)
            #expect(gateway.records.isEmpty)
        }
    }

    @Test(arguments: [
        ("evil.example", "/", [String](), 421, "host_not_allowed"),
        ("evil.example:8787", "/api/v1/", [], 421, "host_not_allowed"),
        ("a.b.c.localhost", "/api/v1/", [], 421, "host_not_allowed"),
        ("default.localhost", "/api/v1/", [], 404, "function_not_found"),
        ("nobody.localhost", "/", [], 404, "function_not_found"),
        ("localhost", "/api/v1/", ["Origin: http://evil.example"], 403, "forbidden"),
        ("localhost", "/api/v1/", ["Origin: null"], 403, "forbidden"),
        ("localhost:1", "/api/v1/", ["Origin: http://localhost:3000"], 403, "forbidden"),
        ("none.default.localhost", "/", [], 404, "function_not_found"),
        ("hello.other.localhost", "/", [], 404, "function_not_found"),
        ("gone-hello.default.localhost", "/", [], 404, "function_not_found"),
        ("localhost", "/fn/default/none/", [], 404, "function_not_found"),
        ("localhost", "/fn/default", [], 404, "function_not_found"),
        ("localhost", "/fn/default/hello/", ["x-hks-tag: gone"], 404, "version_not_found"),
    ]) func `a request that has no place gets an error`(
        host: String,
        path: String,
        headers: [String],
        status: Int,
        code: String
    ) async throws {
        try await GatewayFixture.with { gateway in
            let answer = try await gateway.get(path, host: host, headers: headers)
            #expect(answer.status == status)
            #expect(answer.errorCode == code)
            #expect(answer.contains("x-request-id: "))
            #expect(gateway.control.requests.isEmpty)
            #expect(gateway.function.requests.isEmpty)
        }
    }

    @Test func `a page of the platform's own may call it, and an absolute target names the host`() async throws {
        try await GatewayFixture.with { gateway in
            let own = try await gateway.get("/x", host: "localhost:9", headers: ["Origin: http://localhost:9"])
            #expect(own.status == 200)
            let absolute = try await gateway.get("http://hello.default.localhost/deep?q=1", host: "evil.example")
            #expect(absolute.contains("GET /deep?q=1\n"))
            #expect(try await gateway.get("http://evil.example/", host: "localhost").status == 421)
        }
    }

    @Test func `a function without a version that takes traffic is unavailable for now`() async throws {
        try await GatewayFixture.with { gateway in
            var route = gateway.route()
            route.shares = []
            gateway.table.replace(route)
            let answer = try await gateway.get()
            #expect(answer.status == 503)
            #expect(answer.contains("retry-after: "))
        }
    }
}
