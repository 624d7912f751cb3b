import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import FuncPlatform

/// Logs over the API, at once and live.
struct LogStreamTests {
    private let fixture: ControlFixture

    init() async throws {
        fixture = try ControlFixture()
        try await fixture.createHello()
    }

    private static let path = "/api/v1/workspaces/default/functions/hello/logs"
    private static let headers: HTTPFields = [.authorization: "Bearer secret", .accept: "application/x-ndjson"]

    private func write(_ message: String, level: LogLevel = .info, ago: TimeInterval = 0) async throws {
        let id = try await fixture.store.function(ControlFixture.hello).id
        let entry = LogEntry(timestamp: Date().addingTimeInterval(-ago), level: level, message: message, version: 1)
        fixture.logs.append([entry], to: .function(id: id))
    }

    private func messages(_ client: any TestClientProtocol, _ query: String) async throws -> [String]? {
        try await client.execute(uri: Self.path + query, method: .get, headers: Self.headers) { response in
            guard response.status == .ok else { return nil }
            struct Body: Decodable { var logs: [LogEntry] }
            let data = Data(response.body.readableBytesView)
            return try JSONDecoder.functionAPI.decode(Body.self, from: data).logs.map(\.message)
        }
    }

    @Test func `lines are selected`() async throws {
        try await write("old", ago: 3600)
        try await write("bad", level: .error)
        try await write("new")
        try await fixture.application().test(.router) { client in
            let all = try await messages(client, "")
            #expect(all == ["old", "bad", "new"])
            #expect(try await messages(client, "?since=10m") == ["bad", "new"])
            #expect(try await messages(client, "?until=10m") == ["old"])
            #expect(try await messages(client, "?since=2020-01-01T00:00:00Z&limit=1") == ["new"])
            #expect(try await messages(client, "?level=warn") == ["bad"])
            #expect(try await messages(client, "?version=v1") == ["old", "bad", "new"])
            #expect(try await messages(client, "?start_time=10m&previous=true") == ["bad", "new"])
            #expect(try await messages(client, "?end_time=10m") == ["old"])
            #expect(try await messages(client, "?tail=2") == ["bad", "new"])
            for bad in [
                "since=yesterday", "limit=0", "limit=x", "level=loud", "follow=maybe", "version=9", "start_time=x",
                "end_time=1", "tail=-1", "previous=perhaps",
            ] {
                #expect(try await messages(client, "?\(bad)") == nil, "\(bad)")
            }
        }
    }

    @Test func `a live stream gives the past, then what comes, and ends with its function`() async throws {
        try await write("before")
        let body = try await fixture.application().test(.live) { client in
            async let all = client.execute(
                uri: Self.path + "?follow=true",
                method: .get,
                headers: Self.headers
            ) { String(buffer: $0.body) }
            try await eventually("the stream stands") { fixture.logs.followers == 1 }
            try await write("after")
            try await fixture.deployments.delete(ControlFixture.hello)
            return try await all
        }
        let lines = body.split(separator: "\n").map { Data($0.utf8) }
        let entries = try lines.map { try JSONDecoder.functionAPI.decode(LogEntry.self, from: $0) }
        #expect(entries.map(\.message) == ["before", "after"])
    }

    @Test func `a live stream comes as server-sent events where those are asked for`() async throws {
        try await write("two\nlines")
        try await fixture.application(heartbeat: .milliseconds(5)).test(.live) { client in
            let port = try #require(client.port)
            let transcript = try await RawHTTP(.tcp(port: UInt16(port))).run([
                .send(
                    "GET \(Self.path)?follow=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
                        + "Accept: text/event-stream\r\n\r\n"
                ),
                .awaitText(#""message":"two\nlines""#), .awaitText(": alive\n\n\r\n"),
            ])
            #expect(transcript.text.lowercased().contains("content-type: text/event-stream\r\n"))
            let event = try #require(transcript.text.split(separator: "\r\n").first { $0.hasPrefix("data: ") })
            #expect(event.hasSuffix("}\n\n"))
            let entry = try JSONDecoder.functionAPI.decode(LogEntry.self, from: Data(event.dropFirst(6).utf8))
            #expect(entry.message == "two\nlines")
        }
    }

    @Test func `an idle stream beats`() async throws {
        try await fixture.application(heartbeat: .milliseconds(5)).test(.live) { client in
            let port = try #require(client.port)
            let beat = "1\r\n\n\r\n"
            let transcript = try await RawHTTP(.tcp(port: UInt16(port))).run([
                .send(
                    "GET \(Self.path)?follow=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n"
                        + "Accept: application/x-ndjson\r\n\r\n"
                ),
                .awaitText(beat + beat + beat),
            ])
            #expect(transcript.text.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `a client that goes ends its stream`() async throws {
        try await write("before")
        try await fixture.application().test(.live) { client in
            let port = try #require(client.port)
            let other = TestClient(host: "127.0.0.1", port: port)
            other.connect()
            async let answer = other.execute(
                TestClient.Request(Self.path + "?follow=true", method: .get, headers: Self.headers)
            )
            try await eventually("the stream stands") { fixture.logs.followers == 1 }
            try await other.shutdown()
            _ = try? await answer
            try await eventually("the follower is gone") { fixture.logs.endedFollowers == 1 }
        }
    }

    @Test func `build logs are lines`() async throws {
        let version = try await fixture.store.version(.number(1), of: ControlFixture.hello)
        let stream = LogStream.build(functionID: version.functionID, versionID: version.id)
        fixture.logs.append([LogEntry(timestamp: nil, message: "compiled", source: "build")], to: stream)
        try await fixture.application().test(.router) { client in
            let uri = "/api/v1/workspaces/default/functions/hello/versions/1/build-logs?follow=true"
            try await client.execute(uri: uri, method: .get, headers: Self.headers) { response in
                #expect(response.headers[.contentType] == "application/x-ndjson")
                let line = Data(String(buffer: response.body).utf8)
                let entry = try JSONDecoder.functionAPI.decode(LogEntry.self, from: line)
                #expect(entry.message == "compiled")
            }
        }
    }
}
