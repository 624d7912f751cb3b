/// Reads what `node --test` reports in TAP version 14 with its YAML blocks; subtests count, what holds them does not.
struct TAPReader: UnitTestReader {
    private struct Result {
        var indent: Int
        var test: UnitTestFindings.Test
        var hasSubtests: Bool
        var fields: [String: String] = [:]
    }

    private var results: [Result] = []
    /// Indent of the diagnostic block that is open.
    private var block: Int?
    private var field: String?

    /// Older versions report to standard output alone.
    mutating func read(_ line: ChildOutputLine) -> [String] {
        if line.stream == .output { take(line.text[...]) }
        return [line.text]
    }

    mutating func finish(report: String?) -> UnitTestFindings {
        if let report {
            results = []
            for line in report.split(separator: "\n", omittingEmptySubsequences: false) { take(line) }
        }
        var findings = UnitTestFindings()
        for result in results {
            if let test = Self.test(of: result) { findings.add(test) }
        }
        return findings
    }

    private mutating func take(_ line: Substring) {
        let indent = line.prefix { $0 == " " }.count
        let text = line.dropFirst(indent)
        if let block {
            if text == "...", indent == block { return self.block = nil }
            return takeField(text, indent: indent - block)
        }
        if text == "---", indent >= 2, results.last?.indent == indent - 2 { return block = indent }
        guard let (isGood, description) = Self.resultLine(text) else { return }
        take(description, isGood: isGood, indent: indent)
    }

    private static func resultLine(_ text: Substring) -> (isGood: Bool, description: Substring)? {
        let isGood = text.hasPrefix("ok ")
        guard isGood || text.hasPrefix("not ok ") else { return nil }
        let rest = text.dropFirst(isGood ? 3 : 7)
        let number = rest.prefix { $0.isNumber }
        guard !number.isEmpty else { return nil }
        var description = rest.dropFirst(number.count)
        if description.hasPrefix(" - ") { description = description.dropFirst(3) }
        return (isGood, description)
    }

    private mutating func take(_ description: Substring, isGood: Bool, indent: Int) {
        let (name, directive) = Self.split(description)
        let subtests = results.indices.reversed().prefix { results[$0].indent > indent }
        for index in subtests {
            // From here on they belong to what stands beside their holder.
            results[index].indent = indent
            if !Self.isFile(name) { results[index].test.name = name + " › " + results[index].test.name }
        }
        var test = UnitTestFindings.Test(name: name, outcome: isGood ? .passed : .failed)
        if let directive {
            test.text = directive.reason
            if directive.isSkip || isGood == false { test.outcome = .skipped }
        }
        results.append(Result(indent: indent, test: test, hasSubtests: !subtests.isEmpty))
    }

    /// The name, and the directive behind `#`; in a name the sign is escaped.
    private static func split(_ text: Substring) -> (name: String, directive: (isSkip: Bool, reason: String)?) {
        guard let mark = text.range(of: " # ") else { return (unescaped(text), nil) }
        let directive = text[mark.upperBound...]
        let word = directive.prefix { $0.isLetter }
        let reason = directive.dropFirst(word.count).drop { $0 == " " }
        return (unescaped(text[..<mark.lowerBound]), (word.lowercased() == "skip", String(reason)))
    }

    private static func unescaped(_ text: Substring) -> String {
        String(text).replacing("\\#", with: "#").replacing("\\\\", with: "\\")
    }

    private mutating func takeField(_ text: Substring, indent: Int) {
        guard let last = results.indices.last else { return }
        if indent == 0, let colon = text.firstIndex(of: ":") {
            let name = String(text[..<colon])
            let value = text[text.index(after: colon)...].drop { $0 == " " }
            field = name
            results[last].fields[name] = value.hasPrefix("|") ? "" : Self.unquoted(value)
        } else if let field, let known = results[last].fields[field], known.utf8.count < UnitTestFindings.textLimit {
            let line = String(repeating: " ", count: max(0, indent - 2)) + text
            results[last].fields[field] = known.isEmpty ? line : known + "\n" + line
        }
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.first == "'", text.last == "'" else { return String(text) }
        return String(text.dropFirst().dropLast()).replacing("''", with: "'")
    }

    private static func isFile(_ name: String) -> Bool {
        [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].contains { name.hasSuffix($0) }
    }

    /// What a result counts as; nil for what only holds others, and for what `--test-name-pattern` leaves out.
    private static func test(of result: Result) -> UnitTestFindings.Test? {
        var test = result.test
        let fields = result.fields
        if test.outcome == .skipped, test.text.contains("test name does not match pattern") { return nil }
        if test.outcome == .passed, result.hasSubtests || fields["type"] == "suite" || isFile(test.name) { return nil }
        if fields["failureType"] == "subtestsFailed", result.hasSubtests { return nil }
        test.milliseconds = fields["duration_ms"].flatMap(Double.init)
        guard test.outcome == .failed else { return test }
        if isFile(test.name), fields["exitCode"] != nil {
            test.outcome = .error
            test.text = "the file could not be run; the runner's output says why"
            return test
        }
        let location = fields["location"].map { "at \($0)" }
        test.text = [fields["error"], location].compactMap(\.self).joined(separator: "\n")
        return test
    }
}
