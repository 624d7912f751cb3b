import Foundation

/// Reads the numbers that runners end with, where nothing more is to be had.
struct TotalsReader: UnitTestReader {
    /// Whose numbers.
    enum Runner: Sendable {
        /// `Tests run: 5, Failures: 1, Errors: 0, Skipped: 0`, per class and once for all.
        case maven
        /// `5 tests, 5 assertions, 1 failures, 0 errors, …`; Minitest has runs and skips.
        case ruby
    }

    private let runner: Runner
    private var totals: TestReport.Counts?
    private var didNotBuild = false

    /// Reads the numbers of a runner.
    init(_ runner: Runner) {
        self.runner = runner
    }

    mutating func read(_ line: ChildOutputLine) -> [String] {
        let text = line.text
        switch runner {
        case .maven:
            if text.contains("COMPILATION ERROR") { didNotBuild = true }
            // The lines per class have a time; the one for all has none.
            if text.contains("Tests run:"), !text.contains("Time elapsed") { take(text, all: "Tests run") }
        case .ruby:
            if text.contains(" assertions, ") { take(text, all: text.contains(" runs,") ? "runs" : "tests") }
        }
        return [text]
    }

    private mutating func take(_ text: String, all: String) {
        let numbers = Self.numbers(text)
        guard let count = numbers[all.lowercased()] else { return }
        let failed = (numbers["failures"] ?? 0) + (numbers["errors"] ?? 0)
        let skipped = ["skipped", "skips", "omissions", "pendings", "incomplete"].compactMap { numbers[$0] }.reduce(
            0,
            +
        )
        totals = TestReport.Counts(passed: max(0, count - failed - skipped), failed: failed, skipped: skipped)
    }

    /// `Name: 5` and `5 name`, names in lower case.
    private static func numbers(_ text: String) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for part in text.split(whereSeparator: { ",().".contains($0) }) {
            let words = part.trimmingCharacters(in: .whitespaces)
            if let colon = words.lastIndex(of: ":"), let number = Int(words[words.index(after: colon)...].dropFirst()) {
                let name = words[..<colon].split(separator: "] ").last.map(String.init) ?? ""
                numbers[name.trimmingCharacters(in: .whitespaces).lowercased()] = number
            } else if let space = words.firstIndex(of: " "), let number = Int(words[..<space]) {
                numbers[words[words.index(after: space)...].lowercased()] = number
            }
        }
        return numbers
    }

    mutating func finish(report: String?) -> UnitTestFindings {
        var findings = UnitTestFindings()
        findings.totals = totals
        findings.didNotBuild = didNotBuild
        return findings
    }
}
