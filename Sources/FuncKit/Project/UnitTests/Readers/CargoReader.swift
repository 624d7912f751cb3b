/// Reads what `cargo test` writes for people, as its JSON form is not for stable compilers.
struct CargoReader: UnitTestReader {
    private var findings = UnitTestFindings()
    /// The test whose captured output is being told.
    private var told: Int?

    mutating func read(_ line: ChildOutputLine) -> [String] {
        let text = line.text
        if line.stream == .error {
            if text.hasPrefix("error: could not compile") { findings.didNotBuild = true }
        } else if let name = Self.between("---- ", text, " stdout ----") {
            told = findings.tests.lastIndex { $0.name == name && $0.outcome == .failed }
        } else if text == "failures:" || text == "stack backtrace:" || text.hasPrefix("test result: ") {
            told = nil
        } else if let told {
            if !text.isEmpty, !text.hasPrefix("note: run with `RUST_BACKTRACE") {
                findings.append(text, toTestAt: told)
            }
        } else if text.hasPrefix("test "), let mark = text.range(of: " ... ") {
            take(name: text[..<mark.lowerBound].dropFirst(5), result: text[mark.upperBound...])
        }
        return [text]
    }

    private mutating func take(name: Substring, result: Substring) {
        let name = name.hasSuffix(" - should panic") ? name.dropLast(" - should panic".count) : name
        var test = UnitTestFindings.Test(name: String(name), outcome: .failed)
        // What a test prints may stand in between: the end of the line is what counts.
        if result.hasSuffix("ok") {
            test.outcome = .passed
        } else if result.hasPrefix("ignored") {
            test.outcome = .skipped
            test.text = String(result.dropFirst("ignored".count).drop { $0 == "," || $0 == " " })
        } else if !result.hasSuffix("FAILED") {
            return
        }
        findings.add(test)
    }

    private static func between(_ start: String, _ text: String, _ end: String) -> String? {
        guard text.hasPrefix(start), text.hasSuffix(end), text.count > start.count + end.count else { return nil }
        return String(text.dropFirst(start.count).dropLast(end.count))
    }

    mutating func finish(report: String?) -> UnitTestFindings { findings }
}
