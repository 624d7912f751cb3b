import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct FunctionCommandTests {
    private let piped = CommandWorld(service: Samples.service())
    private let onTerminal = CommandWorld(
        service: Samples.service(),
        terminal: TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true, width: 100)
    )

    @Test(arguments: [
        ["list"], ["list", "-o", "json"], ["list", "-o", "yaml"], ["list", "-o", "name"], ["list", "-o", "jsonl"],
        ["describe", "hello"], ["describe", "hello", "-o", "json"], ["versions", "list", "hello"],
        ["versions", "list", "hello", "-o", "json"], ["versions", "describe", "v3", "--name", "hello"],
        ["traffic", "show", "hello"], ["traffic", "show", "hello", "-o", "json"], ["logs", "hello"],
        ["logs", "hello", "-o", "json"], ["logs", "hello", "-f", "-o", "jsonl"], ["logs", "hello", "--build"],
        ["invoke", "hello"], ["invoke", "hello", "-o", "json"], ["invoke", "hello", "--include"],
        ["rollback", "--name", "hello"], ["rollback", "--name", "hello", "-o", "json"],
        ["rollback", "--name", "hello", "--dry-run"], ["traffic", "set", "hello", "v1=50", "v2=50"],
        ["traffic", "set", "hello", "--latest", "-o", "json"], ["delete", "hello", "--yes", "-o", "json"],
        ["delete", "hello", "--dry-run"], ["versions", "activate", "v1", "--name", "hello"],
        ["explain", "build_failed"],
        ["explain", "-o", "json"], ["version", "-o", "yaml"],
    ])
    func `piped output is as recorded`(arguments: [String]) async throws {
        let run = await piped.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        try Golden.expect(run.output, "piped/" + arguments.joined(separator: "-"))
    }

    @Test(arguments: [["list"], ["versions", "list", "hello"], ["describe", "hello"], ["traffic", "show", "hello"]])
    func `tables on a terminal are as recorded`(arguments: [String]) async throws {
        let run = await onTerminal.run(arguments)
        #expect(run.status == 0)
        try Golden.expect(run.output, "terminal/" + arguments.joined(separator: "-"))
    }

    @Test func `a function that is missing ends with 5 and a hint`() async {
        let run = await piped.run("describe", "helo")
        #expect(run.status == 5)
        #expect(run.output == "")
        #expect(
            run.error == """
                Error: function 'helo' not found in project 'default'
                Hint: run 'hks-func list' to see what is deployed

                """
        )
    }

    @Test func `an error is one JSON object on stderr where JSON was asked for`() async throws {
        let run = await piped.run("describe", "helo", "-o", "json")
        #expect(run.status == 5)
        #expect(run.output == "")
        #expect(try run.errorCode() == "function_not_found")
    }

    @Test func `delete does nothing without confirmation`() async {
        let service = Samples.service()
        let run = await CommandWorld(service: service).run("delete", "hello")
        #expect(run.status == 2)
        #expect(run.error.contains("pass --yes"))
        #expect(service.state.current.writes.isEmpty)
    }

    @Test(arguments: [("y", 0, ["delete hello"]), ("no", 1, []), ("", 1, [])])
    func `delete asks on a terminal`(answer: String, status: Int32, writes: [String]) async {
        let service = Samples.service()
        var world = onTerminal
        world.service = service
        world.answers = [answer]
        let run = await world.run("delete", "hello")
        #expect(run.status == status)
        #expect(service.state.current.writes == writes)
    }

    @Test func `a dry run writes nothing`() async {
        let service = Samples.service()
        for arguments in [
            ["delete", "hello", "--dry-run"], ["rollback", "--name", "hello", "--dry-run"],
            ["traffic", "set", "hello", "v1=100", "--dry-run"],
            ["versions", "activate", "v1", "--name", "hello", "--dry-run"],
        ] {
            let run = await CommandWorld(service: service).run(arguments)
            #expect(run.status == 0)
        }
        #expect(service.state.current.writes.isEmpty)
    }

    @Test func `delete of a missing function may be no failure`() async {
        #expect(await piped.run("delete", "nope", "--yes").status == 5)
        #expect(await piped.run("delete", "nope", "--yes", "--ignore-not-found").status == 0)
    }

    @Test func `a closed pipe ends quietly`() async {
        var world = piped
        world.outputIsClosed = true
        let run = await world.run("list")
        #expect(run.status == 0)
        #expect(run.error == "")
    }

    @Test(
        arguments: [
            ([], "GET", nil), (["-d", "{}"], "POST", "application/json"),
            (["-d", "words"], "POST", "text/plain; charset=utf-8"),
            (["-d", "x", "-X", "put", "--content-type", "a/b"], "PUT", "a/b"),
        ] as [([String], String, String?)]
    )
    func `invoke chooses method and type by the body`(flags: [String], method: String, type: String?) async {
        let service = Samples.service()
        _ = await CommandWorld(service: service).run(["invoke", "hello"] + flags)
        let request = service.state.current.lastRequest
        #expect(request?.method == method)
        #expect(request?.headers["Content-Type"]?.first == type)
    }

    @Test func `invoke takes the body from standard input`() async {
        let service = Samples.service()
        var world = CommandWorld(service: service)
        world.input = Data("{\"a\":1}".utf8)
        let run = await world.run("invoke", "hello")
        #expect(run.output == "hi\n")
        #expect(service.state.current.lastRequest?.body == Data("{\"a\":1}".utf8))
    }

    @Test func `a function that fails ends with 13 only where that was asked for`() async {
        let service = Samples.service()
        service.state.mutate {
            $0.response = InvokeResponse(statusCode: 500, body: Data("oh".utf8), invocationID: "inv-9")
        }
        let world = CommandWorld(service: service)
        let lenient = await world.run("invoke", "hello")
        #expect(lenient.status == 0)
        #expect(lenient.output == "oh")
        #expect(lenient.error.contains("answered 500"))
        let strict = await world.run("invoke", "hello", "--fail")
        #expect(strict.status == 13)
    }

    @Test(arguments: [
        ["traffic", "set", "hello", "v1=60", "v2=60"], ["traffic", "set", "hello", "v1=x"],
        ["traffic", "set", "hello"], ["invoke", "hello", "-p", "x"], ["invoke", "hello", "-H", "novalue"],
        ["list", "--limit", "0"], ["logs", "hello", "--since", "soon"], ["logs", "hello", "--level", "loud"],
    ])
    func `bad values end with 2 and change nothing`(arguments: [String]) async {
        let service = Samples.service()
        let run = await CommandWorld(service: service).run(arguments)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(!run.error.isEmpty)
        #expect(service.state.current.writes.isEmpty)
    }

    @Test(arguments: [
        ("HKS_FUNC_OUTPUT", "json"), ("HKS_FUNC_OUTPUT", "text"),
    ])
    func `variables stand in for flags`(name: String, value: String) async {
        var world = piped
        world.environment = [name: value]
        let run = await world.run("list")
        #expect(run.output.hasPrefix("[") == (value == "json"))
    }
}
