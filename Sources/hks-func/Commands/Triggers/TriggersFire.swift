import ArgumentParser
import Foundation
import FuncKit

/// `hks-func triggers fire`
struct TriggersFire: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "fire",
        abstract: "Fire a trigger now and show what comes of it.",
        discussion: """
            Calls the function as the trigger would: a schedule or timer with its event, a trigger of type event with an \
            event that passes its filter. Disabled triggers fire too; schedules go on as if nothing had happened.

            EXAMPLES
              hks-func triggers fire nightly
              hks-func triggers fire nightly --name report --fail -o json
              hks-func triggers fire orders -d '{"orderId":7}'
            """
    )

    @Argument(help: "Name or id of the trigger.", completion: LiveNames.triggers.completion)
    var trigger: String

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("event: data of the event, as JSON; '-' reads standard input.", valueName: "json")
    )
    var data: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("event: data of the event from a JSON file.", valueName: "path"),
        completion: .file()
    )
    var file: String?

    @Option(help: ArgumentHelp("Longest wait, in seconds.", valueName: "seconds"))
    var timeout: Int = 300

    @Flag(help: "End with status 13 where the function failed, with 7 where it ran out of time.")
    var fail = false

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if timeout < 1 { throw ValidationError("--timeout must be at least 1") }
        if data != nil, file != nil { throw ValidationError("--data and --file exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        let data = try BodySource(data: data, file: file).given(context)?.json()
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        let found = try await service.trigger(trigger, of: function)
        let firing = try await context.console.progress("Firing '\(found.spec.name)'") { _ in
            try await withDeadline(seconds: timeout, doing: "fire '\(found.spec.name)'") {
                try await service.fireTrigger(found.id, of: function.id, data: data)
            }
        }
        let outcome = FiringOutcome(firing: firing)
        try context.console.result(outcome)
        guard let failure = outcome.failure(of: function.name) else { return }
        guard fail else { return context.console.warning(failure.message) }
        throw failure
    }
}
