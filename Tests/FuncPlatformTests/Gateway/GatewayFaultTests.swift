import Foundation
import FuncKit
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct GatewayFaultTests {
    static let host = "Host: hello.default.localhost\r\n"

    @Test(arguments: [
        ("both framings", "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (
            "both framings, turned",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
        ),
        ("two lengths", "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        ("two equal lengths", "POST / HTTP/1.1\r\n\(host)Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        ("a list of lengths", "POST / HTTP/1.1\r\n\(host)Content-Length: 3, 3\r\n\r\nabc"),
        ("a negative length", "POST / HTTP/1.1\r\n\(host)Content-Length: -3\r\n\r\nabc"),
        ("a huge length", "POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\nabc"),
        ("another coding", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("an unknown coding", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        (
            "a doubled coding",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("chunks in 1.0", "POST / HTTP/1.0\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a folded field", "GET / HTTP/1.1\r\n\(host)X-A: 1\r\n 2\r\n\r\n"),
        ("a space before the colon", "GET / HTTP/1.1\r\n\(host)X-A : 1\r\n\r\n"),
        ("a space in the name", "GET / HTTP/1.1\r\n\(host)X A: 1\r\n\r\n"),
        ("a bare CR", "GET / HTTP/1.1\r\n\(host)X-A: 1\rX-B: 2\r\n\r\n"),
        ("a NUL", "GET / HTTP/1.1\r\n\(host)X-A: \0\r\n\r\n"),
        ("no host", "GET / HTTP/1.1\r\n\r\n"),
        ("two hosts", "GET / HTTP/1.1\r\n\(host)\(host)\r\n"),
        ("not HTTP", "\u{16}\u{3}\u{1}\r\n\r\n"),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a strange version", "GET / HTTP/9.9\r\n\(host)\r\n"),
        ("no path", "GET hello HTTP/1.1\r\n\(host)\r\n"),
        ("a bad chunk size", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        (
            "a chunk that is too long",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"
        ),
    ]) func `a request that can be read in two ways is refused and the connection closed`(
        name: String,
        request: String
    ) async throws {
        try await GatewayFixture.with { gateway in
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.status == 400, "\(name): \(answer.prefix(200))")
            #expect(answer.errorCode == "bad_request")
            #expect(answer.contains("connection: close\r\n"))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(name): more than one answer")
            #expect(gateway.function.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\n\(host)Content-Length: 2000\r\n\r\n", 413, "body_too_large"),
        (
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + String(repeating: "x", count: 2000),
            413, "body_too_large"
        ),
        ("GET /" + String(repeating: "x", count: 5000) + " HTTP/1.1\r\n\(host)\r\n", 431, "headers_too_large"),
        ("GET / HTTP/1.1\r\n\(host)X: " + String(repeating: "x", count: 5000) + "\r\n\r\n", 431, "headers_too_large"),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 405, "method_not_allowed"),
        ("POST / HTTP/1.1\r\n\(host)Expect: tea\r\nContent-Length: 1\r\n\r\nx", 417, "bad_request"),
    ]) func `limits are told by status`(request: String, status: Int, code: String) async throws {
        var settings = GatewayFixture.Settings()
        settings.change = {
            $0.maxBodyBytes = 1000
            $0.maxHeaderBytes = 4096
        }
        try await GatewayFixture.with(settings) { gateway in
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.status == status)
            #expect(answer.errorCode == code)
            try await eventually("the slot") { gateway.pool.statistics.inFlight == 0 }
        }
    }

    @Test func `bodies for the control API are not limited by the gateway`() async throws {
        var settings = GatewayFixture.Settings()
        settings.change = { $0.maxBodyBytes = 10 }
        try await GatewayFixture.with(settings) { gateway in
            let request = "PUT /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 20\r\n\r\n"
            let answer = try await RawConnection.exchange(
                port: gateway.port,
                request + String(repeating: "x", count: 20)
            )
            #expect(answer.status == 200)
        }
    }

    @Test func `what follows a complete request cannot spoil its answer`() async throws {
        try await GatewayFixture.with { gateway in
            let request = "GET /1 HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\nGARBAGE\r\n\r\n"
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.status == 200)
            #expect(gateway.function.requests.count == 1)
        }
    }

    @Test func `clients that send too slowly are let go`() async throws {
        var settings = GatewayFixture.Settings()
        settings.change = {
            // Long enough for a busy machine to have taken what was sent by then.
            $0.headerTimeout = .seconds(2)
            $0.idleTimeout = .seconds(3)
            $0.stallTimeout = .seconds(2)
        }
        try await GatewayFixture.with(settings) { gateway in
            #expect(try await RawConnection.exchange(port: gateway.port, "GET / HTTP/1.1\r\nHos").status == 408)
            let body = "POST / HTTP/1.1\r\n\(Self.host)Content-Length: 10\r\n\r\nabc"
            #expect(try await RawConnection.exchange(port: gateway.port, body).status == 408)
            try await eventually("the slot") { gateway.pool.statistics.inFlight == 0 }
            #expect(try await RawConnection.exchange(port: gateway.port, "").isEmpty)
            let idle = try await RawConnection.exchange(port: gateway.port, "GET / HTTP/1.1\r\n\(Self.host)\r\n")
            #expect(idle.status == 200)
        }
    }

    @Test func `a client that does not take its answer loses its connection and its slot`() async throws {
        var settings = GatewayFixture.Settings()
        settings.change = { $0.stallTimeout = .seconds(2) }
        try await GatewayFixture.with(settings, script: { _, _ in .stream(bytes: 64 << 20) }) { gateway in
            let slow = try await RawConnection.open(port: gateway.port, reads: false)
            slow.send("GET / HTTP/1.1\r\n\(Self.host)\r\n")
            try await eventually("the request") { gateway.pool.statistics.inFlight == 1 }
            try await eventually("the slot") { gateway.pool.statistics.inFlight == 0 }
            try await eventually("the upstream's end") { gateway.function.open == 0 }
            slow.close()
        }
    }

    @Test func `a function that takes too long is cut off with 504`() async throws {
        var settings = GatewayFixture.Settings()
        settings.timeout = 1
        try await GatewayFixture.with(settings, script: { _, _ in .silence }) { gateway in
            let answer = try await gateway.get()
            #expect(answer.status == 504)
            #expect(answer.errorCode == "timed_out")
            try await eventually("the upstream's end") { gateway.function.open == 0 }
            try await eventually("the record") { gateway.records.map(\.status) == [504] }
        }
    }

    @Test(arguments: [
        TestUpstream.Reply.close, .raw("garbage\r\n\r\n"), .raw("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    ])
    func `an instance that answers nothing of use costs its request a 502, and only that`(
        reply: TestUpstream.Reply
    ) async throws {
        try await GatewayFixture.with(script: { head, _ in head.uri == "/bad" ? reply : .echo }) { gateway in
            let answer = try await gateway.get("/bad")
            #expect(answer.status == 502)
            #expect(answer.errorCode == "function_failed")
            #expect(try await gateway.get("/good").status == 200)
            try await eventually("the slot") { gateway.pool.statistics.inFlight == 0 }
        }
    }

    @Test func `an answer that breaks off breaks the client's connection off`() async throws {
        let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
        try await GatewayFixture.with(script: { _, _ in .raw(half) }) { gateway in
            let answer = try await RawConnection.exchange(port: gateway.port, "GET / HTTP/1.1\r\n\(Self.host)\r\n")
            #expect(answer.hasSuffix("half"))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
    }

    @Test(arguments: [("GET", 200, 3), ("POST", 502, 2)])
    func `a kept connection that died is replaced where the request may be repeated`(
        method: String,
        status: Int,
        requests: Int
    ) async throws {
        let seen = RequestCounter()
        // The second request on the first connection meets its end.
        let script: TestUpstream.Script = { _, connection in seen.next() == 2 && connection == 1 ? .close : .echo }
        try await GatewayFixture.with(script: script) { gateway in
            let first = try await RawConnection.open(port: gateway.port)
            first.send("GET / HTTP/1.1\r\n\(Self.host)\r\n")
            try await first.expect("HTTP/1.1 200 OK")
            first.close()
            let request = "\(method) / HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n"
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.status == status)
            #expect(gateway.function.requests.count == requests)
        }
    }

    @Test func `a client that leaves takes its request along`() async throws {
        try await GatewayFixture.with(script: { _, _ in .silence }) { gateway in
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send("GET / HTTP/1.1\r\n\(Self.host)\r\n")
            try await eventually("the request") { gateway.function.requests.count == 1 }
            connection.close()
            try await eventually("the upstream's end") { gateway.function.open == 0 }
            try await eventually("the record") { gateway.records.map(\.status) == [499] }
            try await eventually("its place") { gateway.pool.statistics.inFlight == 0 }
        }
    }

    @Test func `a client that leaves the queue frees its place`() async throws {
        var settings = GatewayFixture.Settings()
        settings.isReady = false
        try await GatewayFixture.with(settings) { gateway in
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send("GET / HTTP/1.1\r\n\(Self.host)\r\n")
            try await eventually("the queue") { gateway.pool.statistics.queued == 1 }
            connection.close()
            try await eventually("the queue's end") { gateway.pool.statistics.queued == 0 }
        }
    }

    @Test func `a request waits for the first instance and says so`() async throws {
        var settings = GatewayFixture.Settings()
        settings.isReady = false
        try await GatewayFixture.with(settings) { gateway in
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send(
                "POST / HTTP/1.1\r\n\(Self.host)Connection: close\r\nContent-Length: 5\r\n\r\nhello"
            )
            try await eventually("the queue") { gateway.pool.statistics.queued == 1 }
            gateway.addInstance()
            let answer = try await connection.untilClosed()
            #expect(answer.contains("x-hks-cold-start: true\r\n"))
            #expect(gateway.function.requests.map(\.body) == ["hello"])
            try await eventually("the record") { gateway.records.map(\.coldStart) == [true] }
        }
    }

    @Test func `a full queue and a long wait are refused with the time to come back`() async throws {
        var settings = GatewayFixture.Settings()
        settings.isReady = false
        settings.limits = InstancePool.Limits(maxQueued: 1, queueTimeout: .seconds(3))
        try await GatewayFixture.with(settings) { gateway in
            let first = try await RawConnection.open(port: gateway.port)
            first.send("GET / HTTP/1.1\r\n\(Self.host)Connection: close\r\n\r\n")
            try await eventually("the queue") { gateway.pool.statistics.queued == 1 }
            for answer in [try await gateway.get(), try await first.untilClosed()] {
                #expect(answer.status == 503)
                #expect(answer.errorCode == "overloaded")
                #expect(answer.contains("retry-after: 1\r\n"))
            }
        }
    }

    @Test func `an instance that cannot be reached leaves its requests to another`() async throws {
        var settings = GatewayFixture.Settings()
        settings.isReady = false
        try await GatewayFixture.with(settings) { gateway in
            gateway.addInstance("dead", endpoint: .unixSocket(path: gateway.folder.path("none.sock")))
            #expect(try await gateway.get().status == 502)
            let connection = try await RawConnection.open(port: gateway.port)
            connection.send("POST / HTTP/1.1\r\n\(Self.host)Connection: close\r\nContent-Length: 2\r\n\r\nok")
            gateway.addInstance("alive")
            gateway.pool.remove(InstanceID(rawValue: "dead"))
            #expect(try await connection.untilClosed().status == 200)
        }
    }

    @Test func `a request that meets a version just retired goes to the one that took over`() async throws {
        try await GatewayFixture.with { gateway in
            let retired = InstancePool()
            retired.close()
            var old = gateway.route()
            old.shares[0].percent = 50
            old.shares.insert(RoutableVersion(versionID: "v0", number: 0, percent: 50, pool: retired), at: 0)
            gateway.table.replace(old)
            #expect(try await gateway.get().status == 503)
            // The gateway asks for a random number after it has read the route and before it asks the pool.
            let (table, new) = (gateway.table, gateway.route())
            gateway.whenSplit { table.replace(new) }
            let answer = try await gateway.get()
            #expect(answer.status == 200)
            #expect(answer.contains("x-hks-version: 1\r\n"))
        }
    }

    @Test func `an answer before the end of the body is passed on and the connection closed`() async throws {
        let early = "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nearly"
        try await GatewayFixture.with { gateway in
            let server = try await EarlyServer.start(path: gateway.folder.path("early.sock"), answer: early)
            gateway.pool.remove(InstanceID(rawValue: "i1"))
            gateway.addInstance("early", endpoint: .unixSocket(path: gateway.folder.path("early.sock")))
            let request = "POST / HTTP/1.1\r\n\(Self.host)Content-Length: 1000\r\n\r\nabc"
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.status == 400)
            #expect(answer.hasSuffix("early"))
            try await server.stop()
        }
    }

    @Test func `shutting down lets a running request finish and closes idle connections`() async throws {
        var settings = GatewayFixture.Settings()
        settings.isReady = false
        try await GatewayFixture.with(settings) { gateway in
            let configuration = GatewayConfiguration(
                platform: PlatformConfiguration(dataFolder: "", programVersion: "", hostsFolder: "", environment: [:]),
                control: gateway.control.endpoint
            )
            var own = configuration
            own.port = 0
            let server = try await GatewayServer.start(own, table: gateway.table)
            let idle = try await RawConnection.open(port: server.port)
            let busy = try await RawConnection.open(port: server.port)
            busy.send("GET / HTTP/1.1\r\n\(Self.host)\r\n")
            try await eventually("the queue") { gateway.pool.statistics.queued == 1 }
            async let stopped: Void = server.shutdown(within: .seconds(20))
            #expect(try await idle.untilClosed().isEmpty)
            gateway.addInstance()
            let answer = try await busy.untilClosed()
            #expect(answer.status == 200)
            #expect(answer.contains("connection: close\r\n"))
            try await stopped
            await #expect(throws: (any Error).self) { _ = try await RawConnection.open(port: server.port) }
        }
    }

    @Test func `a port in use and an address that others can reach are refused`() async throws {
        try await GatewayFixture.with { gateway in
            let platform = PlatformConfiguration(dataFolder: "", programVersion: "", hostsFolder: "", environment: [:])
            var configuration = GatewayConfiguration(platform: platform, control: gateway.control.endpoint)
            configuration.port = gateway.port
            await #expect { _ = try await GatewayServer.start(configuration, table: gateway.table) } throws: {
                ($0 as? FuncError)?.code == .portInUse
            }
            for host in ["0.0.0.0", "192.168.1.1", "::", "example.com", "127.evil.example"] {
                configuration.host = host
                await #expect { _ = try await GatewayServer.start(configuration, table: gateway.table) } throws: {
                    ($0 as? FuncError)?.code == .invalidArgument
                }
            }
        }
    }
}

/// Numbers requests from 1.
private final class RequestCounter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
