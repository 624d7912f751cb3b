import ArgumentParser
import FuncKit

/// `hks-func traffic show`
struct TrafficShow: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how traffic is split.",
        discussion: """
            EXAMPLES
              hks-func traffic show hello
              hks-func traffic show hello -o json
            """
    )

    @OptionGroup var name: FunctionNameArgument
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let traffic = try await service.traffic(of: service.function(name).id)
        try context.console.list(traffic.routes, whenEmpty: "no version of '\(name)' gets traffic", now: context.now())
    }
}
