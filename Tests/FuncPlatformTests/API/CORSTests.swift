import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import NIOHTTP1
import Testing

@testable import FuncPlatform

/// Which web pages may call the control API.
struct CORSTests {
    private static let page = "http://localhost:3000"
    private static let path = "/api/v1/workspaces/default/functions/"

    private func with(_ origins: Set<String>, _ body: @Sendable (APISession) async throws -> Void) async throws {
        let fixture = try ControlFixture()
        try await fixture.application { $0.corsOrigins = origins }.test(.router) {
            try await body(APISession(client: $0))
        }
        try await fixture.stop()
    }

    @Test func `pages of configured origins get leave and can read answers`() async throws {
        try await with([Self.page]) { session in
            let asked = try await session.with(nil).send(.options, Self.path, headers: [.origin: Self.page])
            #expect(asked.status == 204)
            #expect(asked.body.isEmpty)
            #expect(asked.headers[.accessControlAllowOrigin] == Self.page)
            #expect(asked.headers[.accessControlAllowMethods]?.contains("DELETE") == true)
            #expect(asked.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
            let read = try await session.send(.get, Self.path, headers: [.origin: "HTTP://LOCALHOST:3000"])
            #expect(read.status == 200)
            #expect(read.headers[.accessControlAllowOrigin] == "HTTP://LOCALHOST:3000")
            #expect(read.headers[.vary] == "Origin")
            // A page must be able to read why it was refused.
            let refused = try await session.with(nil).send(.get, Self.path, headers: [.origin: Self.page])
            #expect(refused.status == 401)
            #expect(refused.headers[.accessControlAllowOrigin] == Self.page)
        }
    }

    @Test(arguments: ["http://localhost:3001", "https://localhost:3000", "null", "http://localhost:3000.evil.example"])
    func `pages of other origins get none`(origin: String) async throws {
        try await with([Self.page]) { session in
            let asked = try await session.with(nil).send(.options, Self.path, headers: [.origin: origin])
            #expect(asked.status == 404)
            let read = try await session.send(.get, Self.path, headers: [.origin: origin])
            for answer in [asked, read] { #expect(answer.headers[.accessControlAllowOrigin] == nil) }
        }
    }

    @Test func `without configured origins there is no cross-origin access`() async throws {
        try await with([]) { session in
            let asked = try await session.send(.options, Self.path, headers: [.origin: Self.page])
            #expect(asked.status == 404)
            #expect(asked.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test func `the gateway lets the same origins through to the control API`() throws {
        func route(_ origin: String?, to allowed: Set<String>) throws -> Bool {
            var headers: HTTPHeaders = ["host": "127.0.0.1:8787"]
            if let origin { headers.add(name: "origin", value: origin) }
            let head = HTTPRequestHead(version: .http1_1, method: .OPTIONS, uri: "/api/v1/x", headers: headers)
            let router = GatewayRouter(table: RouteTable(), allowedOrigins: allowed)
            do {
                _ = try router.route(IncomingRequest(head))
                return true
            } catch {
                guard error.status == .forbidden else { throw error }
                return false
            }
        }
        var configuration = PlatformConfiguration(dataFolder: "", programVersion: "", hostsFolder: "", environment: [:])
        configuration.corsOrigins = ["http://Localhost:3000"]
        let allowed = configuration.allowedOrigins
        #expect(try route(Self.page, to: allowed))
        #expect(try route(nil, to: allowed))
        #expect(try route("http://127.0.0.1:8787", to: allowed))
        #expect(try !route("http://localhost:3001", to: allowed))
        #expect(try !route("null", to: allowed))
        #expect(try !route(Self.page, to: []))
    }
}
