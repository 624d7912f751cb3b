import ArgumentParser
import FuncKit

/// `hks-func list`
struct FunctionList: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List deployed functions.",
        discussion: """
            EXAMPLES
              hks-func list
              hks-func list -A -o json | jq '.[].url'
              hks-func list --label team=backend
            """,
        aliases: ["ls"]
    )

    @Flag(
        name: [.customShort("A"), .customLong("all-projects"), .customLong("all-namespaces")],
        help: "Functions of all projects."
    )
    var allProjects = false

    @Option(help: ArgumentHelp("Show at most so many.", valueName: "count"))
    var limit: Int?

    @Option(help: ArgumentHelp("Only functions with this label; repeatable.", valueName: "key=value"))
    var label: [KeyValue] = []

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let functions = try await service.functions(allProjects: allProjects)
            .filter { function in label.allSatisfy { function.settings.labels[$0.key] == $0.value } }
            .sorted { ($0.projectID, $0.name) < ($1.projectID, $1.name) }
        try context.console.list(
            Array(functions.prefix(limit ?? .max)),
            whenEmpty: "no functions; run 'hks-func deploy' in a project to add one",
            now: context.now()
        )
    }
}
