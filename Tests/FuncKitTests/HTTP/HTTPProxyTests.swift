import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HTTPProxyTests {
    private func client(_ environment: [String: String]) throws -> HTTPClient {
        var configuration = HTTPClientConfiguration(environment: environment)
        configuration.retryPolicy = .never
        return try HTTPClient(configuration)
    }

    @Test(arguments: ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    func `requests go through the proxy`(variable: String) async throws {
        try await withServer {
            try $0.respond(200, "from the proxy")
        } _: { proxy in
            let client = try client([variable: "http://user:pass@127.0.0.1:\(proxy.port)"])
            let response = try await client.send(HTTPRequest("GET", "http://server.invalid/path"))
            #expect(response.body == Data("from the proxy".utf8))
            #expect(proxy.requests.map(\.target) == ["http://server.invalid/path"])
            #expect(proxy.requests.first?.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz")
        }
    }

    @Test func `https asks the proxy for a tunnel`() async throws {
        try await withServer {
            try $0.respond(403)
        } _: { proxy in
            let client = try client(["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"])
            let error = await #expect(throws: FuncError.self) {
                try await client.send(HTTPRequest("GET", "https://server.invalid/path"))
            }
            #expect(error?.summary == "unreachable: the proxy refuses the way to 'server.invalid' with status 403")
            #expect(proxy.requests.map(\.method) == ["CONNECT"])
            #expect(proxy.requests.map(\.target) == ["server.invalid:443"])
        }
    }

    @Test(arguments: ["server.invalid", ".invalid", "*", "other.invalid, server.invalid"])
    func `exceptions are reached directly`(exceptions: String) async throws {
        try await withServer {
            try $0.respond(200)
        } _: { proxy in
            let client = try client(["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)", "NO_PROXY": exceptions])
            let error = await #expect(throws: FuncError.self) {
                try await client.send(HTTPRequest("GET", "http://server.invalid/path"))
            }
            #expect(error?.message == "'server.invalid' has no address")
            #expect(proxy.connectionCount == 0)
        }
    }

    @Test func `this machine is always reached directly`() async throws {
        try await withServer {
            try $0.respond(200, "proxy")
        } _: { proxy in
            try await withServer {
                try $0.respond(200, "direct")
            } _: { server in
                let client = try client(["http_proxy": proxy.url, "all_proxy": proxy.url])
                for host in ["127.0.0.1", "localhost"] {
                    let response = try await client.send(HTTPRequest("GET", "http://\(host):\(server.port)/"))
                    #expect(response.body == Data("direct".utf8))
                }
                #expect(proxy.connectionCount == 0)
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("localhost", true), ("a.b.localhost", true), ("[::1]", true),
        ("LOCALHOST.", true), ("127.0.0.1.example.com", false), ("128.0.0.1", false), ("localhost.example.com", false),
        ("127.0.0", false),
    ])
    func `loopback names are known`(host: String, isLoopback: Bool) {
        #expect(ProxySettings.isLoopback(host) == isLoopback)
    }

    @Test func `an unreachable proxy is named as such without its password`() async throws {
        let client = try client(["HTTP_PROXY": "http://user:secret@proxy.invalid:3128"])
        let error = await #expect(throws: FuncError.self) {
            try await client.send(HTTPRequest("GET", "http://server.invalid/"))
        }
        #expect(error?.message == "the proxy for 'server.invalid' has no address")
        #expect(error?.cause?.contains("secret") == false)
    }
}
