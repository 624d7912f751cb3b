import Foundation

/// A value that a template asks for.
public struct TemplateVariable: Hashable, Sendable {
    /// What a value can be.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case string, int, bool
    }

    /// Name, as in `{{name}}` and `--set name=…`.
    public var name: String
    /// The question for people.
    public var description: String
    /// What a value can be.
    public var kind: Kind
    /// Value if none is given; nil if one must be given.
    public var defaultValue: String?
    /// Regular expression that the whole value must match.
    public var pattern: String?
    /// The only values allowed; empty for any.
    public var choices: [String]

    /// Describes a variable.
    public init(
        name: String,
        description: String = "",
        kind: Kind = .string,
        defaultValue: String? = nil,
        pattern: String? = nil,
        choices: [String] = []
    ) {
        self.name = name
        self.description = description
        self.kind = kind
        self.defaultValue = defaultValue
        self.pattern = pattern
        self.choices = choices
    }

    /// The value in the form in which templates get it.
    ///
    /// - Parameter text: What a person typed.
    /// - Returns: The value as it goes into files; `true` or `false` for a bool.
    /// - Throws: ``FuncError`` with code `invalid_argument` if the variable cannot have that value.
    public func accept(_ text: String) throws(FuncError) -> String {
        // Values end up in one line of YAML, JSON or source code.
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw refused(text, "holds a control character", nil)
        }
        let value = try canonical(text)
        guard choices.isEmpty || choices.contains(value) else {
            let near = NearestMatch.of(value, in: choices).map { "did you mean '\($0)'?" }
            throw refused(text, "is not one of \(choices.joined(separator: ", "))", near)
        }
        if let pattern {
            guard let expression = try? Regex(pattern) else {
                throw FuncError(
                    .templateInvalid,
                    "pattern '\(pattern)' of variable '\(name)' is not a regular expression"
                )
            }
            guard (try? expression.wholeMatch(in: value)) != nil else {
                throw refused(text, "does not match \(pattern)", nil)
            }
        }
        return value
    }

    private func canonical(_ text: String) throws(FuncError) -> String {
        switch kind {
        case .string:
            return text
        case .int:
            guard let number = Int(text) else { throw refused(text, "is not a whole number", nil) }
            return String(number)
        case .bool:
            switch text.lowercased() {
            case "true", "yes", "y", "on", "1": return "true"
            case "false", "no", "n", "off", "0": return "false"
            default: throw refused(text, "is neither true nor false", nil)
            }
        }
    }

    private func refused(_ text: String, _ why: String, _ hint: String?) -> FuncError {
        FuncError(.invalidArgument, "value '\(text)' of template variable '\(name)' \(why)", hint: hint)
    }
}
