import Foundation

/// Walks through a text and knows the line and column it stands at.
struct TextCursor {
    private let characters: [Character]
    private let file: String
    private var index = 0
    private var line = 1
    private var column = 1

    /// Starts at the beginning of `text`; a byte order mark is skipped, and line ends are made `\n`.
    init(_ text: String, file: String, at start: SourceLocation? = nil) {
        let body = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
        characters = body.map { $0 == "\r\n" ? "\n" : $0 }
        self.file = file
        line = start?.line ?? 1
        column = start?.column ?? 1
    }

    /// Where the next character stands.
    var location: SourceLocation { SourceLocation(file: file, line: line, column: column) }

    /// The character `offset` places ahead, or nil behind the end.
    func peek(_ offset: Int = 0) -> Character? {
        index + offset < characters.count ? characters[index + offset] : nil
    }

    /// Goes `count` characters on.
    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count { _ = next() }
    }

    /// The next character, which is used up.
    mutating func next() -> Character? {
        guard let character = peek() else { return nil }
        index += 1
        if character == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        return character
    }

    /// Uses up `character` if it comes next.
    mutating func take(_ character: Character) -> Bool {
        guard peek() == character else { return false }
        advance()
        return true
    }

    /// Uses up and gives all characters for which `condition` holds.
    mutating func takeAll(while condition: (Character) -> Bool) -> String {
        var text = ""
        while let character = peek(), condition(character) {
            text.append(character)
            advance()
        }
        return text
    }

    /// Uses up all characters for which `condition` holds.
    mutating func skip(while condition: (Character) -> Bool) {
        _ = takeAll(while: condition)
    }

    /// An `environment_invalid` error at `location`, or where the cursor stands.
    func fault(_ message: String, at location: SourceLocation? = nil, hint: String? = nil) -> FuncError {
        FuncError(.environmentInvalid, message, hint: hint, location: location ?? self.location)
    }
}
