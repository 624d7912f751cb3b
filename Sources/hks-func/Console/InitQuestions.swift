import FuncKit

/// What `init` asks a person, each thing once and only if no flag says it.
struct InitQuestions: Sendable {
    let context: CommandContext
    let useDefaults: Bool

    private var console: Console { context.console }

    /// The function's name.
    func name(_ given: String?) throws -> String {
        let name =
            try given
            ?? (useDefaults
                ? "my-function"
                : console.ask("Name of the function", default: "my-function", flag: "a name: hks-func init NAME"))
        guard FunctionName.isValid(name) else {
            throw FuncError(
                .invalidArgument,
                "'\(name)' is not a name for a function",
                hint: "1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends"
            )
        }
        return name
    }

    /// The language.
    func runtime(_ given: String?, from library: TemplateLibrary) throws -> String {
        if let given { return given }
        let known = try Set(library.list().map(\.language)).sorted()
        guard !useDefaults else { return known.contains("python") ? "python" : known.first ?? "python" }
        return try console.ask("Language (\(known.joined(separator: ", ")))", default: "python", flag: "--runtime")
    }

    /// The function type.
    func type(_ given: String?, for family: RuntimeFamily, from library: TemplateLibrary) throws -> FunctionType {
        let known = try library.list().filter { $0.language == family.rawValue }.map(\.type)
        let text: String
        if let given {
            text = given
        } else if known.count <= 1 || useDefaults {
            text = known.contains("http") ? "http" : known.first ?? "http"
        } else {
            text = try console.ask("Type (\(known.joined(separator: ", ")))", default: "http", flag: "--type")
        }
        guard let type = FunctionType(rawValue: text) else {
            let all = FunctionType.allCases.map(\.rawValue)
            throw FuncError(
                .invalidArgument,
                "'\(text)' is not a type of function",
                hint: NearestMatch.of(text, in: all).map { "did you mean '\($0)'?" }
                    ?? "use one of \(known.joined(separator: ", "))"
            )
        }
        return type
    }

    /// The values of a template's variables.
    func values(for template: ScaffoldTemplate, name: String, set: [String: String]) throws -> [String: String] {
        var values = set
        if template.variables.contains(where: { $0.name == "name" }), values["name"] == nil { values["name"] = name }
        let asksForAll = console.mayAsk && !useDefaults
        for variable in template.missingVariables(given: values, useDefaults: !asksForAll) {
            let question = variable.description.isEmpty ? variable.name : variable.description
            values[variable.name] = try console.ask(
                question,
                default: variable.defaultValue,
                flag: "--set \(variable.name)=VALUE"
            )
        }
        return values
    }
}
