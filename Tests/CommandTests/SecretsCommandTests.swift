import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct SecretsCommandTests {
    private let folder: TemporaryFolder
    private let service: MemoryService

    init() throws {
        folder = try TemporaryFolder("secrets")
        let now = WireDate.parse("2026-03-01T11:00:00Z")
        let used = Secret(
            name: "db-password",
            projectID: "default",
            revision: 3,
            usedBy: ["hello", "orders"],
            updatedAt: now
        )
        let free = Secret(name: "old-key", projectID: "default", revision: 1, updatedAt: now)
        service = MemoryService(
            MemoryService.State(secrets: [used, free], secretValues: ["old-key": Data("same".utf8)])
        )
    }

    private func world(input: String? = "hunter2\n") -> CommandWorld {
        CommandWorld(service: service, workingFolder: folder.path, input: input.map { Data($0.utf8) })
    }

    private func onTerminal(_ answers: [String]) -> CommandWorld {
        var world = world(input: nil)
        world.terminal = TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true, width: 100)
        world.answers = answers
        return world
    }

    private var writes: [String] { service.state.current.writes }
    private func stored(_ name: String) -> Data? { service.state.current.secretValues[name] }

    @Test(arguments: [
        ["list"], ["list", "-o", "json"], ["list", "-o", "yaml"], ["list", "-o", "name"], ["set", "new-key"],
        ["set", "db-password"], ["set", "db-password", "-o", "json"], ["set", "db-password", "-o", "name"],
        ["set", "db-password", "--dry-run"], ["set", "--from-env-file", "values.env"],
        ["set", "--from-env-file", "values.env", "-o", "json"],
        ["set", "--from-env-file", "values.env", "--dry-run", "-o", "yaml"],
        ["delete", "old-key", "--yes"], ["delete", "old-key", "--dry-run", "-o", "json"],
        ["delete", "db-password", "old-key", "none", "--yes", "--force", "--ignore-not-found", "-o", "json"],
    ])
    func `output is as recorded, and never holds a value`(arguments: [String]) async throws {
        try folder.write("DB_PASSWORD='hunter2'\nOLD_KEY=same\nNEW_KEY=\"hunter2\"\n", to: "values.env")
        let run = await world().run(["secrets"] + arguments)
        #expect(run.status == 0, "\(run.error)")
        #expect(!(run.output + run.error).contains("hunter2"))
        try Golden.expect(run.output, "piped/secrets-" + arguments.joined(separator: "-"))
        if arguments.contains("--dry-run") { #expect(writes.isEmpty) }
    }

    @Test func `a table on a terminal is as recorded`() async throws {
        let run = await onTerminal([]).run("secrets", "list")
        try Golden.expect(run.output, "terminal/secrets-list")
    }

    @Test(arguments: [
        ("hunter2\n", [], "hunter2"), ("hunter2\r\n", [], "hunter2"), ("hunter2\n\n", [], "hunter2\n"),
        ("hunter2\n", ["--keep-newline"], "hunter2\n"), (" two words ", [], " two words "),
    ])
    func `one line end of standard input is not part of the value`(input: String, flags: [String], value: String) async
    {
        let run = await world(input: input).run(["secrets", "set", "db-password"] + flags)
        #expect(run.status == 0)
        #expect(stored("db-password") == Data(value.utf8))
    }

    @Test func `a file is taken byte for byte`() async throws {
        let bytes = Data([0, 255, 10])
        try folder.write(bytes, to: "key.bin")
        let run = await world().run("secrets", "set", "tls-key", "--from-file", "key.bin")
        #expect(run.status == 0)
        #expect(stored("tls-key") == bytes)
        let piped = await world(input: "x\n").run("secrets", "set", "tls-key", "--from-file", "-")
        #expect(piped.status == 0)
        #expect(stored("tls-key") == Data("x\n".utf8))
    }

    @Test(arguments: [
        (["set", "db=hunter2"], "not taken from the command line"), (["set", "db", "hunter2"], "pipe it in"),
        (["set"], "name the secret"), (["set", "a", "--from-env-file", "f"], "leave the name out"),
        (["set", "a", "--from-file", "f", "--keep-newline"], "--keep-newline"),
        (["set", "--from-file", "a", "--from-env-file", "b"], "exclude each other"),
        (["set", "DB_PASSWORD"], "did you mean 'db-password'?"), (["delete"], "Missing expected argument"),
        (["set", "a", "--value", "hunter2"], "pipe it in"), (["set", "a", "--value=hunter2"], "'--value'"),
    ])
    func `wrong usage ends with 2, changes nothing and repeats no value`(arguments: [String], message: String) async {
        let run = await world().run(["secrets"] + arguments)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.error.contains(message), "\(run.error)")
        #expect(!run.error.contains("hunter2"))
        #expect(writes.isEmpty)
    }

    @Test(arguments: [("", "is empty"), ("\n", "is empty"), (String(repeating: "x", count: 65_537), "more than 65536")])
    func `values that cannot be stored are refused here`(input: String, message: String) async {
        let run = await world(input: input).run("secrets", "set", "db-password")
        #expect(run.status == 2)
        #expect(run.error.contains(message))
        #expect(run.error.count < 300)
        #expect(writes.isEmpty)
    }

    @Test func `a short value is stored with a warning`() async {
        let run = await world(input: "abc").run("secrets", "set", "pin")
        #expect(run.status == 0)
        #expect(run.error.contains("not masked in logs"))
    }

    @Test func `on a terminal the value is asked for twice and not shown`() async {
        let run = await onTerminal(["hunter2", "hunter2"]).run("secrets", "set", "new-key")
        #expect(run.status == 0, "\(run.error)")
        #expect(stored("new-key") == Data("hunter2".utf8))
        #expect(run.error.contains("Value of 'new-key'") && run.error.contains("(not shown): "))
        #expect(!run.error.contains("hunter2"))
    }

    @Test func `two answers that differ change nothing`() async {
        let run = await onTerminal(["hunter2", "hunter3"]).run("secrets", "set", "new-key")
        #expect(run.status == 2)
        #expect(run.error.contains("differ"))
        #expect(writes.isEmpty)
    }

    @Test func `where nothing may be asked the way out is named`() async {
        var world = onTerminal([])
        world.environment = ["CI": "true"]
        let run = await world.run("secrets", "set", "new-key")
        #expect(run.status == 2)
        #expect(run.error.contains("pipe the value in, or pass --from-file"))
    }

    @Test func `delete asks, names who uses a secret, and takes force for those`() async {
        let refused = await world().run("secrets", "delete", "old-key", "db-password", "--yes")
        #expect(refused.status == 6)
        #expect(refused.error.contains("'db-password' (used by 'hello', 'orders')"))
        #expect(await world().run("secrets", "delete", "old-key").status == 2)
        let asked = await onTerminal(["no"]).run("secrets", "delete", "old-key")
        #expect(asked.status == 1)
        #expect(asked.error.contains("Delete secret 'old-key'? (yes/no)"))
        let missing = await world().run("secrets", "delete", "old-kye", "--yes")
        #expect(missing.status == 5)
        #expect(missing.error.contains("did you mean 'old-key'?"))
        #expect(writes.isEmpty)
        #expect(await onTerminal(["yes"]).run("secrets", "delete", "db-password", "--force").status == 0)
        #expect(writes == ["delete secret db-password by force"])
    }

    @Test func `a failure half way says what was set before`() async throws {
        try folder.write("A_ONE=1111\nB_TWO=2222\n", to: "values.env")
        service.state.mutate { $0.refusedSecret = "b-two" }
        let run = await world().run("secrets", "set", "--from-env-file", "values.env")
        #expect(run.status == 1)
        #expect(run.error.contains("set before: a-one"))
    }

    @Test(arguments: [["list"], ["set", "a"], ["delete", "a", "--yes"]])
    func `a server without secrets is told so before anything is asked`(arguments: [String]) async {
        service.state.mutate { $0.capabilities.supportsSecrets = false }
        let run = await world().run(["secrets"] + arguments)
        #expect(run.status == 1)
        #expect(run.error.contains("the server 'memory' keeps no secrets"))
        #expect(writes.isEmpty)
    }
}

@Suite struct HiddenLineTests {
    @Test(
        arguments: [
            ("abc\n", "abc", .line), ("aé\u{7F}b\r", "ab", .line), ("abc\u{15}x\n", "x", .line),
            ("ab\u{4}", "ab", .end),
            ("ab\u{3}", "ab", .interrupt), ("\u{8}\u{8}a", "a", .more),
        ] as [(String, String, HiddenLine.Step)]
    )
    func `keys make a line`(keys: String, text: String, end: HiddenLine.Step) {
        var line = HiddenLine()
        var last = HiddenLine.Step.more
        for byte in keys.utf8 { last = line.take(byte) }
        #expect(line.text == text)
        #expect(last == end)
    }
}
