import ArgumentParser
import FuncKit

/// `hks-func versions describe`
struct VersionsDescribe: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show one version.",
        discussion: """
            EXAMPLES
              hks-func versions describe v3
              hks-func versions describe v3 --name hello -o json
            """,
        aliases: ["get"]
    )

    @Argument(help: "Version: v3, 3 or a tag.", completion: LiveNames.versions.completion)
    var version: String

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        let version = try await service.version(VersionSelector(version), of: function.id)
        try context.console.result(VersionDocument(version: version))
    }
}
