import ArgumentParser
import FuncKit

/// `hks-func update`
struct FunctionUpdate: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change settings of a function without a build.",
        discussion: """
            Settings that instances see (variables, memory, time-outs) make a new version of the same code; scaling, labels \
            and description change in place. Keep function.yaml in step, or the next deploy sets them back.

            EXAMPLES
              hks-func update --env LOG_LEVEL=debug --unset-env OLD
              hks-func update --name hello --memory 512Mi --min-scale 1
              hks-func update --scaling-profile high-performance --dry-run
            """
    )

    @OptionGroup var name: FunctionNameOption
    @OptionGroup(title: "Settings") var changes: SettingsOptions

    @Option(help: ArgumentHelp("Fail unless this version is the active one.", valueName: "version"))
    var ifVersion: String?

    @Flag(help: "Show the settings without changing them.")
    var dryRun = false

    @Option(help: ArgumentHelp("Longest wait for a new version, in seconds.", valueName: "seconds"))
    var wait: Int = 300

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if changes.isEmpty {
            throw ValidationError("nothing to change: give at least one setting, such as --env NAME=value")
        }
        if wait < 1 { throw ValidationError("--wait must be at least 1") }
        _ = try ifVersion.map(DeployOptions.number)
    }

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let function = try await service.function(name)
        let settings = try changes.applied(to: function.settings)
        if dryRun {
            return try context.console.result(Plan(name: name, settings: settings, before: function.settings))
        }
        let ifVersion = try ifVersion.map(DeployOptions.number)
        let outcome = try await context.console.progress("Updating '\(name)'") { progress in
            let result = try await service.update(function: function.id, settings: settings, ifVersion: ifVersion)
            let narrator = DeployNarrator(console: context.console, progress: progress)
            let version = try await DeployWorkflow(service: service, report: narrator.tell)
                .wait(for: result.version, of: result.function, seconds: wait)
            return DeployOutcome(
                changed: result.changed,
                version: version,
                function: try await service.function(function.id),
                uploadMilliseconds: nil
            )
        }
        for warning in outcome.version.warnings { context.console.warning(warning.withoutControls) }
        try context.console.result(DeployReport(outcome: outcome, packMilliseconds: nil, notices: []))
    }

    struct Plan: CommandResult {
        let name: String
        let settings: FunctionSettings
        let before: FunctionSettings

        var names: [String] { [name] }

        func text(_ style: TextStyle) -> String {
            guard settings != before else { return "'\(name)' has these settings already\n" }
            return settings.needsNewVersion(from: before)
                ? "would make a new version of '\(name)' with other settings\n"
                : "would change '\(name)' in place\n"
        }

        func encode(to encoder: any Encoder) throws {
            try settings.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(true, forKey: .dryRun)
            try container.encode(name, forKey: .name)
            let change: FunctionChange =
                settings == before ? .none : settings.needsNewVersion(from: before) ? .version : .settings
            try container.encode(change, forKey: .change)
        }

        private enum CodingKeys: String, CodingKey {
            case name, change
            case dryRun = "dry_run"
        }
    }
}
