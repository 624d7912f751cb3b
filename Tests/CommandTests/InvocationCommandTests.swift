import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct InvocationCommandTests {
    private static let invocations = [
        Invocation(id: "inv-3", functionID: "func-hello", status: .running, startedAt: time("11:59:58")),
        Invocation(
            id: "inv-2",
            functionID: "func-hello",
            status: .failed,
            startedAt: time("11:50:00"),
            completedAt: time("11:50:02"),
            result: InvokeResponse(
                statusCode: 500,
                body: Data("oh no".utf8),
                durationMilliseconds: 12.345,
                coldStart: true,
                invocationID: "inv-2"
            ),
            error: "the function answered with status 500"
        ),
        Invocation(
            id: "inv-1",
            functionID: "func-hello",
            status: .timeout,
            startedAt: time("11:00:00"),
            completedAt: time("11:05:00"),
            error: "no answer within 300 s"
        ),
    ]

    private static let events = [
        Event(
            id: "evt-3",
            functionID: "func-hello",
            type: "error",
            description: "v3 failed: main.py does not compile \u{1B}[31m",
            metadata: ["version": "3"],
            createdAt: time("11:59:00")
        ),
        Event(
            id: "evt-2",
            functionID: "func-hello",
            type: "deployed",
            description: "v2 deployed",
            createdAt: time("11:00:00")
        ),
        Event(id: "evt-1", functionID: "func-hello", type: "created", description: "function 'hello' created"),
    ]

    private static func time(_ clock: String) -> Date? { WireDate.parse("2026-03-01T\(clock)Z") }

    private let service = Samples.service()

    init() {
        service.state.mutate {
            $0.invocations = ["func-hello": Self.invocations]
            $0.events = ["func-hello": Self.events]
        }
    }

    private var world: CommandWorld { CommandWorld(service: service) }

    private var onTerminal: CommandWorld {
        CommandWorld(
            service: service,
            terminal: TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true, width: 100)
        )
    }

    @Test(arguments: [
        ["invocations", "list", "hello"], ["invocations", "list", "hello", "-o", "json"],
        ["invocations", "list", "hello", "-o", "name"], ["invocations", "list", "hello", "--status", "failed"],
        ["invocations", "list", "hello", "--limit", "1", "-o", "jsonl"], ["invocations", "status", "inv-2"],
        ["invocations", "status", "inv-2", "-o", "json"], ["invocations", "status", "inv-3"], ["events", "hello"],
        ["events", "hello", "-o", "json"], ["events", "hello", "--since", "30m"],
        ["events", "hello", "--limit", "1", "-o", "name"],
    ])
    func `piped output is as recorded`(arguments: [String]) async throws {
        let run = await world.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        try Golden.expect(run.output, "piped/" + arguments.joined(separator: "-"))
    }

    @Test(arguments: [["invocations", "list", "hello"], ["invocations", "status", "inv-2"], ["events", "hello"]])
    func `output on a terminal is as recorded`(arguments: [String]) async throws {
        let run = await onTerminal.run(arguments)
        #expect(run.status == 0)
        try Golden.expect(run.output, "terminal/" + arguments.joined(separator: "-"))
    }

    @Test(arguments: [("inv-3", 0), ("inv-2", 13), ("inv-1", 7)] as [(String, Int32)])
    func `a call that failed decides the status where that was asked for`(id: String, status: Int32) async {
        #expect(await world.run("invocations", "status", id).status == 0)
        #expect(await world.run("invocations", "status", id, "--fail").status == status)
    }

    @Test func `waiting ends with the call`() async {
        service.state.mutate { $0.runningAnswers = 2 }
        let run = await world.run("invocations", "status", "inv-2", "--wait", "--fail")
        #expect(run.status == 13)
        #expect(run.output.contains("oh no"))
    }

    @Test func `a call still under way when the time is up ends with 8 and no result`() async throws {
        let run = await world.run("invocations", "status", "inv-3", "--wait", "--timeout", "1", "-o", "json")
        #expect(run.status == 8)
        #expect(run.output == "")
        #expect(try run.errorCode() == "still_pending")
    }

    @Test func `bodies come out byte for byte`() async {
        service.state.mutate {
            $0.invocations["func-hello"]?[1].result?.body = Data("no line end".utf8)
        }
        let run = await world.run("invocations", "status", "inv-2")
        #expect(run.output.hasSuffix("\n\nno line end"))
        let shown = await onTerminal.run("invocations", "status", "inv-2")
        #expect(shown.output.hasSuffix("\n\nno line end\n"))
    }

    @Test func `an empty trail says so without a result`() async {
        service.state.mutate { $0.events = [:] }
        let run = await world.run("events", "hello")
        #expect(run.status == 0)
        #expect(run.output == "")
        #expect(run.error == "nothing is recorded about 'hello'\n")
        #expect(await world.run("events", "nobody").status == 5)
    }
}
