import ArgumentParser
import FuncKit

/// `hks-func describe`
struct FunctionDescribe: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show a function, its versions, traffic and triggers.",
        discussion: """
            EXAMPLES
              hks-func describe hello
              hks-func describe hello -o json | jq -r .url
            """,
        aliases: ["get"]
    )

    @OptionGroup var name: FunctionNameArgument
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let function = try await service.function(name)
        let description = FunctionDescription(
            function: function,
            versions: try await service.versions(of: function.id),
            traffic: try await service.traffic(of: function.id),
            triggers: try await service.triggers(of: function.id).map {
                TriggerDocument(trigger: $0, now: context.now())
            }
        )
        try context.console.result(description)
    }
}
