import Foundation

/// A `.env` file, read but not expanded.
///
/// The grammar is the one shells and the usual dotenv libraries share: `NAME=value` lines, an `export` prefix, `#`
/// comments, single quotes (literal), double quotes (escapes, may span lines), `${NAME}` and `${NAME:-default}`
/// outside single quotes.
public struct DotEnv: Hashable, Sendable {
    /// One assignment.
    public struct Entry: Hashable, Sendable {
        /// Name of the variable.
        public var name: String
        /// Its value with the references still in it.
        public var value: EnvironmentTemplate
        /// Where the assignment starts.
        public var location: SourceLocation
    }

    /// Path of the file, as it stands in messages.
    public let file: String
    /// Assignments from top to bottom; a name may come more than once.
    public let entries: [Entry]

    /// Reads the text of a `.env` file.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - file: Its path, for messages.
    /// - Throws: ``FuncError`` with code `environment_invalid`, one failure for each faulty line.
    public init(parsing text: String, file: String) throws {
        self.file = file
        var parser = DotEnvParser(text, file: file)
        entries = try parser.parse()
    }
}

/// Reads the assignments of a `.env` file and collects every fault of it.
private struct DotEnvParser {
    private let file: String
    private var cursor: TextCursor
    private var entries: [DotEnv.Entry] = []
    private var faults: [FuncError] = []

    init(_ text: String, file: String) {
        self.file = file
        cursor = TextCursor(text, file: file)
    }

    mutating func parse() throws -> [DotEnv.Entry] {
        while cursor.peek() != nil {
            do {
                try line()
            } catch {
                faults.append(error)
                cursor.skip { $0 != "\n" }
            }
        }
        try FuncError.throwAll(faults, .environmentInvalid, "'\(file)' has \(faults.count) errors")
        return entries
    }

    private mutating func line() throws(FuncError) {
        cursor.skip { $0.isWhitespace }
        guard let first = cursor.peek() else { return }
        if first == "#" { return cursor.skip { $0 != "\n" } }
        let location = cursor.location
        let name = try name()
        cursor.skip(while: isBlank)
        guard cursor.take("=") else {
            throw cursor.fault("expected '=' after '\(name)'", hint: "write NAME=value, one to a line")
        }
        cursor.skip(while: isBlank)
        entries.append(DotEnv.Entry(name: name, value: try value(), location: location))
    }

    private mutating func name() throws(FuncError) -> String {
        var location = cursor.location
        var word = cursor.takeAll(while: isNameCharacter)
        if word == "export", let next = cursor.peek(), isBlank(next) {
            cursor.skip(while: isBlank)
            location = cursor.location
            word = cursor.takeAll(while: isNameCharacter)
        }
        guard !word.isEmpty else {
            throw cursor.fault("expected the name of a variable", at: location, hint: "write NAME=value, one to a line")
        }
        guard let fault = EnvironmentName.fault(in: word) else { return word }
        throw cursor.fault(fault, at: location, hint: EnvironmentName.hint)
    }

    private mutating func value() throws(FuncError) -> EnvironmentTemplate {
        var template = EnvironmentTemplate()
        switch cursor.peek() {
        case "'":
            template.append(literal: try singleQuoted())
            try endOfLine()
        case "\"":
            template = try doubleQuoted()
            try endOfLine()
        default:
            template = try unquoted()
        }
        return template
    }

    private mutating func singleQuoted() throws(FuncError) -> String {
        let location = cursor.location
        cursor.advance()
        let text = cursor.takeAll { $0 != "'" && $0 != "\n" }
        guard cursor.take("'") else { throw cursor.fault("the single quote is not closed on its line", at: location) }
        return text
    }

    private mutating func doubleQuoted() throws(FuncError) -> EnvironmentTemplate {
        let location = cursor.location
        cursor.advance()
        var template = EnvironmentTemplate()
        while let character = cursor.peek() {
            switch character {
            case "\"":
                cursor.advance()
                return template
            case "\\":
                cursor.advance()
                try template.append(literal: escaped(else: location))
            case "$" where cursor.peek(1) == "{":
                try template.append(EnvironmentTemplate.reference(&cursor))
            default:
                cursor.advance()
                template.append(literal: String(character))
            }
        }
        throw cursor.fault("the double quote is not closed", at: location)
    }

    private mutating func escaped(else quote: SourceLocation) throws(FuncError) -> String {
        guard let character = cursor.next() else { throw cursor.fault("the double quote is not closed", at: quote) }
        switch character {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "\\", "\"", "$", "'": return String(character)
        // A backslash at the end of a line joins it with the next, as in a shell.
        case "\n": return ""
        default: return "\\" + String(character)
        }
    }

    private mutating func unquoted() throws(FuncError) -> EnvironmentTemplate {
        var template = EnvironmentTemplate()
        var blanks = ""
        while let character = cursor.peek(), character != "\n" {
            if isBlank(character) {
                blanks.append(character)
                cursor.advance()
                continue
            }
            // '#' starts a comment only after a blank, so that colours and fragments need no quotes.
            if character == "#", !blanks.isEmpty || template.isEmpty { break }
            template.append(literal: blanks)
            blanks = ""
            if character == "$", cursor.peek(1) == "{" {
                try template.append(EnvironmentTemplate.reference(&cursor))
            } else if character == "\\", let next = cursor.peek(1), "\\$#\"' ".contains(next) {
                cursor.advance(2)
                template.append(literal: String(next))
            } else {
                cursor.advance()
                template.append(literal: String(character))
            }
        }
        cursor.skip { $0 != "\n" }
        return template
    }

    private mutating func endOfLine() throws(FuncError) {
        cursor.skip(while: isBlank)
        if cursor.peek() == "#" { return cursor.skip { $0 != "\n" } }
        guard let character = cursor.peek(), character != "\n" else { return }
        throw cursor.fault(
            "unexpected '\(character)' after the closing quote",
            hint: "put the whole value between the quotes"
        )
    }
}

private func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t"
}

private func isNameCharacter(_ character: Character) -> Bool {
    !character.isWhitespace && character != "=" && character != "#"
}
