import Foundation
import FuncKit
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct GatewayProxyTests {
    @Test func `an instance sees the request, who sent it, and nothing of the hop before`() async throws {
        try await GatewayFixture.with { gateway in
            let answer = try await gateway.get(
                "/a?b=c",
                headers: [
                    "Accept: */*", "X-Request-ID: r-1", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https",
                    "Keep-Alive: 3", "TE: trailers", "Proxy-Authorization: x", "X-Private: 1", "Connection: x-private",
                ]
            )
            #expect(answer.status == 200)
            let head = try #require(gateway.function.requests.first?.head)
            #expect(head.uri == "/a?b=c")
            #expect(head.headers["accept"] == ["*/*"])
            #expect(head.headers["x-request-id"] == ["r-1"])
            #expect(head.headers["x-forwarded-for"] == ["10.0.0.1, 127.0.0.1"])
            #expect(head.headers["x-forwarded-proto"] == ["http"])
            #expect(head.headers["x-forwarded-host"] == ["hello.default.localhost"])
            #expect(head.headers["host"] == ["hello.default.localhost"])
            #expect(RequestIdentity.isValidTraceparent(head.headers.first(name: "traceparent") ?? ""))
            for name in ["keep-alive", "te", "proxy-authorization", "x-private", "connection"] {
                #expect(!head.headers.contains(name: name), "\(name) was passed on")
            }
            #expect(answer.contains("x-request-id: r-1\r\n"))
            #expect(answer.contains("x-hks-version: 1\r\n"))
            #expect(!answer.contains("x-hks-cold-start"))
        }
    }

    @Test func `identifiers that are not valid are replaced`() async throws {
        try await GatewayFixture.with { gateway in
            _ = try await gateway.get(headers: ["x-request-id: a b", "traceparent: 00-0-0-00"])
            let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            _ = try await gateway.get(headers: ["traceparent: \(trace)"])
            let heads = gateway.function.requests.map(\.head.headers)
            let id = try #require(heads[0].first(name: "x-request-id"))
            #expect(id.utf8.count == 32)
            #expect(heads[0].first(name: "traceparent")?.hasPrefix("00-\(id)-") == true)
            #expect(heads[1]["traceparent"] == [trace])
        }
    }

    @Test func `an answer loses its hop-by-hop fields and keeps the rest`() async throws {
        let fields = [
            ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Keep-Alive", "timeout=5"), ("X-Own", "1"),
            ("Connection", "x-gone"), ("X-Gone", "1"), ("x-hks-version", "99"), ("x-request-id", "forged"),
        ]
        try await GatewayFixture.with(script: { _, _ in .answer(201, headers: fields, body: "hi") }) { gateway in
            let answer = try await gateway.get()
            #expect(answer.hasPrefix("HTTP/1.1 201 Created\r\n"))
            #expect(answer.contains("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"))
            #expect(answer.contains("X-Own: 1\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nhi"))
            for gone in ["Keep-Alive", "X-Gone", "x-hks-version: 99", "forged"] { #expect(!answer.contains(gone)) }
        }
    }

    @Test(arguments: [
        "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
    ]) func `a body arrives whatever its framing`(rest: String) async throws {
        try await GatewayFixture.with { gateway in
            let request = "POST / HTTP/1.1\r\nHost: hello.default.localhost\r\nConnection: close\r\n\(rest)"
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.status == 200)
            #expect(gateway.function.requests.map(\.body) == ["hello"])
        }
    }

    @Test func `a large body passes both ways unchanged`() async throws {
        try await GatewayFixture.with { gateway in
            let text = String(repeating: "0123456789abcdef", count: 300_000)
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send(
                "POST / HTTP/1.1\r\nHost: hello.default.localhost\r\nConnection: close\r\n"
                    + "Content-Length: \(text.utf8.count)\r\n\r\n" + text
            )
            let answer = try await connection.untilClosed()
            #expect(answer.hasSuffix("\n\n" + text))
            #expect(gateway.function.requests.first?.body == text)
        }
    }

    @Test func `an instance is not read faster than the client reads`() async throws {
        let size = 96 << 20
        var settings = GatewayFixture.Settings()
        // Longer than a busy machine takes for the requests below.
        settings.timeout = 600
        settings.change = { $0.stallTimeout = .minutes(10) }
        try await GatewayFixture.with(
            settings,
            script: { head, _ in head.uri == "/big" ? .stream(bytes: size) : .echo }
        ) {
            gateway in
            let slow = try await RawConnection.open(port: gateway.port, reads: false)
            slow.send("GET /big HTTP/1.1\r\nHost: hello.default.localhost\r\nConnection: close\r\n\r\n")
            try await eventually("the stream") { gateway.function.streamed > 0 }
            // Other requests are what makes time pass here: each goes through the same event loop.
            for _ in 0..<300 { _ = try await gateway.get() }
            #expect(gateway.function.streamed < size / 2)
            slow.beginReading()
            let answer = try await slow.untilClosed(within: .seconds(120))
            #expect(answer.utf8.count > size)
        }
    }

    @Test func `a client that waits for a sign before its body gets one`() async throws {
        try await GatewayFixture.with { gateway in
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send(
                "POST / HTTP/1.1\r\nHost: hello.default.localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            try await connection.expect("HTTP/1.1 100 Continue\r\n\r\n")
            connection.send("ok")
            try await connection.expect("HTTP/1.1 200 OK")
            #expect(gateway.function.requests.first?.body == "ok")
            #expect(gateway.function.requests.first?.head.headers.contains(name: "expect") == false)
            connection.close()
        }
    }

    @Test func `pipelined requests are answered in order on one upstream connection`() async throws {
        try await GatewayFixture.with { gateway in
            let one = "GET /1 HTTP/1.1\r\nHost: hello.default.localhost\r\n\r\n"
            let two = "POST /2 HTTP/1.1\r\nHost: hello.default.localhost\r\nContent-Length: 2\r\n\r\nok"
            let bad = "GET / HTTP/1.1\r\nHost: none.default.localhost\r\n\r\n"
            let last = "GET /3 HTTP/1.1\r\nHost: hello.default.localhost\r\nConnection: close\r\n\r\n"
            let answer = try await RawConnection.exchange(port: gateway.port, one + two + bad + last)
            let order = ["GET /1\n", "POST /2\n", "404 Not Found", "GET /3\n"].map { answer.range(of: $0)?.lowerBound }
            let found = order.compactMap(\.self)
            #expect(found.count == 4)
            #expect(found == found.sorted())
            #expect(gateway.function.connections == 1)
        }
    }

    @Test func `old clients, HEAD and empty answers are framed as they need`() async throws {
        try await GatewayFixture.with(script: { head, _ in
            switch head.uri {
            case "/204": .answer(204)
            case "/chunked": .answer(200, headers: [("transfer-encoding", "chunked")], body: "abc")
            default: .answer(200, body: "abc")
            }
        }) { gateway in
            let old = "GET /chunked HTTP/1.0\r\nHost: hello.default.localhost\r\n\r\n"
            let answer = try await RawConnection.exchange(port: gateway.port, old)
            #expect(answer.hasSuffix("\r\n\r\nabc"))
            #expect(!answer.contains("chunked"))
            let kept = try await RawConnection.open(port: gateway.port)
            kept.send("GET / HTTP/1.0\r\nHost: hello.default.localhost\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await kept.expect("\r\n\r\nabc").contains("connection: keep-alive\r\n"))
            kept.send("HEAD / HTTP/1.1\r\nHost: hello.default.localhost\r\n\r\n")
            kept.send("GET /204 HTTP/1.1\r\nHost: hello.default.localhost\r\nConnection: close\r\n\r\n")
            let rest = try await kept.untilClosed()
            #expect(rest.components(separatedBy: "content-length: 3").count == 3)
            #expect(rest.components(separatedBy: "\r\n\r\nabc").count == 2)
            #expect(rest.contains("HTTP/1.1 204 No Content\r\n"))
        }
    }

    @Test func `informational answers pass, but not a second sign to continue`() async throws {
        let raw =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        try await GatewayFixture.with(script: { _, _ in .raw(raw) }) { gateway in
            let answer = try await gateway.get()
            #expect(answer.hasPrefix("HTTP/1.1 103 "))
            #expect(answer.contains("\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n"))
            #expect(!answer.contains("HTTP/1.1 100"))
            #expect(answer.hasSuffix("\r\n\r\nok"))
        }
    }

    @Test func `an answer that ends with its connection is framed anew`() async throws {
        try await GatewayFixture.with(script: { _, _ in .raw("HTTP/1.1 200 OK\r\n\r\nall of it") }) { gateway in
            let answer = try await gateway.get()
            #expect(answer.contains("transfer-encoding: chunked\r\n"))
            #expect(answer.hasSuffix("\r\n9\r\nall of it\r\n0\r\n\r\n"))
        }
    }

    @Test(arguments: ["hello.default.localhost", "localhost"])
    func `an upgraded connection passes bytes both ways, early ones included`(host: String) async throws {
        try await GatewayFixture.with(script: { _, _ in .upgrade }) { gateway in
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send(
                "GET /upgrade HTTP/1.1\r\nHost: \(host)\r\nConnection: keep-alive, Upgrade\r\nUpgrade: test\r\n\r\nearly "
            )
            try await connection.expect("HTTP/1.1 101 Switching Protocols\r\n")
            try await connection.expect("EARLY ")
            connection.send("later")
            try await connection.expect("EARLY LATER")
            connection.close()
            let upstream = host == "localhost" ? gateway.control : gateway.function
            try await eventually("the upstream's end") { upstream.open == 0 }
            try await eventually("the slot") { gateway.pool.statistics.inFlight == 0 }
            if host != "localhost" {
                try await eventually("the record") { gateway.records.map(\.status) == [101] }
            }
        }
    }

    @Test func `an upgrade that is refused is an ordinary answer`() async throws {
        try await GatewayFixture.with { gateway in
            let answer = try await gateway.get(headers: ["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: x"])
            #expect(answer.status == 200)
            #expect(gateway.function.requests.first?.head.headers.contains(name: "upgrade") == false)
        }
    }

    @Test func `each request to a function is recorded once`() async throws {
        try await GatewayFixture.with(script: { _, _ in .answer(418) }) { gateway in
            _ = try await gateway.get("/a/b?c=d", headers: ["x-request-id: mine"])
            try await eventually("the record") { gateway.records.count == 1 }
            let record = try #require(gateway.records.first)
            #expect(record.requestID == "mine")
            #expect(record.functionID == "id-hello")
            #expect(record.versionNumber == 1)
            #expect(record.method == "GET")
            #expect(record.path == "/a/b")
            #expect(record.status == 418)
            #expect(!record.coldStart)
            #expect(record.durationMilliseconds > 0)
        }
    }
}
