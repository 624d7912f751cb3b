import Yams

/// Says in plain words, and where, why a text is not YAML.
struct YAMLSyntaxFault {
    /// The text that was parsed.
    let source: SourceText
    /// Stands for `*` in what Yams read.
    let placeholder: Unicode.Scalar?

    /// The located error for what Yams reports.
    func describe(_ error: YamlError) -> FuncError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return syntaxFault(context?.text, problem, SourceMark(mark))
        case .duplicatedKeysInMapping(let keys, let context):
            return duplicateKey(keys.first ?? "", first: SourceMark(context.mark))
        case .reader(let problem, _, _, _):
            return fault("the text is not valid YAML: \(problem)", at: SourceMark(line: 1, column: 1))
        default:
            var described = fault("the text is not valid YAML", at: SourceMark(line: 1, column: 1))
            described.cause = String(describing: error)
            return described
        }
    }

    private func syntaxFault(_ context: String?, _ problem: String, _ mark: SourceMark) -> FuncError {
        let offset = source.offset(of: mark)
        let next: Unicode.Scalar? = offset < source.scalars.count ? source.scalars[offset] : nil
        if next == "\t", problem.contains("tab") || problem.contains("cannot start any token") {
            return fault("a tab cannot indent YAML", at: mark, hint: "indent with spaces")
        }
        if problem == "mapping values are not allowed in this context" {
            return fault(
                "a key and its ':' are not possible here",
                at: mark,
                hint: "check the indentation, or put a text that contains ': ' in quotes"
            )
        }
        if problem.contains("cannot start any token"), let next {
            return fault(
                "a value cannot start with '\(next)'",
                at: mark,
                hint: "put the text in quotes"
            )
        }
        if problem == "but found another document" {
            return fault("a manifest is one YAML document, and here a second one starts", at: mark)
        }
        let text = [context, problem].compactMap { $0 }.joined(separator: " ")
        return fault("the text is not valid YAML: \(text)", at: mark)
    }

    /// Yams names the first of the keys only; the second is looked for in the lines below.
    private func duplicateKey(_ key: String, first: SourceMark) -> FuncError {
        let name = original(key)
        var mark = first
        let starts = [name, "\"\(name)\"", "'\(name)'"].map { Array($0.unicodeScalars) }
        search: for line in source.lineStarts.indices.dropFirst(first.line) {
            let start = source.lineStarts[line]
            let content = source.scalars[start..<source.contentEnd(ofLine: line + 1)]
            guard let column = content.firstIndex(where: { $0 != " " }), content[column] != "#" else { continue }
            // A line that is indented less ends the map.
            if column - start + 1 < first.column, content[column] != "-" { break search }
            guard column - start + 1 == first.column else { continue }
            let rest = content[column...]
            for key in starts where rest.starts(with: key) {
                let behind = rest.dropFirst(key.count).drop { $0 == " " }
                if behind.first == ":" {
                    mark = SourceMark(line: line + 1, column: first.column)
                    break search
                }
            }
        }
        let earlier = mark == first ? "" : ", first in line \(first.line)"
        return fault(
            "the key \(name.quotedForMessage) is there twice\(earlier)",
            at: mark,
            hint: "keep one of the two"
        )
    }

    private func original(_ text: String) -> String {
        guard let placeholder else { return text }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.map { $0 == placeholder ? "*" : $0 })
        return String(view)
    }

    private func fault(_ message: String, at mark: SourceMark, hint: String? = nil) -> FuncError {
        FuncError(.manifestInvalid, message, hint: hint, location: source.location(mark))
    }
}
