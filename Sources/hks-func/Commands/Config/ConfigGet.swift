import ArgumentParser
import FuncKit

/// Completes names of settings.
let settingCompletion = CompletionKind.list(SettingKey.all.map(\.name))

/// `hks-func config get`
struct ConfigGet: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print the value of a setting.",
        discussion: """
            EXAMPLES
              hks-func config get platform.port
              hks-func config get context -o json
            """
    )

    @Argument(help: "Name of the setting.", completion: settingCompletion)
    var key: String

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let setting = try context.settings(try context.config()).resolve(key)
        guard setting.value != nil else {
            throw FuncError(.notFound, "'\(key)' is not set", hint: "run 'hks-func config set \(key) VALUE'")
        }
        try context.console.result(SettingRow(setting))
    }
}
