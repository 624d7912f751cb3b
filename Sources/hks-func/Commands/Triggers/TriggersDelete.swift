import ArgumentParser
import FuncKit

/// `hks-func triggers delete`
struct TriggersDelete: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete triggers of a function.",
        discussion: """
            EXAMPLES
              hks-func triggers delete api --name hello
              hks-func triggers delete api nightly --yes --ignore-not-found
            """,
        aliases: ["rm"]
    )

    @Argument(help: "Names or ids of the triggers.", completion: LiveNames.triggers.completion)
    var triggers: [String]

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(help: "A trigger that is not there is no failure.")
    var ignoreNotFound = false

    @Flag(help: "Show what would be deleted.")
    var dryRun = false

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        var found: [Trigger] = []
        for trigger in triggers {
            do {
                let match = try await service.trigger(trigger, of: function)
                if !found.contains(match) { found.append(match) }
            } catch let error as FuncError where error.code == .triggerNotFound && ignoreNotFound {
                context.console.note("trigger '\(trigger)' is not there")
            }
        }
        if dryRun { context.console.announcePlace() }
        if !dryRun, !found.isEmpty {
            let list = found.map { "'\($0.spec.name)'" }.joined(separator: ", ")
            try context.console.confirm("Delete \(list) of '\(function.name)'?", isConfirmed: yes)
            for trigger in found { try await service.deleteTrigger(trigger.id, of: function.id) }
        }
        if !dryRun, found.contains(where: { $0.origin == .manifest }) {
            context.console.note("the next deploy brings back what function.yaml declares")
        }
        try context.console.result(
            Deletion(kind: "trigger", function: function.name, deleted: found.map(\.spec.name), dryRun: dryRun)
        )
    }
}
