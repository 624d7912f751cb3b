import FuncKit

/// What `hks-func test` found.
struct TestReportView: CommandResult {
    /// Above so many tests of a kind, those that passed are only counted.
    private static let listLimit = 60
    /// Lines shown of one failure's words.
    private static let lineLimit = 20

    let outcome: TestOutcome
    let milliseconds: Int

    private var report: TestReport { outcome.report }

    var names: [String] { report.entries.map(\.name) }

    func text(_ style: TextStyle) -> String {
        let kinds = TestReport.Kind.allCases.filter { kind in report.entries.contains { $0.kind == kind } }
        var lines = kinds.flatMap { kind -> [String] in
            let entries = report.entries.filter { $0.kind == kind }
            // What hosts keep in every function is told in full only where it was asked for.
            let isShort = entries.count > Self.listLimit || (kind == .contract && kinds.count > 1)
            return entries.filter { !isShort || !$0.passed }.flatMap { Self.lines($0, style) }
        }
        for change in outcome.changes {
            lines.append("\(style.caution("~")) \(change.file): \(change.path): \(Self.shown(change))")
        }
        if kinds.count > 1 {
            lines += kinds.map { "\($0.title): \(Self.numbers(report.counts(of: $0), style))" }
        }
        lines.append("\(Self.numbers(report.counts(), style)) in \(TimeText.duration(milliseconds: milliseconds))")
        return lines.map { $0 + "\n" }.joined()
    }

    private static func shown(_ change: TestOutcome.Change) -> String {
        "\(oneLine(change.before)) → \(oneLine(change.after))"
    }

    private static func oneLine(_ text: String) -> String {
        text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ").withoutControls
    }

    private static func numbers(_ counts: TestReport.Counts, _ style: TextStyle) -> String {
        let failed = "\(counts.failed) failed"
        let parts = ["\(counts.passed) passed", counts.failed > 0 ? style.bad(failed) : failed]
        return (parts + (counts.skipped > 0 ? ["\(counts.skipped) skipped"] : [])).joined(separator: ", ")
    }

    private static func lines(_ entry: TestReport.Entry, _ style: TextStyle) -> [String] {
        let mark =
            switch entry.outcome {
            case .passed: style.good("✓")
            case .failed: style.bad("✗")
            case .error: style.bad("!")
            case .skipped: style.dim("-")
            }
        let time = entry.durationMilliseconds.map { "  \(TimeText.duration(milliseconds: $0))" } ?? ""
        let count = entry.counts.map { "  \(numbers($0, style))" } ?? ""
        let reason = entry.reason.map { "  \(oneLine($0))" } ?? ""
        let head = "\(mark) \(entry.kind.rawValue)  \(oneLine(entry.name))\(count)\(style.dim(time + reason))"
        return [head] + entry.failures.flatMap { lines($0, style) }
    }

    private static func lines(_ failure: TestReport.Failure, _ style: TextStyle) -> [String] {
        if let path = failure.path, let expected = failure.expected {
            let actual = failure.actual ?? "nothing"
            return [
                "    \(path.withoutControls)", "      \(style.good("- \(oneLine(expected))"))  expected",
                "      \(style.bad("+ \(oneLine(actual))"))  answered",
            ]
        }
        let lines = failure.message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let shown = lines.prefix(lineLimit).map { "    \($0.withoutControls)" }
        return shown + (lines.count > lineLimit ? ["    … \(lines.count - lineLimit) more lines"] : [])
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(report.passed, forKey: .passed)
        try container.encode(report.failed, forKey: .failed)
        try container.encode(report.skipped, forKey: .skipped)
        try container.encode(milliseconds, forKey: .milliseconds)
        try container.encode(report.entries, forKey: .tests)
        if !outcome.changes.isEmpty { try container.encode(outcome.changes, forKey: .updated) }
    }

    private enum CodingKeys: String, CodingKey {
        case passed, failed, skipped, tests, updated
        case milliseconds = "duration_ms"
    }
}

extension TestReport.Kind {
    /// What people call it.
    fileprivate var title: String {
        switch self {
        case .unit: "unit tests"
        case .cases: "request cases"
        case .contract: "contract"
        }
    }
}
