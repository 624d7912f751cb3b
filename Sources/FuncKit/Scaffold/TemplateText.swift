import Foundation

/// Fills in the placeholders of one file or one name.
///
/// In contents, `{{name}}` is replaced, `{{name|json}}` by the value as a JSON string (which YAML reads too), and
/// `\{{` is a plain `{{`. In names, `__name__` is replaced.
struct TemplateText {
    /// Values by the name of their variable.
    let values: [String: String]

    /// Renders the text of a file.
    ///
    /// - Throws: ``FuncError`` with code `template_invalid` at the line and column of an unknown placeholder.
    func contents(_ text: String, file: String) throws(FuncError) -> String {
        guard text.utf8.firstRange(of: "{{".utf8) != nil else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            if rest[..<open.lowerBound].last == "\\" {
                result += rest[..<open.lowerBound].dropLast() + "{{"
                rest = rest[open.upperBound...]
                continue
            }
            result += rest[..<open.lowerBound]
            let line = rest[open.upperBound...].prefix { !$0.isNewline }
            guard let close = line.firstRange(of: "}}") else {
                throw fault("a placeholder is not closed", in: text, at: open.lowerBound, file: file)
            }
            let inside = line[..<close.lowerBound]
            guard let value = value(of: inside) else {
                let name = inside.trimmingCharacters(in: .whitespaces)
                throw fault(
                    "unknown placeholder '\(name)'",
                    in: text,
                    at: open.lowerBound,
                    file: file,
                    hint: NearestMatch.of(name, in: values.keys).map { "did you mean '\($0)'?" }
                        ?? "write \\{{ for a plain {{"
                )
            }
            result += value
            rest = rest[close.upperBound...]
        }
        return result + rest
    }

    /// Renders a path; names between double underscores that are not variables stay, as Python needs them.
    func path(_ path: String) -> String {
        path.replacing(#/__([A-Za-z](?:_?[A-Za-z0-9])*)__/#) { match in
            values[String(match.output.1)] ?? String(match.output.0)
        }
    }

    /// Whether `name` can be a variable.
    static func isName(_ name: String) -> Bool {
        name.wholeMatch(of: #/[A-Za-z](?:_?[A-Za-z0-9])*/#) != nil
    }

    private func value(of inside: Substring) -> String? {
        let words = inside.split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard let value = values[words[0]] else { return nil }
        if words.count == 1 { return value }
        return words.count == 2 && words[1] == "json" ? json(value) : nil
    }

    private func json(_ value: String) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func fault(
        _ message: String,
        in text: String,
        at index: String.Index,
        file: String,
        hint: String? = nil
    ) -> FuncError {
        let before = text[..<index]
        let line = 1 + before.count(where: \.isNewline)
        let column = 1 + (before.lastIndex(where: \.isNewline).map { text[$0..<index].dropFirst() } ?? before).count
        return FuncError(
            .templateInvalid,
            message,
            hint: hint,
            location: SourceLocation(file: file, line: line, column: column)
        )
    }
}
