import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HostedCallTests {
    private func withFunction(_ body: (HostedFixture, FunctionAPIClient) async throws -> Void) async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            try await body(fixture, try fixture.client())
        }
    }

    @Test func `an empty list of a function that is not there is a function that is not there`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let client = try fixture.client()
            let events = await #expect(throws: FuncError.self) { try await client.events(of: "nope", limit: 5) }
            #expect(events?.code == .functionNotFound)
            let calls = await #expect(throws: FuncError.self) { try await client.invocations(of: "nope", limit: 5) }
            #expect(calls?.code == .functionNotFound)
            try await fixture.deploy(code: "one")
            #expect(try await client.invocations(of: "hello", limit: 5).isEmpty)
        }
    }

    @Test func `a call says its method and is answered with its own status`() async throws {
        try await withFunction { (fixture, client) async throws -> Void in
            fixture.service.change {
                $0.respond = { HostedResponse(418, "\($0.method) \(String(decoding: $0.body, as: UTF8.self))") }
            }
            let response = try await client.invoke(function: "hello", request: InvokeRequest(body: Data("x".utf8)))
            #expect(response.statusCode == 418)
            #expect(String(decoding: response.body, as: UTF8.self) == "POST x")
            #expect(abs(response.durationMilliseconds - 0.178655) < 0.000001)
            let empty = try await client.invoke(function: "hello", request: InvokeRequest())
            #expect(String(decoding: empty.body, as: UTF8.self) == "GET ")
            #expect(try await client.invocations(of: "hello", limit: 1).count == 1)
        }
    }

    @Test func `a version that is not active cannot be called`() async throws {
        try await withFunction { (fixture, client) async throws -> Void in
            try await fixture.deploy(code: "two")
            let active = try await client.invoke(function: "hello", request: InvokeRequest(version: "v2"))
            #expect(String(decoding: active.body, as: UTF8.self) == "v2")
            let error = await #expect(throws: FuncError.self) {
                try await client.invoke(function: "hello", request: InvokeRequest(version: "v1"))
            }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `an asynchronous call ends without a result`() async throws {
        try await withFunction { (_, client) async throws -> Void in
            let id = try await client.invokeAsync(function: "hello", request: InvokeRequest())
            let call = try await client.invocation(id)
            #expect(call.status == .completed)
            #expect(call.result == nil)
            #expect(call.completedAt == nil)
            let error = await #expect(throws: FuncError.self) { try await client.invocation("nope") }
            #expect(error?.code == .invocationNotFound)
        }
    }

    @Test func `what is missing is said to be missing, whatever the server says`() async throws {
        try await withFunction { (_, client) async throws -> Void in
            let calls: [@Sendable () async throws -> Void] = [
                { _ = try await client.function("nope") },
                { _ = try await client.invoke(function: "nope", request: InvokeRequest()) },
                { _ = try await client.invokeAsync(function: "nope", request: InvokeRequest()) },
                { _ = try await client.logs(of: "nope", query: LogQuery()) },
                { _ = try await client.metrics(of: "nope", query: MetricsQuery()) },
                { _ = try await client.rollback(function: "nope", to: nil, message: nil, dryRun: false) },
                { _ = try await client.update(function: "nope", settings: FunctionSettings(), ifVersion: nil) },
                {
                    let spec = TriggerSpec(name: "t", type: "http")
                    _ = try await client.createTrigger(spec, of: "nope")
                },
            ]
            for call in calls {
                let error = await #expect(throws: FuncError.self) { try await call() }
                #expect(error?.summary == "function_not_found: function 'nope' not found in project 'prj-1'")
            }
        }
    }

    @Test func `a function of another project is out of reach`() async throws {
        try await withFunction { (fixture, _) async throws -> Void in
            let other = try fixture.client(project: "prj-2")
            let error = await #expect(throws: FuncError.self) { try await other.function("hello") }
            #expect(error?.code == .functionNotFound)
            #expect(try await other.functions(allProjects: false).isEmpty)
            #expect(try await other.functions(allProjects: true).map(\.name) == ["hello"])
        }
    }

    @Test func `a failure that stays without a reason is passed on in one sentence`() async throws {
        try await withFunction { (fixture, client) async throws -> Void in
            fixture.service.change { $0.failures = [("GET", "/metrics")] }
            let error = await #expect(throws: FuncError.self) {
                try await client.metrics(of: "hello", query: MetricsQuery())
            }
            let expected = "server_error: could not read the metrics of function 'hello': Failed for no reason"
            #expect(error?.summary == expected)
            #expect(error?.hint?.contains("gives no reason") == true)
        }
    }

    @Test func `deleting twice is no failure where the first attempt may have done it`() async throws {
        try await withFunction { (fixture, client) async throws -> Void in
            fixture.service.change { $0.lateFailures = [("DELETE", "/hello")] }
            try await client.deleteFunction("hello")
            #expect(fixture.service.state.functions.isEmpty)
            try await fixture.deploy(code: "one")
            fixture.service.change { $0.failures = [("DELETE", "/hello")] }
            let error = await #expect(throws: FuncError.self) { try await client.deleteFunction("hello") }
            #expect(error?.code == .serverError)
            #expect(fixture.service.state.functions["hello"] != nil)
        }
    }

    @Test func `logs are limited and filtered here, and what cannot be told apart is not guessed`() async throws {
        try await withFunction { (_, client) async throws -> Void in
            #expect(try await client.logs(of: "hello", query: LogQuery(limit: 5)).count == 1)
            #expect(try await client.logs(of: "hello", query: LogQuery(limit: 0)).isEmpty)
            #expect(try await client.logs(of: "hello", query: LogQuery(level: .warn)).isEmpty)
            for query in [LogQuery(version: 1), LogQuery(requestID: "r")] {
                let error = await #expect(throws: FuncError.self) { try await client.logs(of: "hello", query: query) }
                #expect(error?.code == .unsupported)
            }
        }
    }

    @Test func `followed logs are asked for again, and end with the function`() async throws {
        try await withFunction { (fixture, client) async throws -> Void in
            let clock = MutexBox(Date(timeIntervalSince1970: 1_700_000_000))
            fixture.service.change {
                $0.now = {
                    clock.mutate { time in
                        time.addTimeInterval(2); return time
                    }
                }
            }
            var seen: [Date?] = []
            for try await entry in client.followLogs(of: "hello", query: LogQuery(limit: 0)) {
                seen.append(entry.timestamp)
                if seen.count == 3 { fixture.service.change { $0.functions = [:] } }
            }
            #expect(seen.count == 3)
            #expect(Set(seen).count == 3)
            #expect(fixture.sent("GET", "/logs").allSatisfy { $0.query["follow"] == nil })
        }
    }

    @Test func `metrics without all statistics and events are read`() async throws {
        try await withFunction { (_, client) async throws -> Void in
            let report = try await client.metrics(of: "hello", query: MetricsQuery())
            #expect(report.total.invocations == 1000)
            #expect(report.total.duration.p99 == nil)
            #expect(report.intervals.isEmpty)
            #expect(try await client.events(of: "hello", limit: 10).map(\.type).contains("created"))
        }
    }

    @Test func `what the server has no route for is unsupported, in one sentence`() async throws {
        try await withFunction { (_, client) async throws -> Void in
            let secrets = await #expect(throws: FuncError.self) { try await client.secrets() }
            #expect(secrets?.summary == "unsupported: this server cannot list secrets")
            let set = await #expect(throws: FuncError.self) { try await client.setSecret("s", value: Data()) }
            #expect(set?.summary == "unsupported: this server cannot set secret 's'")
            let build = await #expect(throws: FuncError.self) {
                for try await _ in client.buildLogs(of: "hello", version: .number(1), follow: false) {}
            }
            #expect(build?.summary == "unsupported: this server cannot show build logs")
        }
    }

    @Test func `without a valid token the server's words are passed on`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            for token in [nil, "nonsense"] {
                let error = await #expect(throws: FuncError.self) {
                    try await fixture.client(token: token).functions(allProjects: false)
                }
                #expect(error?.code == .unauthenticated)
            }
        }
    }
}
