import ArgumentParser
import FuncKit

/// `hks-func config unset`
struct ConfigUnset: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Remove a setting from your configuration.",
        discussion: """
            EXAMPLES
              hks-func config unset platform.port
              hks-func config unset project -o json
            """
    )

    @Argument(help: "Name of the setting.", completion: settingCompletion)
    var key: String

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        var config = try context.config()
        config.unset(try SettingKey.named(key).path)
        try config.save()
        try context.console.result(SettingRow(try context.settings(config).resolve(key)))
    }
}
