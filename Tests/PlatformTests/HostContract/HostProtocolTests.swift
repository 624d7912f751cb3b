import Foundation
import FuncKit
import TestSupport
import Testing

/// HTTP/1.1 on the wire, as far as it takes a handler to see it.
@Suite("Host contract: protocol", .serialized)
struct HostProtocolTests {
    static let post = "POST / HTTP/1.1\r\nHost: h\r\n"

    @Test(arguments: HostLanguage.allCases)
    func `a connection serves many requests, also sent ahead`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reflect") { host in
            let requests = (0..<50).map { number in
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n\(number + 10)"
            }
            let ahead = try await host.client.run([.send(requests.joined()), .awaitResponses(50)])
            #expect(try ahead.responses().map(\.text) == (10..<60).map(String.init))
            #expect(!ahead.isEnded)
            let turns = requests.prefix(3).enumerated().flatMap {
                [.send($1), .awaitResponses($0 + 1)] as [RawHTTP.Step]
            }
            #expect(try await host.client.run(turns).responses().count == 3)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `bodies come in chunks, in pieces and with trailers`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reflect") { host in
            let head =
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            let body = "3;name=value\r\n[1,\r\n2\r\n2]\r\n0\r\nX-Trailer: t\r\n\r\n"
            let bytes = Array((head + body + head + "1\r\n7\r\n0\r\n\r\n").utf8)
            let single: [RawHTTP.Step] = bytes.map { .send(Data([$0])) }
            let transcript = try await host.client.run(single + [.awaitResponses(2)])
            #expect(try transcript.responses().map(\.text) == ["[1,2]", "7"])
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a client that expects 100 gets it before it sends the body`(language: HostLanguage) async throws {
        try await HostProcess.with(
            language,
            probe: "reflect"
        ) { host in
            let head = Self.post + "Content-Type: application/json\r\nExpect: 100-continue\r\n"
            let transcript = try await host.client.run([
                .send(head + "Content-Length: 2\r\n\r\n"), .awaitText("HTTP/1.1 100"), .send("12"), .awaitResponses(1),
            ])
            #expect(try transcript.responses().map(\.text) == ["12"])
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `an answer to HEAD has the length and no body`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "big") { host in
            let transcript = try await host.client.run([
                .send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), .awaitEnd,
            ])
            let response = try #require(try transcript.responses(isHead: true).first)
            #expect(response["content-length"] == "8000000")
            #expect(transcript.text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a target in absolute form is served`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            let event = try await host.get("http://other:80/p?q=1").object()
            #expect(event["path"] as? String == "/p")
            #expect(event["queryStringParameters"] as? [String: String] == ["q": "1"])
        }
    }

}
