import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct TriggerCommandTests {
    private func world(isTerminal: Bool = false) -> (CommandWorld, MemoryService) {
        let service = Samples.service()
        service.state.mutate { state in
            state.triggers["func-hello"] = Self.triggers
            state.capabilities.supportsTriggerFiring = true
        }
        let terminal = TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true, width: 120)
        return (CommandWorld(service: service, terminal: isTerminal ? terminal : TerminalInfo()), service)
    }

    private static let triggers = [
        Trigger(
            id: "trg-1",
            workspaceID: "default",
            functionID: "func-hello",
            functionName: "hello",
            spec: TriggerSpec(
                name: "api",
                type: "http",
                config: [
                    "path": "/hello", "methods": "GET,POST", "auth": "token",
                    "url": "http://default.localhost:8787/hello",
                ]
            ),
            origin: .manifest,
            createdAt: WireDate.parse("2026-03-01T09:00:00Z"),
            updatedAt: WireDate.parse("2026-03-01T11:00:00Z")
        ),
        Trigger(
            id: "trg-2",
            functionID: "func-hello",
            functionName: "hello",
            spec: TriggerSpec(
                name: "nightly",
                type: "schedule",
                config: ["cron": "0 3 * * *", "timezone": "Asia/Tokyo"]
            ),
            origin: .api
        ),
        Trigger(
            id: "trg-3",
            functionID: "func-hello",
            functionName: "hello",
            spec: TriggerSpec(
                name: "orders",
                type: "event",
                enabled: false,
                config: ["event_type": "com.example.order.created", "filter.region": "eu"]
            )
        ),
    ]

    @Test(arguments: [
        ["triggers", "list", "hello"], ["triggers", "list", "hello", "-o", "json"],
        ["triggers", "list", "hello", "-o", "yaml"], ["triggers", "list", "hello", "-o", "name"],
        ["triggers", "describe", "api", "--name", "hello"],
        ["triggers", "describe", "trg-2", "--name", "hello", "-o", "json"],
        ["triggers", "create", "x", "--name", "hello", "--path", "/x", "--methods", "get"],
        ["triggers", "create", "x", "--name", "hello", "--cron", "@daily", "-o", "json"],
        ["triggers", "create", "x", "--name", "hello", "--cron", "@daily", "--dry-run"],
        ["triggers", "update", "api", "--name", "hello", "--disabled"],
        ["triggers", "update", "api", "--name", "hello", "--auth", "token"],
        ["triggers", "update", "nightly", "--name", "hello", "--cron", "@hourly", "--dry-run"],
        ["triggers", "delete", "api", "nightly", "--name", "hello", "--yes"],
        ["triggers", "delete", "api", "--name", "hello", "--dry-run", "-o", "json"],
        ["triggers", "fire", "nightly", "--name", "hello"],
        ["triggers", "fire", "nightly", "--name", "hello", "-o", "json"],
        ["triggers", "fire", "trg-3", "--name", "hello", "-o", "name"],
    ])
    func `piped output is as recorded`(arguments: [String]) async throws {
        let run = await world().0.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        try Golden.expect(run.output, "piped/" + arguments.joined(separator: "-").replacing("/", with: "_"))
    }

    @Test func `tables on a terminal are as recorded`() async throws {
        let run = await world(isTerminal: true).0.run("triggers", "list", "hello")
        #expect(run.status == 0)
        try Golden.expect(run.output, "terminal/triggers-list-hello")
        let described = await world().0.run("describe", "hello")
        #expect(described.output.contains("api  http  GET,POST /hello token  http://default.localhost:8787/hello"))
        #expect(described.output.contains("next 2026-03-01T18:00:00Z"))
    }

    @Test(
        arguments: [
            (
                ["--type", "queue", "--config", "queueName=q"],
                TriggerSpec(name: "x", type: "messagequeue", config: ["topic": "q"])
            ),
            (
                ["--path", "/x/", "--methods", "POST,GET", "--auth", "api-key"],
                TriggerSpec(
                    name: "x",
                    type: "http",
                    config: ["path": "/x", "methods": "GET,POST", "auth": "token"]
                )
            ),
            (
                ["--cron", "rate(5 minutes)", "--timezone", "UTC", "--disabled"],
                TriggerSpec(
                    name: "x",
                    type: "schedule",
                    enabled: false,
                    config: ["cron": "every 5m", "timezone": "UTC"]
                )
            ),
            (
                ["--event-type", "a.b", "--event-source", "/s", "--config", "filter.region=eu", "--enabled"],
                TriggerSpec(
                    name: "x",
                    type: "event",
                    config: ["event_type": "a.b", "event_source": "/s", "filter.region": "eu"]
                )
            ),
        ] as [([String], TriggerSpec)]
    )
    func `create sends the one spelling`(flags: [String], spec: TriggerSpec) async {
        let (world, service) = world()
        let run = await world.run(["triggers", "create", "x", "--name", "hello"] + flags)
        #expect(run.status == 0, "\(run.error)")
        #expect(service.state.current.triggers["func-hello"]?.last?.spec == spec)
    }

    @Test func `update keeps what is not named`() async throws {
        let (world, service) = world()
        func spec(_ flags: String...) async throws -> TriggerSpec? {
            let run = await world.run(["triggers", "update", "api", "--name", "hello"] + flags)
            #expect(run.status == 0, "\(run.error)")
            return service.state.current.triggers["func-hello"]?.first?.spec
        }
        var expected = TriggerSpec(
            name: "api",
            type: "http",
            config: ["path": "/hello", "method": "PUT", "auth": "token"]
        )
        #expect(try await spec("--methods", "PUT") == expected)
        expected.enabled = false
        expected.config["path"] = "/v2"
        #expect(try await spec("--disabled", "--path", "/v2") == expected)
        expected.config["auth"] = nil
        expected.config["method"] = nil
        #expect(try await spec("--unset-config", "auth", "--unset-config", "methods") == expected)
        let same = await world.run("triggers", "update", "api", "--name", "hello", "--disabled", "-o", "json")
        #expect(try same.json()["changed"]?.bool == false)
        #expect(service.state.current.writes.count == 3)
    }

    @Test(arguments: [
        ["create", "x"], ["create", "x", "--path", "x"], ["create", "x", "--type", "htp"],
        ["create", "X", "--path", "/x"], ["create", "x", "--cron", "soon"],
        ["create", "x", "--cron", "@daily", "--path", "/x"],
        ["create", "x", "--type", "http", "--cron", "@daily"], ["create", "x", "--path", "/x", "--auth", "magic"],
        ["create", "x", "--path", "/x", "--enabled", "--disabled"],
        ["create", "x", "--path", "/x", "--config", "novalue"],
        ["create", "x", "--path", "/x", "--unset-config", "a"], ["update", "api"],
        ["update", "api", "--cron", "@daily"],
        ["delete", "api"],
    ])
    func `bad values end with 2 and change nothing`(arguments: [String]) async {
        let (world, service) = world()
        let run = await world.run(["triggers"] + arguments + ["--name", "hello"])
        #expect(run.status == 2, "\(run.error)")
        #expect(run.output == "")
        #expect(!run.error.isEmpty)
        #expect(service.state.current.writes.isEmpty)
    }

    @Test func `a trigger that is missing ends with 5 and the nearest name`() async {
        let (world, _) = world()
        let run = await world.run("triggers", "describe", "nightl", "--name", "hello")
        #expect(run.status == 5)
        #expect(
            run.error == """
                Error: trigger 'nightl' of function 'hello' not found
                Hint: did you mean 'nightly'?

                """
        )
        #expect(await world.run("triggers", "delete", "zzz", "--name", "hello", "--yes").status == 5)
        let lenient = await world.run("triggers", "delete", "zzz", "--name", "hello", "--yes", "--ignore-not-found")
        #expect(lenient.status == 0)
        #expect(await world.run("triggers", "create", "api", "--name", "hello", "--path", "/x").status == 6)
    }

    @Test func `a trigger that fails ends with 13 only where that was asked for`() async {
        let (world, service) = world()
        service.state.mutate { $0.response = InvokeResponse(statusCode: 500, invocationID: "inv-9") }
        let lenient = await world.run("triggers", "fire", "nightly", "--name", "hello")
        #expect(lenient.status == 0)
        let reason = "trigger 'nightly' of 'hello' failed: the function answered with status 500"
        #expect(lenient.error.hasSuffix("\nWarning: \(reason)\n"))
        let strict = await world.run("triggers", "fire", "nightly", "--name", "hello", "--fail")
        #expect(strict.status == 13)
        #expect(strict.error.hasSuffix("\nError: \(reason)\nHint: run 'hks-func logs hello --request inv-9'\n"))
    }

    @Test func `data of an event is JSON from a flag or a file`() async throws {
        let (world, service) = world()
        let folder = try TemporaryFolder("fire")
        try Data("{\n  \"orderId\": \n}".utf8).write(to: URL(fileURLWithPath: folder.path("bad.json")))
        let sent = await world.run("triggers", "fire", "orders", "--name", "hello", "-d", #"{"orderId":7}"#)
        #expect(sent.status == 0, "\(sent.error)")
        #expect(service.state.current.writes == ["fire trigger trg-3 with data"])
        let bad = await world.run("triggers", "fire", "orders", "--name", "hello", "-f", folder.path("bad.json"))
        #expect(bad.status == 2)
        #expect(bad.error.contains("bad.json:3:1: malformed JSON: a value is expected here"), "\(bad.error)")
        #expect(await world.run("triggers", "fire", "x", "-d", "1", "-f", "y").status == 2)
        #expect(await world.run("triggers", "fire", "zzz", "--name", "hello").status == 5)
    }

    @Test func `a server that cannot fire says so`() async {
        let (world, service) = world()
        service.state.mutate { $0.capabilities.supportsTriggerFiring = false }
        let run = await world.run("triggers", "fire", "nightly", "--name", "hello")
        #expect(run.status == 1)
        #expect(run.error.contains("this server cannot fire trigger"))
    }

    @Test func `what the server does not fire is said`() async {
        let (world, _) = world()
        let run = await world.run("triggers", "create", "x", "--name", "hello", "--cron", "@daily")
        let warning = "Warning: trigger 'x' is kept, but this server does not fire triggers of type 'schedule'\n"
        #expect(run.error == warning)
        #expect(await world.run("triggers", "create", "y", "--name", "hello", "--path", "/y").error == "")
    }

    @Test func `who changes what function.yaml declares learns that it does not last`() async {
        let (world, _) = world()
        let update = await world.run("triggers", "update", "api", "--name", "hello", "--disabled")
        #expect(update.error.contains("the next deploy makes 'api' what function.yaml says"))
        let delete = await world.run("triggers", "delete", "api", "--name", "hello", "--yes")
        #expect(delete.error.contains("the next deploy brings back"))
    }

    @Test(arguments: [("yes", 0, 1), ("no", 1, 0)])
    func `delete asks on a terminal`(answer: String, status: Int32, writes: Int) async {
        var (world, service) = world(isTerminal: true)
        world.answers = [answer]
        let run = await world.run("triggers", "delete", "api", "--name", "hello")
        #expect(run.status == status)
        #expect(service.state.current.writes.count == writes)
    }
}
