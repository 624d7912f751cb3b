import ArgumentParser
import FuncKit

/// `hks-func invocations list`
struct InvocationsList: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List recorded calls of a function, newest first.",
        discussion: """
            EXAMPLES
              hks-func invocations list hello
              hks-func invocations list hello --status failed --limit 10
              hks-func invocations list hello -o json | jq '.[].invocation_id'
            """,
        aliases: ["ls"]
    )

    /// Most calls that a server gives at once.
    private static let most = 1000

    @OptionGroup var name: FunctionNameArgument

    @Option(help: ArgumentHelp("Show at most so many.", valueName: "count"))
    var limit: Int = 50

    @Option(
        help: ArgumentHelp("Only calls that are pending, running, completed, failed or timeout.", valueName: "status")
    )
    var status: InvocationStatus?

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if !(1...Self.most).contains(limit) { throw ValidationError("--limit must be from 1 to \(Self.most)") }
    }

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        // Not every server selects by status, so that is done here, among as many as there are.
        let found = try await service.invocations(of: name, limit: status == nil ? limit : Self.most)
        let shown = found.filter { status == nil || $0.status == status }.prefix(limit)
        try context.console.list(
            shown.map(InvocationDocument.init),
            whenEmpty: "no calls of '\(name)' are recorded",
            now: context.now()
        )
    }
}

extension InvocationStatus: ExpressibleByArgument {}
