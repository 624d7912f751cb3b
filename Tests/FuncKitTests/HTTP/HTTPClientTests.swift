import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HTTPClientTests {
    @Test func `sends method, headers and body and reads the whole answer`() async throws {
        try await withServer { exchange in
            try exchange.respond(201, "created", headers: ["X-Kind": "test"])
        } _: { server in
            let client = try makeClient()
            let request = HTTPRequest(
                "POST",
                server.url + "/a%20b?c=d",
                headers: ["x-custom": "1", "x-empty": ""],
                body: .data(Data("hello".utf8))
            )
            let response = try await client.send(request)
            #expect(response.status == 201)
            #expect(String(decoding: response.body, as: UTF8.self) == "created")
            #expect(response.headers["x-kind"] == "test")
            #expect(response.requestID == "id-1")
            let seen = try #require(server.requests.first)
            #expect(seen.method == "POST")
            #expect(seen.target == "/a%20b?c=d")
            #expect(seen.text == "hello")
            #expect(seen.headers["x-custom"] == "1")
            #expect(seen.headers["x-empty"] == "")
            #expect(seen.headers["x-request-id"] == "id-1")
            #expect(seen.headers["user-agent"] == "hks-func")
            #expect(seen.headers["expect"] == nil)
        }
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "PUT", "POST"])
    func `sends every method without a body`(method: String) async throws {
        try await withServer {
            try $0.respond(200, "x")
        } _: { server in
            let response = try await makeClient().send(HTTPRequest(method, server.url + "/m"))
            #expect(response.status == 200)
            #expect(server.requests.map(\.method) == [method])
            #expect(response.body.count == (method == "HEAD" ? 0 : 1))
        }
    }

    @Test func `small calls share one connection`() async throws {
        try await withServer {
            try $0.respond(200, "ok")
        } _: { server in
            let client = try makeClient()
            for _ in 0..<20 { _ = try await client.send(HTTPRequest("GET", server.url)) }
            #expect(server.requests.count == 20)
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `a call that must not happen twice never goes out on a connection that may be dead`() async throws {
        // The server reads the second request on the kept connection and closes it without an answer.
        try await withServer { exchange in
            if exchange.request.method == "GET" { return try exchange.respond(200, "ok") }
            try exchange.readBody()
            exchange.connection.close()
        } _: { server in
            let client = try makeClient()
            _ = try await client.send(HTTPRequest("GET", server.url))
            let error = await #expect(throws: FuncError.self) {
                try await client.send(HTTPRequest("POST", server.url, body: .data(Data("x".utf8))))
            }
            #expect(error?.code == .unreachable)
            #expect(error?.hint == "the server may have carried out the request: look before trying again")
            try await eventually("the post is seen") { server.requests.count == 2 }
            #expect(server.requests.map(\.method) == ["GET", "POST"])
        }
    }

    @Test func `many transfers run at once on one thread`() async throws {
        try await withServer {
            try $0.respond(200, String(repeating: "x", count: 300_000))
        } _: { server in
            let client = try makeClient()
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<24 {
                    group.addTask { try await client.send(HTTPRequest("GET", server.url + "/\(index)")).body.count }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(sizes == Array(repeating: 300_000, count: 24))
        }
    }

    @Test func `a file is sent from an offset, with progress`() async throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try folder.write(Data(bytes), to: "source")
        try await withServer {
            try $0.respond(200)
        } _: { server in
            let progress = Mutex<[Int]>([])
            var request = HTTPRequest(
                "PUT",
                server.url,
                body: .file(path: path, offset: 400_000, length: 600_000)
            )
            request.uploadProgress = { sent in progress.withLock { $0.append(sent) } }
            _ = try await makeClient().send(request)
            let isWhole = server.requests.first?.body == Array(bytes[400_000...])
            #expect(isWhole)
            let seen = progress.withLock { $0 }
            #expect(seen.last == 600_000)
            #expect(seen == seen.sorted())
        }
    }

    @Test func `a file that is shorter than announced is an error, not a short upload`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("short", to: "source")
        try await withServer {
            try $0.respond(200)
        } _: { server in
            let error = await #expect(throws: FuncError.self) {
                try await makeClient().send(
                    HTTPRequest("PUT", server.url, body: .file(path: path, offset: 0, length: 100))
                )
            }
            #expect(error?.code == .fileSystem)
            #expect(error?.message == "'\(path)' became shorter while it was sent")
        }
    }

    @Test func `an answer over the limit is refused`() async throws {
        try await withServer {
            try $0.respond(200, String(repeating: "x", count: 5000))
        } _: { server in
            var request = HTTPRequest("GET", server.url)
            request.responseLimit = 4999
            let error = await #expect(throws: FuncError.self) { try await makeClient().send(request) }
            #expect(error?.code == .protocolError)
            request.responseLimit = 5000
            let count = try await makeClient().send(request).body.count
            #expect(count == 5000)
        }
    }

    @Test(arguments: ["ftp://127.0.0.1/x", "file:///etc/passwd", "no url", "http://"])
    func `only http and https are spoken`(url: String) async throws {
        let error = await #expect(throws: FuncError.self) { try await makeClient().send(HTTPRequest("GET", url)) }
        #expect(error?.code == .invalidArgument)
    }

    @Test(arguments: ["a\r\nb: c", "a\u{0}", "a\nb"])
    func `a header value cannot bring in further headers`(value: String) async throws {
        let request = HTTPRequest("GET", "http://127.0.0.1:1/", headers: ["x-a": value])
        let error = await #expect(throws: FuncError.self) { try await makeClient().send(request) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message == "the value of header 'x-a' has control characters")
    }

    @Test func `the trace tells of every attempt and holds no credentials`() async throws {
        try await withServer {
            try $0.respond(404, "no")
        } _: { server in
            let traces = Mutex<[HTTPTrace]>([])
            let client = try makeClient { configuration in
                configuration.trace = { trace in traces.withLock { $0.append(trace) } }
            }
            let request = HTTPRequest(
                "GET",
                server.url + "/p?token=secret",
                headers: ["authorization": "Bearer secret"]
            )
            _ = try await client.send(request)
            let trace = try #require(traces.withLock { $0 }.first)
            #expect(trace.method == "GET")
            #expect(trace.path == "/p")
            #expect(trace.status == 404)
            #expect(trace.requestID == "id-1")
            #expect(!"\(trace)".contains("secret"))
            #expect(!"\(request.headers)".contains("secret"))
            #expect(!String(reflecting: request).contains("Bearer"))
        }
    }
}

