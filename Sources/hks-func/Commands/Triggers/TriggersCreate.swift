import ArgumentParser
import FuncKit

/// `hks-func triggers create`
struct TriggersCreate: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Add a trigger to a function.",
        discussion: """
            Deploys leave a trigger that was made here alone; those of function.yaml they make what the file says.

            EXAMPLES
              hks-func triggers create api --path /hello --methods GET,POST
              hks-func triggers create api --name hello --path /hello --auth token
              hks-func triggers create nightly --cron '0 3 * * *' --timezone Asia/Tokyo
              hks-func triggers create orders --event-type com.example.created
              hks-func triggers create jobs --type messagequeue --config topic=jobs
            """
    )

    @Argument(help: "Name of the trigger.")
    var trigger: String

    @OptionGroup(title: "Trigger") var options: TriggerOptions

    @Flag(help: "Show the trigger without adding it.")
    var dryRun = false

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if options.type == nil, options.impliedType == nil {
            throw ValidationError("give --type: \(TriggerSpec.types.joined(separator: ", "))")
        }
    }

    func run(_ context: CommandContext) async throws {
        let spec = try options.applied(to: TriggerSpec(name: trigger, type: "")).normalised()
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        if dryRun {
            let planned = Trigger(id: "", functionID: function.id, functionName: function.name, spec: spec)
            return try context.console.result(TriggerChange(.create, planned, isDryRun: true, now: context.now()))
        }
        let created = try await service.createTrigger(spec, of: function.id)
        try await context.console.warn(of: [spec], service)
        try context.console.result(TriggerChange(.create, created, isDryRun: false, now: context.now()))
    }
}
