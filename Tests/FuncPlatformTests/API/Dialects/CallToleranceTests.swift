import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// How the canonical dialect takes calls, and the further addresses under which older clients look.
struct CallToleranceTests {
    private let fixture: DialectFixture
    private let functions = DialectFixture.canonical + "/functions"

    init() async throws {
        fixture = try DialectFixture()
        try await fixture.control.createHello()
    }

    @Test(arguments: [
        (#"{"body":"aGk="}"#, "hi", nil), (#"{"body":"hi there"}"#, "hi there", nil), (#"{"body":"%%"}"#, "%%", nil),
        (#"{"body_text":"aGk="}"#, "aGk=", nil), (#"{"payload":{"n":1.0}}"#, #"{"n":1.0}"#, "application/json"),
        (#"{"payload":12345678901234567890}"#, "12345678901234567890", "application/json"),
        (#"{"payload":null}"#, "null", "application/json"), (#"{}"#, nil, nil), ("", nil, nil),
    ])
    func `C18: bodies of calls`(body: String, expected: String?, type: String?) throws {
        let call = try InvokeBody.decode(Data(body.utf8))
        #expect(call.body.map { String(decoding: $0, as: UTF8.self) } == expected)
        #expect(call.headers["Content-Type"]?.first == type)
    }

    @Test func `C18, C19: headers and query items are strings or lists`() throws {
        let body = #"{"headers":{"A":"1","B":["2","3"]},"query_params":{"q":"x","r":["y"]},"version":2}"#
        let call = try InvokeBody.decode(Data(body.utf8))
        #expect(call.headers == ["A": ["1"], "B": ["2", "3"]])
        #expect(call.query == ["q": ["x"], "r": ["y"]])
        #expect(call.version == "2")
        let both = #"{"query":{"a":"1"},"query_params":{"b":"2"}}"#
        #expect(try InvokeBody.decode(Data(both.utf8)).query == ["a": ["1"]])
        let typed = #"{"headers":{"content-type":"text/x"},"payload":1}"#
        #expect(try InvokeBody.decode(Data(typed.utf8)).headers == ["content-type": ["text/x"]])
    }

    @Test(arguments: [
        (#"{"body":{"a":1}}"#, "body"), (#"{"headers":{"a":1}}"#, "headers.a"), (#"{"headers":[]}"#, "headers"),
        (#"{"query":"a=b"}"#, "query"), (#"{"path":1}"#, "path"), (#"{"body":"x","payload":1}"#, "payload"),
        (#"{"timeout":"x"}"#, "timeout"), (#"{"timeout":0}"#, "timeout"), ("[]", "request body"),
        (#"{"direct":true}"#, "payload"),
    ])
    func `wrong types are refused by name`(body: String, field: String) async throws {
        try await fixture.with { client in
            let answer = try await client.send(.post, functions + "/hello/invoke", body)
            #expect(answer.status == 400)
            #expect(answer.text("error")?.contains(field) == true, "\(answer.body)")
        }
    }

    @Test func `C21: durations in nanoseconds and milliseconds, headers always there`() async throws {
        let response = InvokeResponse(statusCode: 200, durationMilliseconds: 1.5)
        fixture.control.invoker.answer(with: .success(response))
        try await fixture.with { client in
            let answer = try await client.send(.post, functions + "/hello/invoke", "")
            #expect(answer.number("duration") == 1_500_000)
            #expect(answer.json["duration_ms"] as? Double == 1.5)
            #expect(answer.json["headers"] is [String: Any])
            #expect(answer.text("body") == "")
            #expect(try await client.send(.post, functions + "/none/invoke", "{}").status == 404)
        }
    }

    @Test func `C22, C23: calls that are made later, and where they are found`() async throws {
        try await fixture.with { client in
            let legacy = try await client.send(.post, functions + "/hello/invoke?async=true", "{}")
            #expect(legacy.status == 202)
            let id = try #require(legacy.text("invocationID"))
            #expect(legacy.text("invocation_id") == id)
            let paths = [
                functions + "/invocations/\(id)", functions + "/hello/invocations/\(id)",
                DialectFixture.canonical + "/invocations/\(id)", "/executions/\(id)",
            ]
            for path in paths {
                try await eventually("the call has ended at \(path)") {
                    try await client.send(.get, path).text("status") == "completed"
                }
            }
            var other = try await fixture.control.request("other")
            other.name = "other"
            _ = try await fixture.control.deployments.create(
                other,
                workspace: "default",
                project: "default",
                author: nil
            )
            #expect(try await client.send(.get, functions + "/other/invocations/\(id)").status == 404)
            #expect(try await client.send(.get, DialectFixture.canonical + "/invocations/none").status == 404)
        }
    }

    @Test func `C12, C13: activation under both names`() async throws {
        try await fixture.control.deploy(try await fixture.control.request("v2"))
        try await fixture.with { client in
            for (number, word) in [(1, "active"), (2, "activate")] {
                let answer = try await client.send(.put, functions + "/hello/versions/\(number)/\(word)")
                #expect(answer.status == 200)
                #expect(answer.text("message")?.isEmpty == false)
                #expect(try await client.send(.get, functions + "/hello").number("active_version_number") == number)
            }
        }
    }

    @Test func `C14: rollback names its target in the path, the query or the body, or goes to the one before`() async throws {
        for text in ["v2", "v3", "v4", "v5"] { try await fixture.control.deploy(try await fixture.control.request(text)) }
        try await fixture.with { client in
            func active() async throws -> Int? {
                try await client.send(.get, functions + "/hello").number("active_version_number")
            }
            #expect(try await client.send(.post, functions + "/hello/rollback").number("to") == 4)
            #expect(try await client.send(.post, functions + "/hello/versions/3/rollback").number("to") == 3)
            #expect(try await client.send(.post, functions + "/hello/rollback?version=v2").number("to") == 2)
            let id = try await fixture.control.store.version(.number(1), of: ControlFixture.hello).id
            let named = try await client.send(.post, functions + "/hello/rollback", #"{"version_id":"\#(id)"}"#)
            #expect(named.number("to") == 1)
            #expect(try await active() == 1)
            #expect(try await client.send(.post, functions + "/hello/rollback", #"{"version":5}"#).status == 200)
            #expect(try await active() == 5)
            #expect(try await client.send(.post, functions + "/hello/rollback", #"{"version":true}"#).status == 400)
            #expect(try await client.send(.post, functions + "/hello/versions/77/rollback").status == 404)
        }
    }

    @Test func `C9, C26: lists are lists, and times are real or absent`() async throws {
        try await fixture.with { client in
            let shown = try await client.send(.get, functions + "/hello")
            for list in ["triggers", "secrets", "command"] { #expect(shown.json[list] is [Any], "\(list)") }
            for map in ["environment", "labels", "annotations"] { #expect(shown.json[map] is [String: Any], "\(map)") }
            #expect(shown.text("version") == "v1")
            #expect(shown.number("memory") == 256)
            #expect(shown.text("description") == "")
            #expect(!shown.body.contains("0001-01-01"))
            #expect(!shown.body.contains("null"))
            let invocations = try await client.send(.get, functions + "/hello/invocations/")
            #expect(invocations.json["invocations"] is [Any])
        }
    }

    @Test(arguments: ["python", "python39", "python3.9", "python310", "nodejs18.x", "nodejs20"])
    func `runtimes are echoed as they were sent`(runtime: String) async throws {
        try await fixture.with { client in
            let body = #"{"name":"echo","runtime":"\#(runtime)","source_code":"x = 1\n"}"#
            let answer = try await client.send(.post, functions, body)
            #expect(answer.status == 201, "\(answer.body)")
            #expect(answer.text("runtime") == runtime)
        }
    }
}
