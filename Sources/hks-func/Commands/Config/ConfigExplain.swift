import ArgumentParser
import FuncKit

/// `hks-func config explain`
struct ConfigExplain: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show every source of a setting or variable.",
        discussion: """
            For a setting: each source that has a value, strongest first. With --function: each variable that the \
            function in the current folder gets, where its value comes from, and what it overrides; its secrets, by name; \
            and the files that were looked for. The name of the function may follow, to make sure that it is that one.

            EXAMPLES
              hks-func config explain platform.port
              hks-func config explain --function
              hks-func config explain --function hello --profile production -o json
            """
    )

    @Argument(
        help: "Name of the setting; all of them without one. With --function: name of the function.",
        completion: settingCompletion
    )
    var key: String?

    @Flag(help: "Explain the variables of the function in the current folder.")
    var function = false

    @Flag(help: "With --function: show values that look like passwords and keys, too; never those of secrets.")
    var showValues = false

    @OptionGroup(title: "Project") var project: ProjectOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if showValues, !function { throw ValidationError("--show-values goes with --function") }
    }

    func run(_ context: CommandContext) async throws {
        if function { return try context.console.result(explain(try project.load(context), context)) }
        let settings = context.settings(try context.config())
        let keys = key.map { [$0] } ?? SettingKey.all.map(\.name)
        let rows = try keys.flatMap { name in
            try settings.resolve(name).candidates.map { SourceRow(key: name, candidate: $0) }
        }
        try context.console.list(rows, whenEmpty: "'\(key ?? "")' is not set anywhere", now: context.now())
    }

    private func explain(_ project: LoadedProject, _ context: CommandContext) throws -> EnvironmentReport {
        if let key, key != project.name {
            throw FuncError(
                .functionNotFound,
                "the function in '\(project.root.folder)' is '\(project.name)', not '\(key)'",
                hint: "change to the folder of '\(key)', or name it with --project-dir"
            )
        }
        return EnvironmentReport(
            project,
            profile: self.project.profileName(context),
            shell: context.environment,
            showsValues: showValues
        )
    }

    /// One source of a setting.
    struct SourceRow: ListItem {
        let key: String
        let value: String
        let source: String
        let wins: Bool

        init(key: String, candidate: SettingCandidate) {
            self.key = key
            value = candidate.value
            source = candidate.source.description
            wins = candidate.wins
        }

        static var headings: [String] { ["KEY", "VALUE", "SOURCE", "WINS"] }
        var cells: [Cell] { [.text(key), .text(value), .text(source), .text(wins ? "yes" : "no")] }
        var listName: String { key }
    }
}
