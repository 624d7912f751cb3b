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
        let contexts = Contexts(config: config)
        let chosen = try contexts.target(settings, environment: context.environment)
        var entry = try contexts.named(chosen.context)
        if case .endpoint(let address) = chosen.server { entry.endpoint = address }
        // Names belong to the ids that they were looked up for.
        if entry.workspace != chosen.workspace { entry.workspaceName = nil }
        if entry.project != chosen.project { entry.projectName = nil }
        entry.workspace = chosen.workspace
        entry.project = chosen.project
        entry.sourceEncoding = chosen.sourceEncoding
        let current = try context.settings(config).value("context")
        try context.console.result(
            ContextDetails(
                entry: entry,
                login: try context.loginState(of: chosen),
                isCurrent: chosen.context == current
            )
        )
    }
}
