/// Reads `ok NAME` and `FAILED NAME` (or `not ok NAME`), what plain programs that test write; the lines behind a failure
/// belong to it.
struct MarkedLinesReader: UnitTestReader {
    private static let marks: [(String, TestReport.Outcome)] = [
        ("ok - ", .passed), ("ok      ", .passed), ("not ok - ", .failed), ("FAILED  ", .failed),
    ]

    private var findings = UnitTestFindings()
    private var failing: Int?

    mutating func read(_ line: ChildOutputLine) -> [String] {
        let text = line.text
        if line.stream == .output, let (mark, outcome) = Self.marks.first(where: { text.hasPrefix($0.0) }) {
            let name = text.dropFirst(mark.count).drop { $0 == " " }
            findings.add(UnitTestFindings.Test(name: String(name), outcome: outcome))
            failing = outcome == .failed ? findings.tests.count - 1 : nil
        } else if let failing {
            findings.append(text.hasPrefix("    ") ? String(text.dropFirst(4)) : text, toTestAt: failing)
        }
        return [text]
    }

    mutating func finish(report: String?) -> UnitTestFindings { findings }
}
