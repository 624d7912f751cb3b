import ArgumentParser
import FuncKit
import FuncPlatform

/// `hks-func develop`
struct ProjectDevelop: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "develop",
        abstract: "Serve projects, and every change of them at once.",
        discussion: """
            Runs a platform for these projects in the foreground. A change of their files, their function.yaml or .env \
            files answers within moments; until then, and where the new code fails, the code before serves on. Functions \
            find each other in the variables HKS_URL_<NAME>. Without a folder: the project here, else all below.

            With --exec, runs a program once every function answers, and ends with its status.

            EXAMPLES
              hks-func develop
              hks-func develop orders payments --port 9000
              hks-func develop --exec -- npm test
              hks-func develop -o jsonl | jq 'select(.event == "request")'
            """,
        aliases: ["dev", "run"]
    )

    @Argument(
        help: ArgumentHelp("Folders of projects, or with projects below.", valueName: "folder"),
        completion: .directory
    )
    var folders: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Port; the next free one where it is taken. [env: HKS_FUNC_PORT]", valueName: "port")
    )
    var port: Int?

    @Flag(inversion: .prefixedNo, help: "Look for changes of files; without, 'r' rebuilds.")
    var watch = true

    @Flag(help: "Keep nothing: no builds, logs or data for the next time.")
    var ephemeral = false

    @Option(
        parsing: .remaining,
        help: ArgumentHelp(
            "Run this program once every function answers, then end with its status. All that follows is its own.",
            valueName: "program"
        )
    )
    var exec: [String] = []

    @OptionGroup(title: "Debugger") var debugger: DebugOptions
    @OptionGroup(title: "Project") var project: ProjectOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port must be between 0 and 65535") }
        if !folders.isEmpty, project.projectDir != nil {
            throw ValidationError("--project-dir and folders exclude each other")
        }
    }

    /// An option that takes all that is left cannot tell by itself that nothing is, nor a folder that it is a program.
    func check(_ arguments: [String]) throws {
        guard program.isEmpty else { return }
        let own = arguments.prefix { $0 != "--" }
        if own.contains("--exec") {
            throw FuncError(
                .invalidArgument,
                "--exec needs a program",
                hint: "write it after two dashes: 'hks-func develop --exec -- npm test'"
            )
        }
        if let word = arguments.dropFirst(own.count + 1).first {
            throw FuncError(
                .invalidArgument,
                "'\(word)' after '--' is no folder to develop",
                hint: "run it as a program with --exec: 'hks-func develop --exec -- npm test'"
            )
        }
    }

    func run(_ context: CommandContext) async throws {
        let named = folders.isEmpty ? [project.projectDir ?? "."] : folders
        let projects = try DevelopFolders(named.map(context.absolutePath))
        let program = try program.isEmpty ? nil : DevelopProgram(program, context)
        for note in projects.notes { context.console.note(note) }
        let settings = try DevelopSettings(
            projects,
            port: port,
            isEphemeral: ephemeral,
            watches: watch,
            debug: debugger.request(context, projects: projects.projects) { _ in },
            project,
            context
        )
        try await DevelopRun(context: context, session: DevelopSession(settings), program: program).run()
    }

    /// The program of `--exec` with its arguments.
    var program: [String] { exec.first == "--" ? Array(exec.dropFirst()) : exec }
}
