import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

/// `invoke` with events and records.
@Suite struct EventCommandTests {
    private static let event = #"{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"n":1.0}}"#

    private func world(_ type: FunctionType) -> (CommandWorld, MemoryService) {
        let service = Samples.service()
        service.state.mutate { $0.functions[0].settings.type = type }
        return (CommandWorld(service: service), service)
    }

    private func file(_ text: String, _ name: String = "e.json") throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder("events")
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
        return (folder, folder.path(name))
    }

    @Test(
        arguments: [
            (.event, event, "application/cloudevents+json", nil),
            (.scheduled, event, "application/cloudevents+json", nil),
            (.event, "[\(event),\(event)]", "application/cloudevents-batch+json", nil),
            (.event, "\(event)\n\(event)\n", "application/cloudevents-batch+json", "[\(event),\n\(event)]"),
            (.event, #"{"orderId":7}"#, "application/json", nil), (.event, "words", "text/plain; charset=utf-8", nil),
            (.http, event, "application/json", nil),
            (.stream, #"{"records":[{"id":"1"}]}"#, "application/json", nil),
            (.stream, "{\"n\":1.0}\n{\"n\":2}\n", "application/json", "[{\"n\":1.0},\n{\"n\":2}]"),
        ] as [(FunctionType, String, String, String?)]
    )
    func `a file is sent as what it is`(type: FunctionType, text: String, contentType: String, body: String?)
        async throws
    {
        let (world, service) = world(type)
        let (folder, path) = try file(text)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run("invoke", "hello", "--file", path)
        #expect(run.status == 0, "\(run.error)")
        let request = try #require(service.state.current.lastRequest)
        #expect(request.method == "POST")
        #expect(request.headers["Content-Type"] == [contentType])
        #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == body ?? text)
    }

    @Test func `an event from a file is completed, for functions of type http too`() async throws {
        let (world, service) = world(.http)
        let (folder, path) = try file(#"{"type":"t","data":1}"#)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run("invoke", "hello", "--event", "@\(path)")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.error.contains("of type 'http': it gets the event as a request"))
        let request = try #require(service.state.current.lastRequest)
        #expect(request.headers["Content-Type"] == ["application/cloudevents+json"])
        guard case .object(let members) = try JSONValue(parsing: try #require(request.body)) else {
            Issue.record("no object")
            return
        }
        #expect(Set(members.keys) == ["specversion", "id", "source", "type", "data"])
    }

    @Test func `attributes go to the head of the request`() async throws {
        let (world, service) = world(.event)
        let attributes = "type=com.example.made,source=/shop,region=eu,time=2026-03-01T12:00:00Z,datacontenttype=text/x"
        #expect(await world.run("invoke", "hello", "--event", attributes, "-d", "x").status == 0)
        let headers = try #require(service.state.current.lastRequest?.headers)
        #expect(headers["ce-type"] == ["com.example.made"])
        #expect(headers["ce-source"] == ["/shop"])
        #expect(headers["ce-region"] == ["eu"])
        #expect(headers["ce-time"] == ["2026-03-01T12:00:00Z"])
        #expect(headers["ce-id"]?.first?.count == 36)
        #expect(headers["Content-Type"] == ["text/x"])
        #expect(headers["ce-datacontenttype"] == nil)
    }

    @Test(arguments: [
        (["--event", "source=/s"], "--event needs a type"), (["--event", "type="], "--event needs a type"),
        (["--event", "type=t,Order=1"], "not 'Order=1'"), (["--event", "type=t,data=1"], "use --data"),
        (["--event", "type=t,type=u"], "'type' twice"), (["--event", "type=t,time=noon"], "'noon'"),
        (["--event", "type=t,source="], "'source'"),
        (["--event", "@x", "-d", "1"], "leave out --data and --file"), (["--event", "@"], "needs a file"),
        (["--event", "@/nowhere/e.json"], "cannot read '/nowhere/e.json'"),
    ])
    func `what is no event is a usage fault`(flags: [String], reason: String) async {
        let (world, service) = world(.event)
        let run = await world.run(["invoke", "hello"] + flags)
        #expect(run.status == 2)
        #expect(run.error.contains(reason), "\(run.error)")
        #expect(service.state.current.lastRequest == nil)
    }

    @Test(
        arguments: [
            (.event, "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"}", "has no 'type'"),
            (.stream, "{\"records\": [\n  {\"id\" 1}\n]}", "e.json:2:9: malformed JSON: ':' is expected here"),
        ] as [(FunctionType, String, String)]
    )
    func `a file that is malformed is not sent`(type: FunctionType, text: String, reason: String) async throws {
        let (world, service) = world(type)
        let (folder, path) = try file(text)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run("invoke", "hello", "--file", path)
        #expect(run.status == 2)
        #expect(run.error.contains(reason), "\(run.error)")
        #expect(service.state.current.lastRequest == nil)
    }

    @Test func `records are no events`() async {
        let (world, _) = world(.stream)
        let run = await world.run("invoke", "hello", "--event", "type=t", "-d", "{}")
        #expect(run.status == 2)
        #expect(run.error.contains("of type 'stream' takes records"))
    }

    // MARK: Requests

    private static let request = #"""
        {"request": {"method": "PUT", "path": "/a?x=1", "query": {"q": "1", "r": "2"}, \#
        "headers": {"X-A": "b", "accept": "text/plain"}, "json": {"n": 1}}}
        """#

    @Test func `a request is sent as a file describes it`() async throws {
        let (world, service) = world(.http)
        let (folder, path) = try file(Self.request)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run("invoke", "hello", "--request", path, "--tag", "canary")
        #expect(run.status == 0, "\(run.error)")
        let request = try #require(service.state.current.lastRequest)
        #expect(request.method == "PUT")
        #expect(request.path == "/a?x=1")
        #expect(request.query == ["q": ["1"], "r": ["2"]])
        #expect(request.headers == ["X-A": ["b"], "accept": ["text/plain"], "Content-Type": ["application/json"]])
        #expect(request.body == Data(#"{"n":1}"#.utf8))
        #expect(request.version == "canary")
    }

    @Test func `other options replace what a file says`() async throws {
        let (world, service) = world(.http)
        let (folder, path) = try file(Self.request)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run(
            ["invoke", "hello", "--request", path, "-X", "patch", "-p", "/b", "--query", "q=3", "--query", "q=4"]
                + ["-H", "Accept: a/b", "-H", "X-New: 1", "--content-type", "text/x"]
        )
        #expect(run.status == 0, "\(run.error)")
        let request = try #require(service.state.current.lastRequest)
        #expect(request.method == "PATCH")
        #expect(request.path == "/b")
        #expect(request.query == ["q": ["3", "4"], "r": ["2"]])
        #expect(
            request.headers == ["X-A": ["b"], "Accept": ["a/b"], "X-New": ["1"], "Content-Type": ["text/x"]]
        )
    }

    @Test(arguments: [
        (["--request", "r.json", "-d", "1"], "leave out --data, --file and --event"),
        (["--request", "@events/request.json"], "write 'events/request.json', without '@'"),
        (["--request", "POST"], "the method goes with --method POST"),
        (["--request", "/nowhere/r.json"], "cannot read '/nowhere/r.json'"),
    ])
    func `what cannot be a request is said`(flags: [String], reason: String) async {
        let (world, service) = world(.http)
        let run = await world.run(["invoke", "hello"] + flags)
        #expect(run.status == 2)
        #expect(run.error.contains(reason), "\(run.error)")
        #expect(service.state.current.lastRequest == nil)
    }

    @Test(arguments: [(FunctionType.event, "events"), (.scheduled, "events"), (.stream, "records")])
    func `functions of other types take no requests`(type: FunctionType, what: String) async throws {
        let (world, service) = world(type)
        let (folder, path) = try file(Self.request)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run("invoke", "hello", "--request", path)
        #expect(run.status == 2)
        #expect(run.error.contains("takes \(what), not requests"), "\(run.error)")
        #expect(service.state.current.lastRequest == nil)
    }

    @Test func `a file that describes a request is still a body to --file, which is said`() async throws {
        let (world, service) = world(.http)
        let (folder, path) = try file(Self.request)
        defer { withExtendedLifetime(folder) {} }
        let run = await world.run("invoke", "hello", "--file", path)
        #expect(run.status == 0)
        #expect(run.error.contains("is sent as the body; --request sends the request that it describes"))
        #expect(service.state.current.lastRequest?.body == Data(Self.request.utf8))
        let data = await world.run("invoke", "hello", "--data", Self.request)
        #expect(data.error.isEmpty)
    }
}
