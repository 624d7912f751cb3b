import Foundation
import FuncKit
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct FunctionInvokerTests {
    private func invoke(
        _ gateway: GatewayFixture,
        method: String = "POST",
        path: String = "/x",
        headers: [(String, String)] = [],
        body: Data? = Data("hi".utf8),
        timeout: Duration = .seconds(20),
        maxResponseBytes: Int = 1 << 20
    ) async throws -> InvokedResponse {
        try await gateway.server.invoker.invoke(
            route: gateway.route(),
            method: method,
            path: path + "?q=1",
            headers: headers,
            body: body,
            timeout: timeout,
            maxResponseBytes: maxResponseBytes
        )
    }

    @Test func `a call reaches the function and brings its answer back`() async throws {
        try await GatewayFixture.with { gateway in
            let response = try await invoke(
                gateway,
                headers: [("x-own", "1"), ("Content-Length", "99"), ("x-request-id", "me")]
            )
            #expect(response.status == 200)
            #expect(response.requestID == "me")
            #expect(!response.coldStart)
            #expect(response.durationMilliseconds > 0)
            let request = try #require(gateway.function.requests.first)
            #expect(request.head.uri == "/x?q=1")
            #expect(request.body == "hi")
            #expect(request.head.headers["content-length"] == ["2"])
            #expect(request.head.headers["x-own"] == ["1"])
            #expect(request.head.headers["host"] == ["hello.default.localhost"])
            #expect(String(decoding: response.body, as: UTF8.self).hasSuffix("\n\nhi"))
        }
    }

    @Test(arguments: [
        ("GET", "/a b", "x", "1"), ("GET", "/a\r\nX: 1", "x", "1"), ("GE T", "/", "x", "1"), ("GET", "/", "x:", "1"),
        ("GET", "/", "x", "1\r\nY: 2"), ("GET", "/", "", "1"), ("GET", "/", "x", "\0"),
    ]) func `nothing of a call can become a header of its own`(
        method: String,
        path: String,
        name: String,
        value: String
    ) async throws {
        try await GatewayFixture.with { gateway in
            await #expect {
                _ = try await invoke(gateway, method: method, path: path, headers: [(name, value)])
            } throws: {
                ($0 as? FuncError)?.code == .invalidArgument
            }
            #expect(gateway.function.requests.isEmpty)
        }
    }

    @Test func `time, size and a dead instance bound a call`() async throws {
        try await GatewayFixture.with(script: { head, _ in
            switch head.uri.prefix(5) {
            case "/slow": .silence
            case "/dead": .close
            default: .answer(200, body: String(repeating: "x", count: 5000))
            }
        }) { gateway in
            let calls: [(String, Duration, ErrorCode)] = [
                ("/slow", .milliseconds(200), .timedOut), ("/dead", .seconds(60), .functionFailed),
                ("/big", .seconds(60), "response_too_large"),
            ]
            for (path, timeout, code) in calls {
                await #expect {
                    _ = try await invoke(gateway, path: path, timeout: timeout, maxResponseBytes: 4999)
                } throws: {
                    ($0 as? FuncError)?.code == code
                }
            }
            try await eventually("the slots") { gateway.pool.statistics.inFlight == 0 }
        }
    }

    @Test func `a host that ends a call at its limit says the same as the platform`() async throws {
        try await GatewayFixture.with(script: { _, _ in .answer(504) }) { gateway in
            // So short that the answer comes at the end of it.
            await #expect { _ = try await invoke(gateway, timeout: .milliseconds(5)) } throws: {
                ($0 as? FuncError)?.code == .timedOut
            }
            let early = try await invoke(gateway)
            #expect(early.status == 504)
        }
    }

    @Test func `a cancelled call closes its connection`() async throws {
        try await GatewayFixture.with(script: { _, _ in .silence }) { gateway in
            let call = Task { try await invoke(gateway) }
            try await eventually("the request") { gateway.function.requests.count == 1 }
            call.cancel()
            await #expect { _ = try await call.value } throws: { ($0 as? FuncError)?.code == .cancelled }
            try await eventually("the upstream's end") { gateway.function.open == 0 }
        }
    }

    @Test func `a call waits for a cold start`() async throws {
        var settings = GatewayFixture.Settings()
        settings.isReady = false
        try await GatewayFixture.with(settings) { gateway in
            let call = Task { try await invoke(gateway) }
            try await eventually("the queue") { gateway.pool.statistics.queued == 1 }
            gateway.addInstance()
            #expect(try await call.value.coldStart)
        }
    }
}
