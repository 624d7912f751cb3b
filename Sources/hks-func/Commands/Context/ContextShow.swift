import ArgumentParser
import FuncKit

/// `hks-func context show`
struct ContextShow: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the context in use.",
        discussion: """
            EXAMPLES
              hks-func context show
              hks-func context show -c staging -o json
            """
    )

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let config = try context.config()
        let settings = context.settings(config, target.selection())
        let chosen = try Contexts(config: config).target(settings, environment: context.environment)
        var endpoint: String?
        if case .endpoint(let address) = chosen.server { endpoint = address }
        try context.console.result(
            ContextRow(
                name: chosen.context,
                endpoint: endpoint,
                workspace: chosen.workspace,
                project: chosen.project,
                isCurrent: true
            )
        )
    }
}
