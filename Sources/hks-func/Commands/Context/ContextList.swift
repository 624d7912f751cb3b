import ArgumentParser
import FuncKit

/// `hks-func context list`
struct ContextList: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List contexts.",
        discussion: """
            EXAMPLES
              hks-func context list
              hks-func context list -o name
            """,
        aliases: ["ls"]
    )

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let config = try context.config()
        let current = try context.settings(config).value("context")
        let rows = Contexts(config: config).all.map { ContextRow(entry: $0, isCurrent: $0.name == current) }
        try context.console.list(rows, whenEmpty: "no contexts", now: context.now())
    }
}
