import ArgumentParser

/// `hks-func version`
struct VersionShow: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version of this program.",
        discussion: """
            EXAMPLES
              hks-func version
              hks-func version -o json | jq -r .version
            """
    )

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        try context.console.result(Result(version: Version.current, date: Version.date, platform: Version.platform))
    }

    struct Result: CommandResult {
        let version: String
        let date: String
        let platform: String

        var names: [String] { [version] }
        func text(_ style: TextStyle) -> String { "hks-func \(version) (\(date), \(platform))\n" }
    }
}
