import Foundation
import FuncKit
import TestSupport
import Testing

/// What a handler of type http is given.
@Suite("Host contract: http events", .serialized)
struct HostEventTests {
    @Test(arguments: HostLanguage.allCases)
    func `an event holds method, path, query, headers and cookies`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            let event = try await host.get(
                "/a%20b/c?x=1&x=2&name=J%C3%B6rg+B&flag",
                headers: "X-Many: a\r\nx-many: b\r\nCookie: k=v; l=w\r\nX-Request-Id: req-1\r\nUser-Agent: probe/1\r\n"
            ).object()
            #expect(event["httpMethod"] as? String == "GET")
            #expect(event["path"] as? String == "/a%20b/c")
            #expect(event["queryStringParameters"] as? [String: String] == ["x": "2", "name": "Jörg B", "flag": ""])
            #expect(
                event["multiValueQueryStringParameters"] as? [String: [String]]
                    == ["x": ["1", "2"], "name": ["Jörg B"], "flag": [""]]
            )
            let headers = try #require(event["headers"] as? [String: String])
            #expect(headers["x-many"] == "a, b")
            #expect(headers["host"] == "h")
            #expect((event["multiValueHeaders"] as? [String: [String]])?["x-many"] == ["a", "b"])
            #expect(event["cookies"] as? [String] == ["k=v", "l=w"])
            #expect(event["body"] is NSNull)
            #expect(event["data"] is NSNull)
            #expect(event["isBase64Encoded"] as? Bool == false)
            let context = try #require(event["requestContext"] as? [String: Any])
            #expect(context["requestId"] as? String == "req-1")
            #expect((context["identity"] as? [String: Any])?["userAgent"] as? String == "probe/1")
        }
    }

    struct BodyRow: Sendable, CustomTestStringConvertible {
        let type: String?
        let bytes: Data
        let body: String?
        var isBase64 = false
        var data: String?

        var testDescription: String { "\(type ?? "no type") \(bytes.count) bytes" }
    }

    static let bodies = [
        BodyRow(
            type: "application/json",
            bytes: Data(#"{"a":[1,null]}"#.utf8),
            body: #"{"a":[1,null]}"#,
            data: #"{"a":[1,null]}"#
        ),
        BodyRow(type: "application/vnd.x+json; charset=utf-8", bytes: Data("7".utf8), body: "7", data: "7"),
        BodyRow(type: nil, bytes: Data("[true]".utf8), body: "[true]", data: "[true]"),
        BodyRow(type: "application/json", bytes: Data("{broken".utf8), body: "{broken"),
        BodyRow(type: "application/json", bytes: Data("NaN".utf8), body: "NaN"),
        BodyRow(
            type: "application/json",
            bytes: Data(repeating: 0x5B, count: 200_000),
            body: String(repeating: "[", count: 200_000)
        ),
        BodyRow(type: "text/plain", bytes: Data("grüß".utf8), body: "grüß"),
        BodyRow(type: "application/x-www-form-urlencoded", bytes: Data("a=1&b=2".utf8), body: "a=1&b=2"),
        BodyRow(type: "text/plain", bytes: Data([0xFF, 0xFE]), body: "//4=", isBase64: true),
        BodyRow(type: "image/png", bytes: Data("abc".utf8), body: "YWJj", isBase64: true),
        BodyRow(type: "application/json", bytes: Data(), body: nil),
    ]

    @Test(arguments: HostLanguage.allCases)
    func `a body arrives as text, as Base64, and parsed where it is JSON`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            for row in Self.bodies {
                let event = try await host.post(row.bytes, type: row.type).object()
                #expect(event["body"] as? String == row.body, "\(row.testDescription)")
                #expect(event["isBase64Encoded"] as? Bool == row.isBase64, "\(row.testDescription)")
                let expected = try row.data.map {
                    try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) as? NSObject
                }
                #expect(event["data"] as? NSObject == expected ?? NSNull(), "\(row.testDescription)")
            }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `header names that objects have themselves do no harm`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "echo") { host in
            let response = try await host.get(
                "/?__proto__=1&constructor=2",
                headers: "__proto__: x\r\nconstructor: y\r\n"
            )
            let event = try response.object()
            #expect((event["headers"] as? [String: String])?["__proto__"] == "x")
            #expect((event["queryStringParameters"] as? [String: String])?["constructor"] == "2")
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `the context names the call, the function and the time left`(language: HostLanguage) async throws {
        let environment = ["HKS_TIMEOUT_SECONDS": "20", "HKS_MEMORY_LIMIT_MB": "256"]
        try await HostProcess.with(language, probe: "tell", environment: environment) { host in
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            let told = try await host.get(
                "/",
                headers: "X-Request-Id: req-2\r\ntraceparent: \(trace)\r\ntracestate: a=1\r\ntracestate: b=2\r\n"
            ).object()
            #expect(told["request_id"] as? String == "req-2")
            #expect(told["function_name"] as? String == "probe")
            #expect(told["function_version"] as? String == "7")
            #expect(told["memory"] as? Int == 256)
            #expect(told["traceparent"] as? String == trace)
            #expect(told["tracestate"] as? String == "a=1,b=2")
            #expect(told["type"] as? String == "http")
            let remaining = try #require(told["remaining"] as? Int)
            #expect((1...20_000).contains(remaining))
            let fresh = try await host.get("/").object()
            #expect((fresh["request_id"] as? String)?.count == 32)
        }
    }
}