/// A client with predictable identifiers that never waits between attempts.
func makeClient(_ change: (inout HTTPClientConfiguration) -> Void = { _ in }) throws -> HTTPClient {
    var configuration = HTTPClientConfiguration()
    configuration.makeRequestID = { "id-1" }
    configuration.timing = .immediate()
    change(&configuration)
    return try HTTPClient(configuration)
}

extension RetryTiming {
    /// Time that passes only while something waits, and chance that is always one half.
    static func immediate(
        now: Date = Date(timeIntervalSince1970: 1_700_000_000),
        onSleep: @escaping @Sendable (Duration) -> Void = { _ in }
    ) -> RetryTiming {
        let clock = ManualClock()
        return RetryTiming(
            sleep: { duration in
                try Task.checkCancellation()
                clock.advance(by: duration)
                onSleep(duration)
                await Task.yield()
            },
            uptime: { clock.uptime },
            now: { now.addingTimeInterval(clock.uptime / .seconds(1)) },
            random: { 0.5 }
        )
    }
}

/// A clock that goes only when told.
private final class ManualClock: Sendable {
    private let elapsed = Mutex(Duration.zero)

    var uptime: Duration { elapsed.withLock { $0 } }

    func advance(by duration: Duration) {
        elapsed.withLock { $0 += duration }
    }
}
