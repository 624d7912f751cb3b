import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct LogFollowTests {
    private static let streaming = json(#"{"name":"p","supports_log_streaming":true,"supports_build_logs":true}"#)
    private static let polling = json(#"{"name":"p"}"#)
    private static let gone = json(#"{"error":"gone","code":"function_not_found"}"#, status: 404)

    private static func line(_ number: Int, second: Int? = nil, sequence: Bool = true) -> String {
        let time = WireDate.format(Date(timeIntervalSince1970: 1_700_000_000 + Double(second ?? number)))
        let tail = sequence ? #","sequence":\#(number)"# : ""
        return #"{"timestamp":"\#(time)","level":"info","message":"line \#(number)"\#(tail)}"#
    }

    private static func startStream(_ exchange: ServerExchange) throws {
        try exchange.write(
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
        )
    }

    private static func list(_ lines: [String]) -> String {
        #"{"logs":[\#(lines.joined(separator: ","))]}"#
    }

    private func messages(
        capabilities: @escaping ScriptedServer.Handler,
        query: LogQuery = LogQuery(),
        logs: @escaping ScriptedServer.Handler
    ) async throws -> (messages: [String], requests: [ScriptedServer.Request]) {
        let table = ["GET /functions/provider/capabilities": capabilities, "GET /functions/f/logs": logs]
        return try await withServer(routes(table)) { server in
            var messages: [String] = []
            for try await entry in try makeAPIClient(server).followLogs(of: "f", query: query) {
                messages.append(entry.message)
            }
            return (messages, server.requests.filter { $0.path.hasSuffix("/logs") })
        }
    }

    @Test func `lines come as they are written, across heartbeats and odd cuts, until the function is gone`()
        async throws
    {
        let count = Counter()
        let result = try await messages(capabilities: Self.streaming) { exchange in
            guard count.next() == 1 else { return try Self.gone(exchange) }
            #expect(exchange.request.query["follow"] == "true")
            #expect(exchange.request.headers["accept"] == "application/x-ndjson")
            try Self.startStream(exchange)
            let text = Self.line(1) + "\n\n" + Self.line(2) + "\r\n\n\n" + Self.line(3) + "\n"
            for piece in stride(from: 0, to: text.count, by: 11) {
                try exchange.writeChunk(String(text.dropFirst(piece).prefix(11)))
            }
            try exchange.write("0\r\n\r\n")
        }
        #expect(result.messages == ["line 1", "line 2", "line 3"])
    }

    @Test func `a broken stream is taken up again without repeats and gaps`() async throws {
        let count = Counter()
        let result = try await messages(capabilities: Self.streaming, query: LogQuery(limit: 2)) { exchange in
            switch count.next() {
            case 1:
                try Self.startStream(exchange)
                // The last line is cut off: it must come whole from the next connection.
                try exchange.writeChunk(Self.line(7) + "\n" + Self.line(8) + "\n" + Self.line(9).prefix(20))
                exchange.connection.reset()
            case 2:
                try exchange.respond(503)
            case 3:
                // The server repeats what falls into the same time, and has lines whose own time is older.
                try Self.startStream(exchange)
                let lines = [Self.line(7), Self.line(8), Self.line(9, second: 2), Self.line(10)]
                try exchange.writeChunk(lines.joined(separator: "\n") + "\n")
                try exchange.write("0\r\n\r\n")
            default:
                try Self.gone(exchange)
            }
        }
        #expect(result.messages == ["line 7", "line 8", "line 9", "line 10"])
        #expect(result.requests.first?.query["limit"] == "2")
        #expect(result.requests.dropFirst().allSatisfy { $0.query["limit"] == nil && $0.query["since"] != nil })
    }

    @Test func `a stream that gave nothing yet goes on from when it was opened`() async throws {
        let count = Counter()
        let result = try await messages(capabilities: Self.streaming, query: LogQuery(limit: 0)) { exchange in
            switch count.next() {
            case 1:
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n"
                try exchange.write(head + "date: Tue, 14 Nov 2023 22:13:20 GMT\r\ntransfer-encoding: chunked\r\n\r\n")
                exchange.connection.reset()
            case 2:
                try Self.startStream(exchange)
                try exchange.writeChunk(Self.line(1) + "\n")
                try exchange.write("0\r\n\r\n")
            default:
                try Self.gone(exchange)
            }
        }
        #expect(result.messages == ["line 1"])
        #expect(result.requests.dropFirst().first?.query["since"] == "2023-11-14T22:13:19.999Z")
    }

    @Test func `a server without streams is asked again and again, and repeats are dropped`() async throws {
        let count = Counter()
        let result = try await messages(capabilities: Self.polling) { exchange in
            let a = Self.line(1, second: 1, sequence: false)
            let b = Self.line(2, second: 2, sequence: false)
            let c = Self.line(3, second: 2, sequence: false)
            switch count.next() {
            case 1: try exchange.respond(json: Self.list([a, b, b]))
            // One more equal line was written within the same second.
            case 2: try exchange.respond(json: Self.list([b, b, b, c]))
            case 3: try exchange.respond(json: Self.list([b, b, b, c]))
            case 4: try exchange.respond(json: #"{"logs":null}"#)
            default: try Self.gone(exchange)
            }
        }
        #expect(result.messages == ["line 1", "line 2", "line 2", "line 2", "line 3"])
        #expect(result.requests.allSatisfy { $0.query["follow"] == nil })
        #expect(result.requests[1].query["since"] == "2023-11-14T22:13:21.999Z")
    }

    @Test func `a server that promises a stream and sends a list is polled`() async throws {
        let count = Counter()
        let result = try await messages(capabilities: Self.streaming) { exchange in
            if count.next() > 3 { return try Self.gone(exchange) }
            try exchange.respond(json: Self.list([Self.line(1), Self.line(2)]))
        }
        #expect(result.messages == ["line 1", "line 2"])
    }

    @Test func `a function that was never there is an error`() async throws {
        let error = await #expect(throws: FuncError.self) {
            try await messages(capabilities: Self.streaming, logs: Self.gone)
        }
        #expect(error?.code == .functionNotFound)
    }

    @Test func `a server that stays away is given up`() async throws {
        let count = Counter()
        let error = await #expect(throws: FuncError.self) {
            try await messages(capabilities: Self.streaming) { exchange in
                if count.next() > 1 { return exchange.connection.reset() }
                try Self.startStream(exchange)
                try exchange.writeChunk(Self.line(1) + "\n")
                exchange.connection.reset()
            }
        }
        #expect(error?.code == .unreachable)
    }

    @Test func `a line that is not an entry is an error`() async throws {
        let error = await #expect(throws: FuncError.self) {
            try await messages(capabilities: Self.streaming) { exchange in
                try Self.startStream(exchange)
                try exchange.writeChunk("{nonsense\n")
            }
        }
        #expect(error?.code == .protocolError)
    }

    @Test func `a build log is followed to its end across a broken connection`() async throws {
        let count = Counter()
        let table: [String: ScriptedServer.Handler] = [
            "GET /functions/f/versions/3/build-logs": { exchange in
                let first = count.next() == 1
                try Self.startStream(exchange)
                try exchange.writeChunk(Self.line(1, sequence: false) + "\n" + Self.line(1, sequence: false) + "\n")
                if first { return exchange.connection.reset() }
                try exchange.writeChunk(Self.line(2, sequence: false) + "\n")
                try exchange.write("0\r\n\r\n")
            }
        ]
        try await withServer(routes(table)) { server in
            var messages: [String] = []
            for try await entry in try makeAPIClient(server).buildLogs(of: "f", version: .number(3), follow: true) {
                messages.append(entry.message)
            }
            #expect(messages == ["line 1", "line 1", "line 2"])
            #expect(
                server.requests.filter { $0.path.hasSuffix("/build-logs") }.allSatisfy { $0.query["follow"] == "true" }
            )
        }
    }

    @Test func `logs are filtered here where the server does not`() async throws {
        let entries = [
            #"{"timestamp":"2026-01-01T00:00:00Z","level":"debug","message":"a"}"#, #""bare text""#,
            #"{"timestamp":"2026-01-01T00:00:01Z","level":"ERROR","message":"b","request_id":"r"}"#,
        ]
        try await withServer(routes(["GET /functions/f/logs": json(Self.list(entries))])) { server in
            let client = try makeAPIClient(server)
            #expect(try await client.logs(of: "f", query: LogQuery()).map(\.message) == ["a", "bare text", "b"])
            let query = LogQuery(limit: 5, level: .warn, requestID: "r")
            #expect(try await client.logs(of: "f", query: query).map(\.message) == ["b"])
            #expect(server.requests.last?.query["level"] == "warn")
            #expect(server.requests.last?.query["limit"] == "5")
        }
    }
}
