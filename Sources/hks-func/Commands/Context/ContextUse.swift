import ArgumentParser
import FuncKit

/// `hks-func context use`
struct ContextUse: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Make a context the one that commands use.",
        discussion: """
            EXAMPLES
              hks-func context use staging
              hks-func context use local
            """
    )

    @Argument(help: "Name of the context.", completion: LiveNames.contexts.completion)
    var name: String

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        var contexts = Contexts(config: try context.config())
        try contexts.use(name)
        try contexts.config.save()
        try context.console.result(ContextChange(try contexts.named(name), change: "used"))
    }
}
