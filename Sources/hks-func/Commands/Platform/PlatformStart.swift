import ArgumentParser

/// `hks-func platform start`
struct PlatformStart: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start the local platform in the background.",
        discussion: """
            A platform that runs already is left as it is. The first deploy starts one by itself.

            EXAMPLES
              hks-func platform start
              hks-func platform start --port 9000 -o json | jq -r .url
            """
    )

    @OptionGroup var flags: PlatformFlags
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let status = try await context.console.progress("Starting the local platform") { _ in
            try await context.platform.start(flags.options)
        }
        try context.console.result(status)
    }
}
