import ArgumentParser
import FuncKit

/// `hks-func triggers update`
struct TriggersUpdate: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a trigger of a function.",
        discussion: """
            Settings that are not named stay. A trigger of function.yaml can be changed too; the next deploy makes it what \
            the file says.

            EXAMPLES
              hks-func triggers update api --name hello --disabled
              hks-func triggers update api --path /v2 --unset-config methods
            """
    )

    @Argument(help: "Name or id of the trigger.", completion: LiveNames.triggers.completion)
    var trigger: String

    @OptionGroup(title: "Trigger") var options: TriggerOptions

    @Option(help: ArgumentHelp("Remove a setting; repeatable.", valueName: "key"))
    var unsetConfig: [String] = []

    @Flag(help: "Show the trigger as it would be, without changing it.")
    var dryRun = false

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if options.isEmpty, unsetConfig.isEmpty {
            throw ValidationError("nothing to change: give --config, --enabled or another flag")
        }
    }

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        var found = try await service.trigger(trigger, of: function)
        let before = try? found.spec.normalised()
        let spec = try options.applied(to: found.spec, without: unsetConfig).normalised()
        guard spec != before else {
            let same = TriggerChange(.update, found, isDryRun: dryRun, isChanged: false, now: context.now())
            return try context.console.result(same)
        }
        if dryRun {
            found.spec = spec
            return try context.console.result(TriggerChange(.update, found, isDryRun: true, now: context.now()))
        }
        let updated = try await service.updateTrigger(found.id, to: spec, of: function.id)
        try await context.console.warn(of: [spec], service)
        if found.origin == .manifest {
            context.console.note("the next deploy makes '\(found.spec.name)' what function.yaml says")
        }
        try context.console.result(TriggerChange(.update, updated, isDryRun: false, now: context.now()))
    }
}
