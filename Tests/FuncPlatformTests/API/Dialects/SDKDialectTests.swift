import Foundation
import FuncKit
import HummingbirdTesting
import TestSupport
import Testing

@testable import FuncPlatform

/// The Python SDK's dialect, section 5 of the wire reference.
struct SDKDialectTests {
    private let fixture: DialectFixture
    private static let deploy = #"""
        {"name":"hello","code":"def handler(event, context):\n    return event\n","runtime":"python3.9","handler":"handler",
        "memory_mb":128,"timeout_seconds":30,"environment":{"A":"b"},"dependencies":["requests==2.31.0","idna"]}
        """#

    init() throws {
        fixture = try DialectFixture()
    }

    /// Microseconds or less, and no zone, as `datetime.fromisoformat` of every Python reads it.
    private func isNaive(_ value: Any?) -> Bool {
        (value as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?/) != nil
    }

    @Test func `5.1: a function from deploy to delete`() async throws {
        try await fixture.with { client in
            let created = try await client.send(.post, "/functions", Self.deploy)
            #expect(created.status == 201, "\(created.body)")
            let id = try #require(created.text("function_id"))
            #expect(created.text("version") == "v1")
            #expect(created.text("endpoint") == "http://127.0.0.1:8787/fn/default/hello/")
            #expect(created.number("memory_mb") == 128)
            #expect(created.number("timeout_seconds") == 30)
            #expect(isNaive(created.json["created_at"]))
            let files = try await fixture.files()
            #expect(files["requirements.txt"] == "requests==2.31.0\nidna\n")
            #expect(files["main.py"]?.hasPrefix("def handler") == true)
            try await fixture.settled()
            #expect(try await client.send(.post, "/functions", Self.deploy).status == 409)

            let required = [
                "function_id", "name", "runtime", "version", "status", "created_at", "updated_at", "endpoint",
                "memory_mb", "timeout_seconds", "last_executed_at", "execution_count",
            ]
            let list = try await client.send(.get, "/functions?limit=100&offset=0")
            let row = try #require(list.list("functions").first)
            for field in required { #expect(row[field] != nil, "\(field)") }
            #expect(row["status"] as? String == "active")
            #expect(row["execution_count"] as? Int == 0)
            #expect(row["last_executed_at"] is NSNull)

            let deleted = try await client.send(.delete, "/functions/\(id)")
            #expect(deleted.status == 200)
            #expect(deleted.json["deleted"] as? Bool == true)
            #expect(deleted.text("function_id") == id)
            #expect(try await client.send(.get, "/functions/\(id)").status == 404)
            #expect(try await client.send(.delete, "/functions/\(id)").status == 404)
            #expect(try await client.send(.get, "/functions").body.contains(#""functions":[]"#))
        }
    }

    @Test func `5.1: lists are paged and filtered, and never redirected`() async throws {
        try await fixture.with { client in
            for name in ["alpha", "beta", "alphabet"] {
                let body = Self.deploy.replacingOccurrences(of: "\"hello\"", with: "\"\(name)\"")
                #expect(try await client.send(.post, "/functions/", body).status == 201)
            }
            let named = try await client.send(.get, "/functions/?name=alpha")
            #expect(named.list("functions").map { $0["name"] as? String } == ["alpha", "alphabet"])
            let page = try await client.send(.get, "/functions?limit=1&offset=1")
            #expect(page.list("functions").map { $0["name"] as? String } == ["alphabet"])
            #expect(page.number("total") == 3)
            #expect(try await client.send(.get, "/functions?limit=x").status == 422)
        }
    }

    @Test func `5.2: a call gets the payload itself and gives the whole result`() async throws {
        let result = #"{"statusCode":201,"body":"kept","n":1.0}"#
        try await fixture.with { client in
            #expect(try await client.send(.post, "/functions", Self.deploy).status == 201)
            fixture.control.invoker.answer(
                with: .success(
                    InvokeResponse(statusCode: 200, body: Data(result.utf8), durationMilliseconds: 12.25)
                )
            )
            let path = "/functions/hello/execute"
            let answer = try await client.send(.post, path, #"{"payload":{"a":1.0},"async":false}"#)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer.text("status") == "completed")
            #expect(answer.body.contains(#""result":\#(result)"#))
            #expect(answer.number("duration_ms") == 13)
            #expect(answer.number("billed_duration_ms") == 13)
            #expect(answer.json["error"] is NSNull)
            #expect(isNaive(answer.json["started_at"]))
            #expect(isNaive(answer.json["completed_at"]))
            let id = try #require(answer.text("execution_id"))
            #expect(try await client.send(.get, "/executions/\(id)").body.contains(#""result":\#(result)"#))
            let function = try await client.send(.get, "/functions/hello")
            #expect(function.number("execution_count") == 1)
            #expect(isNaive(function.json["last_executed_at"]))
            #expect(try await client.send(.get, "/executions/none").status == 404)
        }
    }

    @Test func `C22: a later call is pending first, and polled`() async throws {
        try await fixture.with { client in
            #expect(try await client.send(.post, "/functions", Self.deploy).status == 201)
            let body = #"{"payload":{},"async":true}"#
            let answer = try await client.send(.post, "/functions/hello/execute", body)
            #expect(answer.status == 202)
            #expect(answer.text("status") == "pending")
            #expect(answer.json["result"] is NSNull)
            let id = try #require(answer.text("execution_id"))
            try await eventually("the call has ended") {
                try await client.send(.get, "/executions/\(id)").text("result") == "/ v-"
            }
        }
    }

    @Test(arguments: [
        (FuncError(.timedOut, "no answer within 1 s"), "timeout"),
        (FuncError(.functionFailed, "the instance ended"), "failed"),
    ])
    func `C25: failures are results`(error: FuncError, status: String) async throws {
        try await fixture.with { client in
            #expect(try await client.send(.post, "/functions", Self.deploy).status == 201)
            fixture.control.invoker.answer(with: .failure(error))
            let answer = try await client.send(.post, "/functions/hello/execute", #"{"payload":{},"timeout":0.5}"#)
            #expect(answer.status == 200)
            #expect(answer.text("status") == status)
            #expect(answer.text("error") == error.message)
            #expect(answer.json["result"] is NSNull)
        }
    }

    @Test func `a result that was too long to be kept is not passed off as one`() async throws {
        try await fixture.with { client in
            #expect(try await client.send(.post, "/functions", Self.deploy).status == 201)
            let long = "\"" + String(repeating: "x", count: 500) + "\""
            fixture.control.invoker.answer(with: .success(InvokeResponse(statusCode: 200, body: Data(long.utf8))))
            let answer = try await client.send(.post, "/functions/hello/execute", "{}")
            #expect(answer.text("result")?.count == 500)
            let kept = try await client.send(.get, "/executions/\(answer.text("execution_id") ?? "")")
            #expect(kept.json["result"] is NSNull)
            #expect(kept.text("error")?.contains("too large") == true)
        }
    }

    @Test func `a call waits for the first version, and says why there is none`() async throws {
        try await fixture.with { client in
            #expect(try await client.send(.post, "/functions", Self.deploy).status == 201)
            #expect(try await client.send(.post, "/functions/hello/execute", "{}").status == 200)
            let failure = FuncError(.readinessFailed, "the handler cannot be loaded")
            await fixture.control.fleet.fail(number: 1, with: failure)
            let body = Self.deploy.replacingOccurrences(of: "\"hello\"", with: "\"broken\"")
            #expect(try await client.send(.post, "/functions", body).status == 201)
            let answer = try await client.send(.post, "/functions/broken/execute", "{}")
            #expect(answer.status == 422)
            #expect(answer.text("message")?.contains("the handler cannot be loaded") == true)
        }
    }

    @Test(arguments: [
        (#"{"name":"x","runtime":"python3.9"}"#, "code"),
        (#"{"name":"Not A Name","runtime":"python3.9","code":"x = 1"}"#, "name"),
        (#"{"name":"x","runtime":"python3.9","code":"x = 1","timeout_seconds":0}"#, "timeout"),
        (#"{"name":"x","runtime":"python3.9","code":"x = 1","memory_mb":"big"}"#, "memory_mb"),
        (#"{"name":"x","runtime":"python3.9","code":"x = 1","dependencies":["a\n--index-url b"]}"#, "dependencies"),
        (#"{"name":"x","runtime":"python3.9","code":"x = 1","dependencies":["-r /etc/passwd"]}"#, "dependencies"),
        (#"{"name":"x","runtime":"python3.9","code":"x = 1","handler":"../x.handler"}"#, "handler"),
        (#"{"name":"x","runtime":"python3.9","code":"x = 1","environment":{"PORT":"1"}}"#, "environment"),
    ])
    func `1.6: what the caller got wrong is 422 with message and errors`(body: String, field: String) async throws {
        try await fixture.with { client in
            let answer = try await client.send(.post, "/functions", body)
            #expect(answer.status == 422, "\(answer.body)")
            #expect(answer.text("message")?.isEmpty == false)
            #expect((answer.json["errors"] as? [String: Any])?[field] != nil, "\(answer.body)")
        }
    }

    @Test func `dependencies of Node.js become a package.json`() async throws {
        try await fixture.with { client in
            let body = #"""
                {"name":"hello","runtime":"nodejs18","code":"export const handler = (e) => e;\n","handler":"handler",
                "dependencies":["lodash@4.17.21","@scope/tool@^1.2","left-pad"]}
                """#
            #expect(try await client.send(.post, "/functions", body).status == 201)
            let files = try await fixture.files()
            #expect(files["index.mjs"] != nil)
            let manifest = try JSONValue(parsing: Data(try #require(files["package.json"]).utf8))
            guard case .object(let fields) = manifest else { return #expect(Bool(false), "no object") }
            let expected: [String: JSONValue] = ["lodash": "4.17.21", "@scope/tool": "^1.2", "left-pad": "*"]
                .mapValues { .string($0) }
            #expect(fields["dependencies"] == .object(expected))
        }
    }

    @Test func `nothing goes without credentials`() async throws {
        try await fixture.control.application().test(.router) { client in
            for path in ["/functions", "/functions/x", "/executions/x"] {
                let status = try await client.execute(uri: path, method: .get) { $0.status.code }
                #expect(status == 401, "\(path)")
            }
        }
    }
}
