import Foundation
import FuncKit
import TestSupport
import Testing

/// HTTP/1.1 on the wire, well-formed and hostile.
@Suite("Host contract: protocol", .serialized)
struct HostProtocolTests {
    struct Hostile: Sendable {
        let name: String
        let bytes: String
        let statuses: Set<Int>
        /// The section that lets a server repair the request instead of refusing it.
        var leniency: String?
    }

    static let get = "GET / HTTP/1.1\r\nHost: h\r\n"
    static let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    static let hostile = [
        Hostile(name: "garbage", bytes: "\u{16}\u{3}\u{1} what\r\n\r\n", statuses: [400]),
        Hostile(name: "no version", bytes: "GET /\r\n\r\n", statuses: [400]),
        Hostile(name: "unknown version", bytes: "GET / HTTP/3.7\r\nHost: h\r\n\r\n", statuses: [400, 505]),
        Hostile(name: "space in target", bytes: "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", statuses: [400]),
        Hostile(name: "no host", bytes: "GET / HTTP/1.1\r\n\r\n", statuses: [400]),
        Hostile(name: "two hosts", bytes: get + "Host: i\r\n\r\n", statuses: [400]),
        Hostile(name: "foreign target", bytes: "GET ftp://x/ HTTP/1.1\r\nHost: h\r\n\r\n", statuses: [400]),
        Hostile(name: "header without colon", bytes: get + "broken\r\n\r\n", statuses: [400]),
        Hostile(name: "space before colon", bytes: get + "X-A : 1\r\n\r\n", statuses: [400]),
        Hostile(name: "bad header name", bytes: get + "X(A): 1\r\n\r\n", statuses: [400]),
        Hostile(name: "empty header name", bytes: get + ": 1\r\n\r\n", statuses: [400]),
        Hostile(name: "folded header", bytes: get + "X-A: 1\r\n 2\r\n\r\n", statuses: [400], leniency: "RFC 9112, 5.2"),
        Hostile(
            name: "zero byte in a value",
            bytes: get + "X-A: a\u{0}b\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9110, 5.5"
        ),
        Hostile(
            name: "bare carriage return",
            bytes: get + "X-A: a\rb\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 2.2"
        ),
        Hostile(
            name: "bare line feed",
            bytes: "GET / HTTP/1.1\nHost: h\n\n",
            statuses: [400],
            leniency: "RFC 9112, 2.2"
        ),
        Hostile(
            name: "length and chunks",
            bytes: post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 6.3"
        ),
        Hostile(
            name: "chunks and length",
            bytes: post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 6.3"
        ),
        Hostile(name: "two lengths", bytes: post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", statuses: [400]),
        Hostile(
            name: "same length twice",
            bytes: post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
            statuses: [400],
            leniency: "RFC 9110, 8.6"
        ),
        Hostile(
            name: "length list",
            bytes: post + "Content-Length: 1, 1\r\n\r\na",
            statuses: [400],
            leniency: "RFC 9110, 8.6"
        ),
        Hostile(name: "signed length", bytes: post + "Content-Length: +1\r\n\r\na", statuses: [400]),
        Hostile(name: "negative length", bytes: post + "Content-Length: -1\r\n\r\n", statuses: [400]),
        Hostile(name: "hexadecimal length", bytes: post + "Content-Length: 0x1\r\n\r\na", statuses: [400]),
        Hostile(
            name: "endless length",
            bytes: post + "Content-Length: \(String(repeating: "9", count: 40))\r\n\r\n",
            statuses: [400, 413]
        ),
        Hostile(name: "other coding", bytes: post + "Transfer-Encoding: gzip\r\n\r\n", statuses: [400, 501]),
        Hostile(
            name: "stacked codings",
            bytes: post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 501]
        ),
        Hostile(
            name: "coding twice",
            bytes: post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 501]
        ),
        Hostile(
            name: "hidden coding",
            bytes: post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 501]
        ),
        Hostile(
            name: "chunks in HTTP/1.0",
            bytes: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400]
        ),
        Hostile(name: "chunk size not a number", bytes: chunked + "zz\r\nab\r\n0\r\n\r\n", statuses: [400]),
        Hostile(name: "signed chunk size", bytes: chunked + "-1\r\nab\r\n0\r\n\r\n", statuses: [400]),
        Hostile(name: "prefixed chunk size", bytes: chunked + "0x2\r\nab\r\n0\r\n\r\n", statuses: [400]),
        Hostile(name: "empty chunk size", bytes: chunked + "\r\nab\r\n0\r\n\r\n", statuses: [400]),
        Hostile(name: "chunk size too large", bytes: chunked + "fffffffffffffffff\r\nab\r\n", statuses: [400, 413]),
        Hostile(name: "chunk longer than its size", bytes: chunked + "1\r\nabc\r\n0\r\n\r\n", statuses: [400]),
        Hostile(
            name: "unknown expectation",
            bytes: post + "Expect: miracles\r\nContent-Length: 1\r\n\r\na",
            statuses: [417],
            leniency: "RFC 9110, 10.1.1"
        ),
        Hostile(
            name: "huge head",
            bytes: get + "X-A: \(String(repeating: "a", count: 70_000))\r\n\r\n",
            statuses: [431]
        ),
        Hostile(
            name: "many headers",
            bytes: get + String(repeating: "a: b\r\n", count: 300) + "\r\n",
            statuses: [431],
            leniency: "RFC 9110, 5.4"
        ),
        Hostile(
            name: "long target",
            bytes: "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: h\r\n\r\n",
            statuses: [414],
            leniency: "RFC 9112, 3"
        ),
    ]

    @Test(arguments: HostLanguage.allCases)
    func `a malformed request is refused once and the connection closed`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            for hostile in Self.hostile {
                // A request that follows must not be answered: it may be a part of the first one's body.
                let transcript = try await host.client.run(
                    [.send(hostile.bytes), .send(Self.get + "\r\n"), .closeWriting, .awaitEnd]
                )
                let statuses = try transcript.responses().map(\.status)
                if hostile.leniency != nil, language.cases.serves.contains(hostile.name) {
                    #expect(statuses.first == 200, "\(hostile.name): \(statuses)")
                    continue
                }
                #expect(statuses.count == 1, "\(hostile.name): \(statuses)")
                #expect(statuses.first.map(hostile.statuses.contains) == true, "\(hostile.name): \(statuses)")
            }
            #expect(try await host.get("/").status == 200)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `arbitrary bytes never end the host`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            var generator = SplitMix(state: 2024)
            let valid = Data((Self.chunked + "3\r\nabc\r\n0\r\n\r\n").utf8)
            for _ in 0..<150 {
                var bytes = valid
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    let index = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[index] = UInt8.random(in: 0...255, using: &generator)
                }
                _ = try await host.client.run([.send(bytes), .closeWriting, .awaitEnd])
            }
            #expect(try await host.get("/").status == 200)
        }
    }

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
    func `many probes sent ahead are answered in order`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            let probe = "GET /health/liveness HTTP/1.1\r\nHost: h\r\n\r\n"
            let transcript = try await host.client.run(
                [.send(String(repeating: probe, count: 2000)), .awaitResponses(2000)]
            )
            #expect(try transcript.responses().count == 2000)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `the client decides whether the connection stays open`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            let close = try await host.client.run([.send(Self.get + "Connection: close\r\n\r\n"), .awaitEnd])
            #expect(try close.responses().map(\.status) == [200])
            let old = try await host.client.run([.send("GET / HTTP/1.0\r\n\r\n"), .awaitEnd])
            #expect(try old.responses().map(\.status) == [200])
            let half = try await host.client.run([.send(Self.get + "\r\n"), .closeWriting, .awaitEnd])
            #expect(try half.responses().map(\.status) == [200])
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
            probe: "reflect",
            environment: ["HKS_MAX_BODY_BYTES": "1000"]
        ) { host in
            let head = Self.post + "Content-Type: application/json\r\nExpect: 100-continue\r\n"
            let transcript = try await host.client.run([
                .send(head + "Content-Length: 2\r\n\r\n"), .awaitText("HTTP/1.1 100"), .send("12"), .awaitResponses(1),
            ])
            #expect(try transcript.responses().map(\.text) == ["12"])
            let refused = try await host.client.run([.send(head + "Content-Length: 2000\r\n\r\n"), .awaitResponses(1)])
            #expect(try refused.responses().map(\.status) == [413])
            #expect(!refused.text.contains("HTTP/1.1 100"))
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a body over the limit is refused however it is framed`(language: HostLanguage) async throws {
        try await HostProcess.with(
            language,
            probe: "echo",
            environment: ["HKS_MAX_BODY_BYTES": "100000"]
        ) { host in
            #expect(try await host.post(Data(repeating: 97, count: 100_000), type: "text/plain").status == 200)
            // The client sends all of a body that is refused and must still get the answer.
            #expect(try await host.post(Data(repeating: 97, count: 8_000_000), type: "text/plain").status == 413)
            let chunk = "10000\r\n" + String(repeating: "a", count: 65536) + "\r\n"
            let transcript = try await host.client.run(
                [.send(Self.chunked + chunk + chunk + "0\r\n\r\n"), .awaitEnd]
            )
            #expect(try transcript.responses().map(\.status) == [413])
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

    @Test(arguments: HostLanguage.allCases)
    func `slow clients are let go`(language: HostLanguage) async throws {
        let environment = ["HKS_IO_TIMEOUT_SECONDS": "0.3", "HKS_IDLE_TIMEOUT_SECONDS": "0.3"]
        try await HostProcess.with(language, probe: "big", environment: environment) { host in
            let head = try await host.client.run([.send("GET / HT"), .awaitEnd])
            #expect(try head.responses().map(\.status) == [408])
            let body = try await host.client.run([.send(Self.post + "Content-Length: 5\r\n\r\nab"), .awaitEnd])
            #expect(try body.responses().map(\.status) == [408])
            let probe = "GET /health/liveness HTTP/1.1\r\nHost: h\r\n\r\n"
            let idle = try await host.client.run([.send(probe), .awaitResponses(1), .awaitEnd])
            #expect(idle.isEnded)
            #expect(try await host.get("/").status == 200)
        }
    }
}

/// A small generator with a fixed start, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
