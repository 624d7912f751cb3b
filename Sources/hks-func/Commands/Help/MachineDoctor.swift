import ArgumentParser
import FuncKit

/// `hks-func doctor`
struct MachineDoctor: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine, the project here and the platform.",
        discussion: """
            Looks at languages, tools, libraries, port, permissions, sandbox abilities, platform data and servers. Each \
            line that is not ok says what helps. Nothing is installed, deleted or started; --fix closes folders to other \
            users, makes missing ones, and removes files of a platform that is gone.

            Ends with 11 where a tool is missing that is needed: for the project here, or else any language at all; with 1 \
            where something else does not work.

            EXAMPLES
              hks-func doctor
              hks-func doctor --fix
              hks-func doctor -o json | jq -r '.[] | select(.status == "error") | .fix'
            """
    )

    @Flag(help: "Put in order what can safely be.")
    var fix = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let console = context.console
        let findings = try await console.progress("Looking around") { _ in try await context.examine(fix) }
        if console.format == .human, console.terminal.outputIsTerminal, !console.isQuiet {
            try console.write(DoctorView(findings: findings).text(console.outputStyle, width: console.terminal.width))
        } else {
            let isAsked = console.isQuiet || console.format == .name
            // Names are for scripts that act on what is not in order.
            let shown = isAsked ? findings.filter { $0.status == .warning || $0.status == .error } : findings
            try console.list(shown, whenEmpty: "nothing was found", now: context.now())
        }
        if findings.lackTools { throw CommandExit(status: ExitStatus.toolMissing.rawValue) }
        if findings.haveFaults { throw CommandExit(status: ExitStatus.failed.rawValue) }
    }
}
