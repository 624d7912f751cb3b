import ArgumentParser
import FuncKit

/// `hks-func triggers describe`
struct TriggersDescribe: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show one trigger.",
        discussion: """
            EXAMPLES
              hks-func triggers describe api
              hks-func triggers describe api --name hello -o json
            """,
        aliases: ["get"]
    )

    @Argument(help: "Name or id of the trigger.", completion: LiveNames.triggers.completion)
    var trigger: String

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        let found = try await service.trigger(trigger, of: function)
        try context.console.result(TriggerDocument(trigger: found, now: context.now()))
    }
}
