import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct DoctorCommandTests {
    private static let findings = [
        DoctorFinding("runtime.python", .runtimes, .ok, "Python", "3.11.2 (/usr/bin/python3), 3.9.1 (/opt/python3.9)"),
        DoctorFinding(
            "runtime.php",
            .runtimes,
            .note,
            "PHP",
            "not installed",
            fix: "sudo apt-get install php-cli"
        ),
        DoctorFinding(
            "project.hello.runtime",
            .projects,
            .warning,
            "hello",
            "nodejs18: Node.js 18 is not installed: using 20.1.0 from '/usr/bin/node'; Node.js 18 reached its end of life"
                + " on 2025-04-30",
            fix: "set 'runtime' in its function.yaml to a version that is installed and maintained"
        ),
        DoctorFinding(
            "permissions.config",
            .permissions,
            .ok,
            "settings",
            "closed '/home/u/.config/hks-func' to other users",
            fixed: true
        ),
        DoctorFinding("data.database", .data, .error, "database", "the database is damaged", fix: "copy the file"),
    ]

    private static let missing = DoctorFinding(
        "runtime.none",
        .runtimes,
        .error,
        "any",
        "no language is installed",
        fix: "sudo apt-get install python3",
        missing: true
    )

    private func world(_ findings: [DoctorFinding], isTerminal: Bool = false) -> CommandWorld {
        var world = CommandWorld()
        world.examine = { _ in findings }
        if isTerminal {
            world.terminal = TerminalInfo(
                inputIsTerminal: true,
                outputIsTerminal: true,
                errorIsTerminal: true,
                width: 80
            )
        }
        return world
    }

    @Test(arguments: [[], ["-o", "json"], ["-o", "name"], ["-o", "yaml"], ["-o", "jsonl"]])
    func `piped output is as recorded`(flags: [String]) async throws {
        let run = await world(Self.findings).run(["doctor"] + flags)
        #expect(run.status == 1)
        try Golden.expect(run.output, "piped/" + (["doctor"] + flags).joined(separator: "-"))
    }

    @Test func `output on a terminal is as recorded`() async throws {
        let run = await world(Self.findings, isTerminal: true).run("doctor")
        #expect(run.status == 1)
        try Golden.expect(run.output, "terminal/doctor")
    }

    @Test func `colour only repeats what the words say`() async {
        let colored = await world(Self.findings, isTerminal: true).run("doctor", "--color", "always").output
        let plain = await world(Self.findings, isTerminal: true).run("doctor", "--color", "never").output
        #expect(colored.contains("\u{1B}[31merror\u{1B}[0m"))
        #expect(colored.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == plain)
    }

    @Test func `what is missing counts more than what is broken, and notes count nothing`() async {
        #expect(await world(Self.findings + [Self.missing]).run("doctor").status == 11)
        #expect(await world([Self.missing]).run("doctor", "-o", "json").status == 11)
        #expect(await world(Array(Self.findings.dropLast())).run("doctor").status == 0)
        let well = await world([Self.findings[0]], isTerminal: true).run("doctor", "--color", "never")
        #expect(well.status == 0)
        #expect(well.output.hasSuffix("\nall is well\n"))
    }

    @Test func `only --fix repairs`() async {
        let asked = MutexBox<[Bool]>([])
        var world = CommandWorld()
        world.examine = { isRepairing in
            asked.mutate { $0.append(isRepairing) }
            return []
        }
        _ = await world.run("doctor")
        _ = await world.run("doctor", "--fix")
        #expect(asked.current == [false, true])
    }
}
