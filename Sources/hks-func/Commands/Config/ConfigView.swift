import ArgumentParser
import FuncKit

/// `hks-func config view`
struct ConfigView: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show all settings with their sources.",
        discussion: """
            EXAMPLES
              hks-func config view
              hks-func config view -o json | jq '.[] | select(.source != "default")'
            """
    )

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let settings = context.settings(try context.config())
        let rows = try SettingKey.all.map { SettingRow(try settings.resolve($0.name)) }
        try context.console.list(rows, whenEmpty: "no settings", now: context.now())
    }
}
