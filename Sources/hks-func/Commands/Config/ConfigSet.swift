import ArgumentParser
import FuncKit

/// `hks-func config set`
struct ConfigSet: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a setting in your configuration.",
        discussion: """
            EXAMPLES
              hks-func config set platform.port 9000
              hks-func config set project shop
            """
    )

    @Argument(help: "Name of the setting.", completion: settingCompletion)
    var key: String

    @Argument(help: "Its value.")
    var value: String

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        var config = try context.config()
        let setting = try SettingKey.named(key)
        guard setting.isStored else {
            throw FuncError(.configInvalid, "'\(key)' belongs to a context", hint: "use 'hks-func context add'")
        }
        if key == "context" { _ = try Contexts(config: config).named(value) }
        config.set(try setting.checked(value, from: "the command line"), at: setting.path)
        try config.save()
        try context.console.result(SettingRow(try context.settings(config).resolve(key)))
    }
}
