import ArgumentParser
import FuncKit

/// `hks-func traffic set`
struct TrafficSet: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Split traffic between versions.",
        discussion: """
            Shares add up to 100 and take effect together. Tags given here replace those of the versions named; other \
            tags stay.

            EXAMPLES
              hks-func traffic set hello v1=90 v2=10
              hks-func traffic set hello v1=100 --tag v2=next
              hks-func traffic set hello --latest
            """
    )

    @Argument(help: "Function, then shares of the form v1=90; without a name, that of the project.")
    var arguments: [String] = []

    @Option(help: ArgumentHelp("Reach a version at TAG-NAME.PROJECT too; repeatable.", valueName: "version=tag"))
    var tag: [KeyValue] = []

    @Flag(help: "All traffic to the newest version that is ready.")
    var latest = false

    @Flag(help: "Show the split without setting it.")
    var dryRun = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        let shares = arguments.filter { $0.contains("=") }
        if latest, !shares.isEmpty { throw ValidationError("--latest and shares exclude each other") }
        if !latest, shares.isEmpty, tag.isEmpty {
            throw ValidationError("give shares such as v1=90 v2=10, --tag, or --latest")
        }
        for share in shares where KeyValue(argument: share).flatMap({ Int($0.value) }) == nil {
            throw ValidationError("a share has the form v1=90, not '\(share)'")
        }
        if arguments.filter({ !$0.contains("=") }).count > 1 {
            throw ValidationError("one function at a time; shares have the form v1=90")
        }
    }

    func run(_ context: CommandContext) async throws {
        let name = try arguments.first { !$0.contains("=") } ?? context.projectFunctionName()
        let service = try await context.service(target.selection())
        context.console.announcePlace()
        let function = try await service.function(name)
        let versions = try await service.versions(of: function.id)
        let current = try await service.traffic(of: function.id)
        let traffic = try TrafficPlan(current: current, versions: versions, function: name)
            .traffic(shares: shares, tags: tag.map { ($0.key, $0.value) }, latest: latest)
        let result = dryRun ? traffic : try await service.setTraffic(traffic, of: function.id)
        if dryRun { context.console.note("not set (--dry-run)") }
        try context.console.list(result.routes, whenEmpty: "no version gets traffic", now: context.now())
    }

    private var shares: [(String, Int)] {
        arguments.compactMap(KeyValue.init(argument:)).compactMap { pair in Int(pair.value).map { (pair.key, $0) } }
    }
}
