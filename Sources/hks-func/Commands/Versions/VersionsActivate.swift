import ArgumentParser
import FuncKit

/// `hks-func versions activate`
struct VersionsActivate: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Send all traffic to one version.",
        discussion: """
            EXAMPLES
              hks-func versions activate v3
              hks-func versions activate next --name hello
            """
    )

    @Argument(help: "Version: v3, 3 or a tag.", completion: LiveNames.versions.completion)
    var version: String

    @Flag(help: "Show what would happen.")
    var dryRun = false

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        context.console.announcePlace()
        let function = try await service.function(name.resolve(context))
        let version = try await service.version(VersionSelector(version), of: function.id)
        let isNeeded = !(version.isActive && version.trafficPercent ?? 100 == 100)
        if !dryRun, isNeeded {
            try await context.console.progress("Activating v\(version.number)") { _ in
                try await service.activate(.number(version.number), of: function.id)
            }
        }
        try context.console.result(
            Result(name: function.name, version: version.number, id: version.id, changed: isNeeded, dryRun: dryRun)
        )
    }

    struct Result: CommandResult {
        let name: String
        let version: Int
        let id: String
        let changed: Bool
        let dryRun: Bool

        var names: [String] { ["v\(version)"] }

        func text(_ style: TextStyle) -> String {
            guard changed else { return "v\(version) of '\(name)' has all traffic already\n" }
            return dryRun
                ? "would send all traffic of '\(name)' to v\(version)\n"
                : "\(style.good("✓")) v\(version) of '\(name)' has all traffic\n"
        }

        private enum CodingKeys: String, CodingKey {
            case name, version, id, changed
            case dryRun = "dry_run"
        }
    }
}
