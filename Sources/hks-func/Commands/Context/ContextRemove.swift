import ArgumentParser
import Foundation
import FuncKit

/// `hks-func context remove`
struct ContextRemove: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a context and its login.",
        discussion: """
            The tokens on this machine are deleted. To end the session on the server as well, log out first.

            EXAMPLES
              hks-func context remove staging
              hks-func context remove staging --yes
            """,
        aliases: ["rm"]
    )

    @Argument(help: "Name of the context.", completion: LiveNames.contexts.completion)
    var name: String

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        var contexts = Contexts(config: try context.config())
        let entry = try contexts.named(name)
        try contexts.remove(name)
        try context.console.confirm("Remove context '\(name)' and its login?", isConfirmed: yes)
        try contexts.config.save()
        let (store, name) = (context.credentials, name)
        if FileManager.default.fileExists(atPath: store.path(for: name)) {
            try await store.exclusively { _ = try store.remove(name) }
        }
        try context.console.result(ContextChange(entry, change: "removed"))
    }
}
