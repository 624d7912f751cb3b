import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Samples that the person at the terminal sends.
struct DevelopCallsTests {
    private let project: TemporaryFolder
    private let fixture: ControlFixture
    private let feed = DevelopFeed()
    private let calls: DevelopCalls

    init() async throws {
        project = try TemporaryFolder("project")
        fixture = try ControlFixture()
        calls = DevelopCalls(
            invocations: fixture.invocations,
            firing: FiringService(functions: fixture.store, invocations: fixture.invocations),
            project: "default",
            feed: feed
        )
    }

    private func loaded(_ type: FunctionType) async throws -> LoadedProject {
        try await fixture.createHello { $0.type = type }
        try project.write("name: hello\nruntime: python\ntype: \(type.rawValue)\n", to: "function.yaml")
        return try ProjectLoader(processEnvironment: [:]).load(from: project.path)
    }

    /// What was told so far.
    private func told() async -> [String] {
        feed.finish()
        var texts: [String] = []
        for await event in feed.events {
            guard case .sent(let function, let sample, let status) = event else { continue }
            texts.append("\(function) \(sample.file ?? "-") \(sample.position)/\(sample.count) \(status)")
        }
        return texts
    }

    @Test func `the request of a sample is sent as it is described`() async throws {
        let loaded = try await loaded(.http)
        fixture.invoker.answer(with: .success(InvokeResponse(statusCode: 201)))
        try project.write(
            #"{"request":{"method":"PUT","path":"/a","query":{"q":"1"},"headers":{"X-A":"b"},"json":{"n":1}}}"#,
            to: "events/request.json"
        )
        try await calls.sendSample(to: loaded, next: false)
        let request = try #require(fixture.invoker.requests.first)
        #expect(request.method == "PUT")
        #expect(request.target == "/a?q=1")
        #expect(request.headers == ["X-A": ["b"], "Content-Type": ["application/json"]])
        #expect(request.body == Data(#"{"n":1}"#.utf8))
        #expect(await told() == ["hello events/request.json 1/1 201"])
    }

    @Test func `a sample is sent again, and the next one on demand, as files come and go`() async throws {
        let loaded = try await loaded(.http)
        for name in ["a", "c"] { try project.write(#"{"request":{"path":"/\#(name)"}}"#, to: "events/\(name).json") }
        try await calls.sendSample(to: loaded, next: true)
        try await calls.sendSample(to: loaded, next: false)
        try project.write(#"{"request":{"path":"/b"}}"#, to: "events/b.json")
        for _ in 1...3 { try await calls.sendSample(to: loaded, next: true) }
        try FileManager.default.removeItem(atPath: project.path("events/a.json"))
        try await calls.sendSample(to: loaded, next: false)
        #expect(fixture.invoker.requests.map(\.path) == ["/a", "/a", "/b", "/c", "/a", "/b"])
        #expect(
            await told() == [
                "hello events/a.json 1/2 200", "hello events/a.json 1/2 200", "hello events/b.json 2/3 200",
                "hello events/c.json 3/3 200", "hello events/a.json 1/3 200", "hello events/b.json 1/2 200",
            ]
        )
    }

    @Test(
        arguments: [
            (.http, "GET", nil), (.event, "POST", "dev.hks.function.invoked"),
            (.scheduled, "POST", "dev.hks.schedule.fired"), (.stream, "POST", nil),
        ] as [(FunctionType, String, String?)]
    )
    func `without samples, a function is called in the way of its type`(
        type: FunctionType,
        method: String,
        event: String?
    ) async throws {
        try await calls.sendSample(to: try await loaded(type), next: false)
        let request = try #require(fixture.invoker.requests.first)
        #expect(request.method == method)
        #expect(request.headers["ce-type"]?.first == event)
        let body = String(decoding: request.body ?? Data(), as: UTF8.self)
        switch type {
        case .http: #expect(body.isEmpty)
        case .event: #expect(body == #"{"sample":true}"#)
        case .scheduled: #expect(body.contains("scheduledTime"))
        case .stream: #expect(body.contains(#""records":[{"data":{"sample":true}"#))
        }
        #expect(await told() == ["hello - 0/0 200"])
    }

    @Test(arguments: [FunctionType.event, .http])
    func `an event is completed and sent as one, to functions of type http too`(type: FunctionType) async throws {
        let loaded = try await loaded(type)
        try project.write(#"{"specversion":"1.0","type":"t","data":1}"#, to: "events/e.json")
        try await calls.sendSample(to: loaded, next: false)
        let request = try #require(fixture.invoker.requests.first)
        #expect(request.headers["Content-Type"] == ["application/cloudevents+json"])
        guard case .object(let members) = try JSONValue(parsing: try #require(request.body)) else {
            Issue.record("no event")
            return
        }
        #expect(members["source"] == .string("/hks-func/develop"))
        #expect(members["id"] != nil)
    }

    @Test func `a sample with a fault is not sent`() async throws {
        let loaded = try await loaded(.http)
        try project.write(#"{"request":{"pth":"/"}}"#, to: "events/request.json")
        let error = await #expect(throws: FuncError.self) { try await calls.sendSample(to: loaded, next: false) }
        #expect(error?.location == SourceLocation(file: "events/request.json", line: 1, column: 13))
        #expect(fixture.invoker.requests.isEmpty)
    }
}
