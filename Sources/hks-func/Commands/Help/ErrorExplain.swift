import ArgumentParser
import FuncKit

/// `hks-func explain`
struct ErrorExplain: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain an error code, without network.",
        discussion: """
            EXAMPLES
              hks-func explain build_failed
              hks-func explain -o json | jq '.[].code'
            """
    )

    @Argument(help: "Code, as errors show it with -o json; all of them without one.")
    var code: String?

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let all = ErrorExplanation.all
        guard let code else {
            return try context.console.list(all, whenEmpty: "no codes", now: context.now())
        }
        guard let found = all.first(where: { $0.code.rawValue == code.lowercased() }) else {
            throw FuncError(
                .notFound,
                "unknown error code '\(code)'",
                hint: NearestMatch.of(code, in: all.map(\.code.rawValue)).map { "did you mean '\($0)'?" }
                    ?? "run 'hks-func explain' to see all codes"
            )
        }
        try context.console.result(found)
    }
}

extension ErrorExplanation: ListItem, CommandResult {
    static var headings: [String] { ["CODE", "STATUS", "MEANING"] }
    var cells: [Cell] { [.text(code.rawValue), .number(Int(ExitStatus(code).rawValue)), .text(meaning)] }
    var listName: String { code.rawValue }
    var names: [String] { [code.rawValue] }

    func text(_ style: TextStyle) -> String {
        let status = ExitStatus(code)
        return """
            \(style.bold(code.rawValue))
              Meaning:      \(meaning)
              What to do:   \(remedy)
              Exit status:  \(status.rawValue) (\(status.meaning))

            """
    }

    /// Adds the exit status to what FuncKit knows.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code, forKey: .code)
        try container.encode(meaning, forKey: .meaning)
        try container.encode(remedy, forKey: .remedy)
        try container.encode(ExitStatus(code).rawValue, forKey: .exitStatus)
    }

    private enum CodingKeys: String, CodingKey {
        case code, meaning, remedy
        case exitStatus = "exit_status"
    }
}
