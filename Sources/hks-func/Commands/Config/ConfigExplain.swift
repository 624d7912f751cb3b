import ArgumentParser
import FuncKit

/// `hks-func config explain`
struct ConfigExplain: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show every source of a setting or variable.",
        discussion: """
            For a setting: each source that has a value, strongest first. With --function: each variable that the \
            function in the current folder gets, where its value comes from, and what it overrides.

            EXAMPLES
              hks-func config explain platform.port
              hks-func config explain --function -o json
            """
    )

    @Argument(help: "Name of the setting; all of them without one.", completion: settingCompletion)
    var key: String?

    @Flag(help: "Explain the variables of the function in the current folder.")
    var function = false

    @OptionGroup(title: "Project") var project: ProjectOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if function, key != nil { throw ValidationError("a key and --function exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        if function {
            let variables = try project.load(context).environment.variables.map(VariableRow.init)
            return try context.console.list(variables, whenEmpty: "the function gets no variables", now: context.now())
        }
        let settings = context.settings(try context.config())
        let keys = key.map { [$0] } ?? SettingKey.all.map(\.name)
        let rows = try keys.flatMap { name in
            try settings.resolve(name).candidates.map { SourceRow(key: name, candidate: $0) }
        }
        try context.console.list(rows, whenEmpty: "'\(key ?? "")' is not set anywhere", now: context.now())
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

    /// One variable of a function.
    struct VariableRow: ListItem {
        let name: String
        let value: String
        let source: String
        let overrides: [String]

        init(_ variable: ResolvedVariable) {
            name = variable.name
            value = variable.value
            source = variable.source.description
            overrides = variable.overridden.map(\.description)
        }

        static var headings: [String] { ["NAME", "VALUE", "SOURCE", "OVERRIDES"] }
        var cells: [Cell] { [.text(name), .text(value), .text(source), .text(overrides.joined(separator: ", "))] }
        var listName: String { name }
    }
}
