import ArgumentParser

/// `hks-func platform reset`
struct PlatformReset: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Delete all data of the local platform.",
        discussion: """
            Stops the platform and deletes its functions, versions, logs and sources. Projects are not touched.

            EXAMPLES
              hks-func platform reset
              hks-func platform reset --yes
            """
    )

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(help: "Show what would be deleted.")
    var dryRun = false

    @OptionGroup var folder: PlatformFolderFlag
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let path = try await context.platform.status(folder.options).dataFolder
        if !dryRun {
            try context.console.confirm("Delete all functions, versions and logs in '\(path)'?", isConfirmed: yes)
            _ = try await context.platform.reset(folder.options)
            try await context.forgetLocalLogin(dataFolder: path)
        }
        try context.console.result(Result(dataFolder: path, dryRun: dryRun))
    }

    struct Result: CommandResult {
        let dataFolder: String
        let dryRun: Bool

        var names: [String] { [dataFolder] }
        func text(_ style: TextStyle) -> String { "\(dryRun ? "would delete" : "deleted") '\(dataFolder)'\n" }

        private enum CodingKeys: String, CodingKey {
            case dataFolder = "data_dir"
            case dryRun = "dry_run"
        }
    }
}
