import Foundation
import FuncKit
import TestSupport
import Testing

/// What becomes of a handler's result.
@Suite("Host contract: http results", .serialized)
struct HostResultTests {
    struct Row: Sendable {
        let result: String
        let status: Int
        let body: String
        var type: String?
        var headers: [String: [String]] = [:]
    }

    static let text = "text/plain; charset=utf-8"
    static let json = "application/json"

    /// Results as JSON, which the handler `reflect` returns as its own.
    static let rows = [
        Row(result: #""héllo""#, status: 200, body: "héllo", type: text),
        Row(result: #"{"a":1}"#, status: 200, body: #"{"a":1}"#, type: json),
        Row(result: "[1,2]", status: 200, body: "[1,2]", type: json),
        Row(result: "12.5", status: 200, body: "12.5", type: json),
        Row(result: "false", status: 200, body: "false", type: json),
        Row(result: "null", status: 200, body: ""),
        Row(result: #"{"statusCode":201,"body":"made"}"#, status: 201, body: "made", type: text),
        Row(result: #"{"status_code":"202","body":{"k":[]}}"#, status: 202, body: #"{"k":[]}"#, type: json),
        Row(result: #"{"status":404,"body":"gone"}"#, status: 404, body: "gone", type: text),
        Row(result: #"{"status":"ok"}"#, status: 200, body: #"{"status":"ok"}"#, type: json),
        Row(result: #"{"status":true}"#, status: 200, body: #"{"status":true}"#, type: json),
        Row(result: #"{"status":7,"name":"x"}"#, status: 200, body: #"{"status":7,"name":"x"}"#, type: json),
        Row(result: #"{"statusCode":200}"#, status: 200, body: ""),
        Row(result: #"{"statusCode":204,"body":"ignored"}"#, status: 204, body: ""),
        Row(
            result: #"{"statusCode":200,"body":"aGk=","isBase64Encoded":true}"#,
            status: 200,
            body: "hi",
            type: "application/octet-stream"
        ),
        Row(
            result:
                #"{"statusCode":200,"headers":{"Content-Type":"text/html","X-N":5,"X-B":true,"X-None":null,"X-L":["1","2"]},"body":"<p>"}"#,
            status: 200,
            body: "<p>",
            type: "text/html",
            headers: ["x-n": ["5"], "x-b": ["true"], "x-none": [], "x-l": ["1", "2"]]
        ),
        Row(
            result:
                #"{"statusCode":200,"headers":{"X-A":"1"},"multiValueHeaders":{"x-a":["2","3"]},"cookies":["a=1","b=2; Path=/"]}"#,
            status: 200,
            body: "",
            headers: ["x-a": ["2", "3", "1"], "set-cookie": ["a=1", "b=2; Path=/"]]
        ),
        Row(
            result:
                #"{"statusCode":200,"headers":{"Content-Length":"999","Transfer-Encoding":"chunked","Connection":"close"},"body":"ok"}"#,
            status: 200,
            body: "ok",
            headers: ["content-length": ["2"], "transfer-encoding": []]
        ),
        Row(
            result: #"{"statusCode":200,"headers":{"X-U":"ü"},"body":""}"#,
            status: 200,
            body: "",
            headers: ["x-u": ["ü"]]
        ),
    ]

    @Test(arguments: HostLanguage.allCases)
    func `every kind of result becomes its answer`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reflect") { host in
            for row in Self.rows {
                let response = try await host.post(row.result)
                #expect(response.status == row.status, "\(row.result)")
                #expect(response.text == row.body, "\(row.result)")
                if let type = row.type { #expect(response["content-type"] == type, "\(row.result)") }
                for (name, values) in row.headers {
                    #expect(response.values(name) == values, "\(row.result) \(name)")
                }
            }
        }
    }

    static let unsendable = [
        #"{"statusCode":99}"#, #"{"statusCode":1000}"#, #"{"statusCode":"abc"}"#, #"{"statusCode":null}"#,
        #"{"statusCode":101}"#,
        #"{"statusCode":true}"#, #"{"statusCode":200,"headers":{"X-A":"a\r\nX-Injected: 1"}}"#,
        #"{"statusCode":200,"headers":{"bad name":"1"}}"#, #"{"statusCode":200,"headers":{"x\r\ny":"1"}}"#,
        #"{"statusCode":200,"headers":["x"]}"#, #"{"statusCode":200,"cookies":["a=\u0000"]}"#,
        #"{"statusCode":200,"body":"***","isBase64Encoded":true}"#,
    ]

    @Test(arguments: HostLanguage.allCases)
    func `a result that cannot be sent is a logged failure`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reflect") { host in
            for result in Self.unsendable {
                let response = try await host.post(result)
                #expect(response.status == 500, "\(result)")
                #expect(response["x-injected"] == nil, "\(result)")
            }
            try await eventually("the reasons are logged") {
                host.logEntries.filter { ($0["message"] as? String)?.contains("cannot be sent") == true }.count
                    == Self.unsendable.count
            }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `nothing is an empty answer and bytes are sent raw`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "nothing") { host in
            let response = try await host.get("/")
            #expect(response.status == 200)
            #expect(response.body.isEmpty)
        }
        try await HostProcess.with(language, probe: "raw") { host in
            let response = try await host.get("/")
            #expect(response.body == Data([0, 255, 10]))
            #expect(response["content-type"] == "application/octet-stream")
        }
        try await HostProcess.with(language, probe: "raw_body") { host in
            let response = try await host.get("/")
            #expect(response.status == 201)
            #expect(response.body == Data([0, 255]))
            #expect(response["content-type"] == "image/x-dots")
        }
    }

    // What a Rust handler returns is JSON by its type.
    @Test(arguments: HostLanguage.allCases.filter { $0 != .rust })
    func `a value that is not JSON is a failure`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "unsendable") { host in
            let response = try await host.get("/")
            #expect(response.status == 500)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a failure is logged with the user's stack and not told to the caller`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "fail") { host in
            let response = try await host.get("/", headers: "X-Request-Id: req-3\r\n")
            #expect(response.status == 500)
            #expect(!response.text.contains("42"))
            #expect(try response.object()["request_id"] as? String == "req-3")
            let message = try await eventually("the failure is logged") {
                host.logEntries.first { $0["level"] as? String == "error" }?["message"] as? String
            }
            #expect(message.contains("secret 42"))
            #expect(message.contains(language.cases.failureMark))
            #expect(!message.contains("/host/"), "host frames are shown: \(message)")
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a failure is told while developing`(language: HostLanguage) async throws {
        let environment = ["HKS_DEVELOP": "1"]
        try await HostProcess.with(language, probe: "fail", environment: environment) { host in
            let details = try await host.get("/").object()["details"] as? String
            #expect(details?.contains("secret 42") == true)
        }
    }

    @Test(arguments: HostLanguage.with(.survivesExit))
    func `leaving the process ends only the call`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "leave") { host in
            for path in ["/leave", "/interrupt"] {
                let response = try await host.get(path)
                #expect(response.status == 500)
            }
            let response = try await host.get("/")
            #expect(response.text == "still here")
        }
    }

    @Test(arguments: HostLanguage.with(.streamedAnswers))
    func `a stream arrives in chunks`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "stream") { host in
            let response = try await host.get("/")
            #expect(response["transfer-encoding"] == "chunked")
            #expect(response["content-type"] == Self.text)
            #expect(response.text == "line 0\nline 1\nline 2\n")
            let old = try await host.client.run([.send("GET / HTTP/1.0\r\n\r\n"), .awaitEnd])
            #expect(try old.responses().first?.text == "line 0\nline 1\nline 2\n")
            let head = try await host.client.run(
                [.send("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), .awaitEnd]
            )
            #expect(head.text.hasSuffix("\r\n\r\n"))
            #expect(!head.text.contains("line 0"))
        }
    }

    @Test(arguments: HostLanguage.with(.streamedAnswers))
    func `a stream that fails breaks off without an end`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "stream_fail") { host in
            let transcript = try await host.client.run([.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), .awaitEnd])
            #expect(transcript.text.contains("1\r\na\r\n"))
            #expect(try transcript.responses().isEmpty)
            try await eventually("the reason is logged") { host.errorOutput.contains("broken") }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `large answers arrive whole`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "big") { host in
            let response = try await host.get("/")
            #expect(response.body.count == 8_000_000)
        }
        guard language.family.entry.abilities.contains(.streamedAnswers) else { return }
        try await HostProcess.with(language, probe: "flood") { host in
            let response = try await host.get("/")
            #expect(response.body.count == 64 * 65536)
        }
    }
}
