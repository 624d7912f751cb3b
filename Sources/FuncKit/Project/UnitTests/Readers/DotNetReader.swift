import Foundation

/// Reads what `dotnet test` writes at verbosity `normal`: `  Passed Name [2 ms]`, with the message below what failed.
struct DotNetReader: UnitTestReader {
    private static let marks: [(String, TestReport.Outcome)] = [
        ("  Passed ", .passed), ("  Failed ", .failed), ("  Skipped ", .skipped),
    ]

    private var findings = UnitTestFindings()
    private var failing: Int?

    mutating func read(_ line: ChildOutputLine) -> [String] {
        let text = line.text
        if text.contains(": error CS") || text.contains(": error MSB") { findings.didNotBuild = true }
        if let (mark, outcome) = Self.marks.first(where: { text.hasPrefix($0.0) }), text.hasSuffix("]") {
            take(text.dropFirst(mark.count), outcome)
        } else if text.hasPrefix("Test Run ") || text.hasPrefix("Total tests:") || text.isEmpty {
            failing = nil
        } else if let failing {
            findings.append(text.trimmingCharacters(in: .whitespaces), toTestAt: failing)
        }
        return [text]
    }

    private mutating func take(_ text: Substring, _ outcome: TestReport.Outcome) {
        guard let bracket = text.lastIndex(of: "[") else { return }
        let time = text[text.index(after: bracket)...].dropLast().split(separator: " ")
        let number = time.first.flatMap { Double($0.filter { $0 != "<" }) }
        let factor: Double? = time.count == 2 || time.count == 3 ? ["ms": 1, "s": 1000][String(time.last ?? "")] : nil
        let name = text[..<bracket].trimmingCharacters(in: .whitespaces)
        let milliseconds = time.first == "<" ? nil : number.flatMap { number in factor.map { number * $0 } }
        findings.add(.init(name: name, outcome: outcome, milliseconds: milliseconds))
        failing = outcome == .failed ? findings.tests.count - 1 : nil
    }

    mutating func finish(report: String?) -> UnitTestFindings { findings }
}
