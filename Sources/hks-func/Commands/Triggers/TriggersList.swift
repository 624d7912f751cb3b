import ArgumentParser
import FuncKit

/// `hks-func triggers list`
struct TriggersList: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a function's triggers.",
        discussion: """
            Shows the address of http triggers and when schedules are due next.

            EXAMPLES
              hks-func triggers list hello
              hks-func triggers list hello -o json | jq -r '.[].url'
            """,
        aliases: ["ls"]
    )

    @OptionGroup var name: FunctionNameArgument
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let triggers = try await service.triggers(of: service.function(name).id)
        try context.console.list(
            triggers.map { TriggerDocument(trigger: $0, now: context.now()) },
            whenEmpty: "'\(name)' has no triggers",
            now: context.now()
        )
    }
}
