import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Addresses that triggers of type http add.
@Suite struct GatewayTriggerTests {
    /// Gives the paths of three functions to the table.
    private func withPaths(_ body: (GatewayFixture) async throws -> Void) async throws {
        try await GatewayFixture.with { gateway in
            let table: [(String, [HTTPTrigger])] = [
                ("hello", [HTTPTrigger(path: "/hello"), HTTPTrigger(path: "/a/b", methods: ["GET", "POST"])]),
                (
                    "deep",
                    [HTTPTrigger(path: "/hello/deep", hosts: ["shop.localhost", "a.b.c.localhost", "x.example"])]
                ),
                ("off", [HTTPTrigger(path: "/off", isEnabled: false), HTTPTrigger(path: "/grüße x")]),
            ]
            for (name, triggers) in table { gateway.table.replace(gateway.route(name: name, triggers: triggers)) }
            try await body(gateway)
        }
    }

    @Test(
        arguments: [
            ("default.localhost", "/hello", "id-hello"), ("default.localhost:8787", "/hello/", "id-hello"),
            ("default.localhost", "/hello/x?y=/hello/deep", "id-hello"), ("Default.LocalHost", "/hello?x", "id-hello"),
            ("default.localhost", "/hello/deep", "id-deep"), ("default.localhost", "/hello/deep/er", "id-deep"),
            ("default.localhost", "/hello/deeper", "id-hello"), ("default.localhost", "/helloo", nil),
            ("default.localhost", "/", nil), ("default.localhost", "/off", nil), ("default.localhost", "/Hello", nil),
            ("default.localhost", "/hell%6F/x", "id-hello"), ("default.localhost", "//hello", "id-hello"),
            ("default.localhost", "/gr%C3%BC%C3%9Fe%20x/y", "id-off"), ("default.localhost", "/gr%FF", nil),
            ("other.localhost", "/hello", nil), ("shop.localhost", "/hello/deep", "id-deep"),
            ("shop.localhost", "/hello", nil), ("a.b.c.localhost:1", "/hello/deep/x", "id-deep"),
            // Names of functions go before paths, and their addresses are their own.
            ("hello.default.localhost", "/hello/deep", "id-hello"), ("off.default.localhost", "/off", "id-off"),
        ] as [(String, String, String?)]
    )
    func `the longest path wins, part by part`(host: String, path: String, function: String?) async throws {
        try await withPaths { gateway in
            let answer = try await gateway.get(path, host: host)
            #expect(answer.status == (function == nil ? 404 : 200), "\(answer)")
            if function != nil { #expect(answer.contains("\nGET \(path)\n") || answer.contains("GET \(path)\n")) }
            try await eventually("the call is recorded") {
                gateway.records.map(\.functionID) == (function.map { [$0] } ?? [])
            }
        }
    }

    @Test func `a host that is not below localhost is never served`() async throws {
        try await withPaths { gateway in
            let answer1 = try await gateway.get("/hello/deep", host: "x.example")
            #expect(answer1.status == 421)
        }
    }

    @Test func `a path of very many parts is looked at no further than paths go`() async throws {
        try await withPaths { gateway in
            let path = "/hello" + String(repeating: "/a", count: 20_000)
            let answer2 = try await gateway.get(path, host: "default.localhost")
            #expect(answer2.status == 200)
        }
    }

    @Test(arguments: [("GET", 200), ("HEAD", 200), ("POST", 200), ("PUT", 405), ("OPTIONS", 405), ("DELETE", 405)])
    func `other methods get 405 and learn which ones there are`(method: String, status: Int) async throws {
        try await withPaths { gateway in
            let answer = try await RawConnection.exchange(
                port: gateway.port,
                "\(method) /a/b/c HTTP/1.1\r\nHost: default.localhost\r\nConnection: close\r\n\r\n"
            )
            #expect(answer.status == status)
            #expect(answer.contains("allow: GET, POST, HEAD\r\n") == (status == 405))
            #expect(status != 405 || answer.errorCode == "method_not_allowed")
            // The function's own address knows no such limit.
            let own = try await RawConnection.exchange(
                port: gateway.port,
                "\(method) /a/b/c HTTP/1.1\r\nHost: hello.default.localhost\r\nConnection: close\r\n\r\n"
            )
            #expect(own.status == 200)
        }
    }

    @Test func `a trigger without a path is about the function's own addresses`() async throws {
        try await GatewayFixture.with { gateway in
            gateway.table.replace(gateway.route(triggers: [HTTPTrigger(methods: ["POST"])]))
            let answer3 = try await gateway.get()
            #expect(answer3.status == 405)
            let answer4 = try await gateway.get("/fn/default/hello/", host: "127.0.0.1")
            #expect(answer4.status == 405)
            gateway.table.replace(
                gateway.route(triggers: [HTTPTrigger(methods: ["POST"]), HTTPTrigger(methods: ["GET"])])
            )
            let answer5 = try await gateway.get()
            #expect(answer5.status == 200)
        }
    }

    @Test func `a tag chooses the version on a path too`() async throws {
        try await withPaths { gateway in
            let answer = try await gateway.get("/hello", host: "default.localhost", headers: ["x-hks-tag: next"])
            #expect(answer.contains("x-hks-version: 2\r\n"))
            let gone = try await gateway.get("/hello", host: "default.localhost", headers: ["x-hks-tag: gone"])
            #expect(gone.status == 404)
        }
    }

    @Test func `a function that leaves takes its paths along`() async throws {
        try await withPaths { gateway in
            gateway.table.remove(functionID: "id-deep")
            let answer = try await gateway.get("/hello/deep", host: "default.localhost")
            #expect(answer.status == 200)
            try await eventually("the call is recorded") { gateway.records.map(\.functionID) == ["id-hello"] }
            gateway.table.replace(gateway.route(triggers: []))
            let answer6 = try await gateway.get("/hello", host: "default.localhost")
            #expect(answer6.status == 404)
        }
    }
}
