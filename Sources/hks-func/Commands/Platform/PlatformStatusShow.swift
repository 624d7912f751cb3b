import ArgumentParser

/// `hks-func platform status`
struct PlatformStatusShow: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the local platform runs.",
        discussion: """
            EXAMPLES
              hks-func platform status
              hks-func platform status -o json | jq -r .state
            """
    )

    @OptionGroup var folder: PlatformFolderFlag
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        try context.console.result(await context.platform.status(folder.options))
    }
}
