import ArgumentParser
import FuncKit

/// `hks-func rollback`
struct FunctionRollback: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Send traffic back to an earlier version.",
        discussion: """
            Nothing is built: the earlier version is started and gets all traffic at once. Without --version it is the \
            one that was active before.

            EXAMPLES
              hks-func rollback
              hks-func rollback --name hello --version v3 --message 'v4 leaks'
              hks-func rollback --dry-run -o json
            """
    )

    @OptionGroup var name: FunctionNameOption

    @Option(
        help: ArgumentHelp("Version to go back to: v3, 3 or a tag.", valueName: "version"),
        completion: LiveNames.versions.completion
    )
    var version: String?

    @Option(help: ArgumentHelp("Why; kept in the history.", valueName: "text"))
    var message: String?

    @Flag(help: "Show what would happen.")
    var dryRun = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        context.console.announcePlace()
        let function = try await service.function(name)
        let selector = version.map(VersionSelector.init)
        let outcome = try await context.console.progress("Rolling back '\(name)'") { _ in
            try await service.rollback(function: function.id, to: selector, message: message, dryRun: dryRun)
        }
        try context.console.result(Result(name: function.name, outcome: outcome, url: function.url, dryRun: dryRun))
    }

    struct Result: CommandResult {
        let name: String
        let outcome: RollbackResult
        let url: String?
        let dryRun: Bool

        var names: [String] { ["v\(outcome.to)"] }

        func text(_ style: TextStyle) -> String {
            let from = outcome.from.map { " (from v\($0))" } ?? ""
            guard outcome.changed else { return "'\(name)' is at v\(outcome.to) already\n" }
            return dryRun
                ? "'\(name)' would go back to v\(outcome.to)\(from)\n"
                : "\(style.good("✓")) '\(name)' is back at v\(outcome.to)\(from)\n"
        }

        func encode(to encoder: any Encoder) throws {
            try outcome.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encodeIfPresent(url, forKey: .url)
            try container.encode(dryRun, forKey: .dryRun)
        }

        private enum CodingKeys: String, CodingKey {
            case name, url
            case dryRun = "dry_run"
        }
    }
}
