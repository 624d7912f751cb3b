import ArgumentParser
import FuncKit

/// `hks-func events`
struct FunctionEvents: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Show what was done to a function.",
        discussion: """
            The audit trail, newest first: deploys, changes of settings and traffic, failures, and calls through the \
            API. The trail of a deleted function is found by its id.

            EXAMPLES
              hks-func events hello
              hks-func events hello --since 1d --limit 20
              hks-func events hello -o json | jq '.[] | select(.type == "deployed")'
            """
    )

    /// Most entries that a server gives at once.
    private static let most = 1000

    @OptionGroup var name: FunctionNameArgument

    @Option(help: ArgumentHelp("Show at most so many.", valueName: "count"))
    var limit: Int = 100

    @Option(help: ArgumentHelp("From this time on: 10m, 2h, or an RFC 3339 time.", valueName: "time"))
    var since: TimePoint?

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if !(1...Self.most).contains(limit) { throw ValidationError("--limit must be from 1 to \(Self.most)") }
    }

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let since = since?.date(now: context.now())
        let events = try await service.events(of: name, limit: limit).filter { event in
            guard let since, let time = event.createdAt else { return since == nil }
            return time >= since
        }
        try context.console.list(
            events.map(EventDocument.init),
            whenEmpty: "nothing is recorded about '\(name)'\(since == nil ? "" : " since then")",
            now: context.now()
        )
    }
}
