import ArgumentParser
import FuncKit

/// `hks-func versions list`
struct VersionsList: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a function's versions, newest first.",
        discussion: """
            EXAMPLES
              hks-func versions list hello
              hks-func versions list hello -o json | jq '.[] | select(.is_active)'
            """,
        aliases: ["ls"]
    )

    @OptionGroup var name: FunctionNameArgument

    @Option(help: ArgumentHelp("Show at most so many.", valueName: "count"))
    var limit: Int?

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let versions = try await service.versions(of: service.function(name).id)
        try context.console.list(
            versions.prefix(limit ?? .max).map(VersionDocument.init),
            whenEmpty: "'\(name)' has no versions",
            now: context.now()
        )
    }
}
