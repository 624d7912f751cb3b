/// Splits a command line into program and arguments without running a shell.
///
/// Quotes and backslashes work as in a POSIX shell. What only a shell could do (pipes, `&&`, redirection, `$NAME`) is
/// refused instead of being passed on as text that would then do something else than it says.
public enum CommandWords {
    /// Why a command line cannot be split.
    public enum Fault: Error, Hashable, Sendable {
        /// A quote that is never closed.
        case unclosedQuote(Character)
        /// A backslash with nothing behind it.
        case trailingBackslash
        /// Something that needs a shell.
        case needsShell(String)
    }

    /// The words of `line`; none where it is blank.
    ///
    /// - Throws: `Fault`.
    public static func split(_ line: String) throws(Fault) -> [String] {
        var splitter = Splitter(rest: line[...])
        return try splitter.run()
    }

    private struct Splitter {
        var rest: Substring
        var words: [String] = []
        var word: String?

        mutating func run() throws(Fault) -> [String] {
            while let character = rest.popFirst() {
                switch character {
                case " ", "\t", "\n", "\r\n", "\r":
                    if let word { words.append(word) }
                    word = nil
                case "'": try takeSingleQuoted()
                case "\"": try takeDoubleQuoted()
                case "\\":
                    guard let next = rest.popFirst() else { throw .trailingBackslash }
                    if next != "\n", next != "\r\n" { append(next) }
                case "|", "&", ";", "<", ">", "(", ")", "`", "$":
                    throw .needsShell(operatorText(startingWith: character))
                default: append(character)
                }
            }
            if let word { words.append(word) }
            return words
        }

        private mutating func append(_ character: Character) {
            word = (word ?? "") + String(character)
        }

        private mutating func takeSingleQuoted() throws(Fault) {
            guard let end = rest.firstIndex(of: "'") else { throw .unclosedQuote("'") }
            word = (word ?? "") + rest[..<end]
            rest = rest[end...].dropFirst()
        }

        private mutating func takeDoubleQuoted() throws(Fault) {
            word = word ?? ""
            while let character = rest.popFirst() {
                switch character {
                case "\"": return
                case "$", "`": throw .needsShell(operatorText(startingWith: character))
                case "\\":
                    guard let next = rest.popFirst() else { throw .unclosedQuote("\"") }
                    // Within double quotes a backslash only takes the meaning from these (POSIX 2.2.3).
                    if !["\"", "\\", "$", "`"].contains(next) { append("\\") }
                    append(next)
                default: append(character)
                }
            }
            throw .unclosedQuote("\"")
        }

        /// The operator as the user would recognise it, such as `&&` or `$HOME`.
        private func operatorText(startingWith first: Character) -> String {
            switch first {
            case "$": "$" + rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "{" || $0 == "}" }
            case "&", "|", "<", ">": rest.first == first ? String([first, first]) : String(first)
            default: String(first)
            }
        }
    }
}
