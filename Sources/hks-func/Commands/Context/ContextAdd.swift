import ArgumentParser
import Foundation
import FuncKit

/// `hks-func context add`
struct ContextAdd: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a server.",
        discussion: """
            The token is read from standard input, never from a flag, and kept in a file that only you can read.

            EXAMPLES
              hks-func context add staging --endpoint https://functions.example.com --project shop
              pass show staging | hks-func context add staging --endpoint https://functions.example.com --token-stdin
            """
    )

    @Argument(help: "Name of the context.")
    var name: String

    @Option(help: ArgumentHelp("Address of the Function API.", valueName: "url"))
    var endpoint: String

    @Option(help: ArgumentHelp("Workspace on the server.", valueName: "id"))
    var workspace: String?

    @Option(
        name: [.customShort("n"), .long, .customLong("namespace")],
        help: ArgumentHelp("Project in the workspace.", valueName: "name")
    )
    var project: String?

    @Flag(help: "Read the bearer token from standard input.")
    var tokenStdin = false

    @Option(help: ArgumentHelp("Take the token from this variable at each run.", valueName: "name"))
    var tokenEnv: String?

    @Flag(help: "Change a context that is there already.")
    var force = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if tokenStdin, tokenEnv != nil { throw ValidationError("--token-stdin and --token-env exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        var contexts = Contexts(config: try context.config())
        var entry = ConnectionContext(
            name: name,
            endpoint: endpoint,
            workspace: workspace,
            project: project,
            token: tokenEnv.map(TokenReference.environment)
        )
        // Checked before the token is kept, so that a bad name leaves no file.
        try contexts.add(entry, replacing: force)
        if tokenStdin {
            guard let input = try context.readInput() else {
                throw FuncError(.invalidArgument, "--token-stdin needs the token on standard input")
            }
            let token = String(decoding: input, as: UTF8.self)
            entry.token = try Contexts.storeToken(token, for: name, in: context.directories)
            try contexts.add(entry, replacing: true)
        }
        try contexts.config.save()
        try context.console.result(ContextChange(name: name, change: "added"))
    }
}
