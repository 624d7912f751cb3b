import ArgumentParser

/// `hks-func platform stop`
struct PlatformStop: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop the local platform.",
        discussion: """
            Requests that run are finished first. Functions are kept and served again after the next start.

            EXAMPLES
              hks-func platform stop
              hks-func platform stop -o json | jq .stopped
            """
    )

    @OptionGroup var folder: PlatformFolderFlag
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let stopped = try await context.console.progress("Stopping the local platform") { _ in
            try await context.platform.stop(folder.options)
        }
        try context.console.result(Result(stopped: stopped))
    }

    struct Result: CommandResult {
        let stopped: Bool

        var names: [String] { [] }

        func text(_ style: TextStyle) -> String {
            stopped ? "the local platform is stopped\n" : "the local platform did not run\n"
        }
    }
}
