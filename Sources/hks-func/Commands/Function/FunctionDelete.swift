import ArgumentParser
import FuncKit

/// `hks-func delete`
struct FunctionDelete: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete functions with their versions and logs.",
        discussion: """
            EXAMPLES
              hks-func delete hello
              hks-func delete hello --yes --ignore-not-found
            """,
        aliases: ["rm"]
    )

    @Argument(help: "Names of the functions.", completion: LiveNames.functions.completion)
    var names: [String]

    @Flag(name: [.short, .long, .customLong("force")], help: "Do not ask.")
    var yes = false

    @Flag(help: "A function that is not there is no failure.")
    var ignoreNotFound = false

    @Flag(help: "Show what would be deleted.")
    var dryRun = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        var found: [Function] = []
        for name in names {
            do {
                found.append(try await service.function(name))
            } catch let error as FuncError where error.code == .functionNotFound && ignoreNotFound {
                context.console.note("function '\(name)' is not there")
            }
        }
        if dryRun {
            context.console.announcePlace()
        } else if !found.isEmpty {
            let list = found.map { "'\($0.name)'" }.joined(separator: ", ")
            let noun = found.count == 1 ? "function" : "functions"
            try context.console.confirm("Delete \(noun) \(list) with all versions and logs?", isConfirmed: yes)
            for function in found { try await service.deleteFunction(function.id) }
        }
        try context.console.result(Deletion(kind: "function", deleted: found.map(\.name), dryRun: dryRun))
    }
}
