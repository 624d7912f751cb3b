import ArgumentParser
import FuncKit

/// `hks-func context remove`
struct ContextRemove: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a context and its token.",
        discussion: """
            EXAMPLES
              hks-func context remove staging
              hks-func context remove staging --yes
            """,
        aliases: ["rm"]
    )

    @Argument(help: "Name of the context.", completion: .shellCommand("hks-func context list -o name 2>/dev/null"))
    var name: String

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        var contexts = Contexts(config: try context.config())
        try contexts.remove(name)
        try context.console.confirm("Remove context '\(name)' and its token?", isConfirmed: yes)
        try contexts.config.save()
        try Contexts.removeToken(for: name, in: context.directories)
        try context.console.result(ContextChange(name: name, change: "removed"))
    }
}
