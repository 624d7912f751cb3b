import ArgumentParser

/// `hks-func platform serve`
struct PlatformServe: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the local platform in the foreground.",
        discussion: """
            Ends on Ctrl-C or SIGTERM, after the requests that run.

            EXAMPLES
              hks-func platform serve
              hks-func platform serve --port 0 --data-dir /tmp/platform -o json
            """
    )

    @OptionGroup var flags: PlatformFlags
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let console = context.console
        try await context.platform.serve(flags.options) { status in
            // The reader of stdout may be gone by now; that is no reason not to serve.
            try? console.result(status)
        }
    }
}
