import Foundation

/// Reads results that a script of ours wrote one JSON object a line, while the runner's own words went to people.
struct ReportLinesReader: UnitTestReader {
    private struct Line: Decodable {
        var name: String
        var outcome: TestReport.Outcome
        var ms: Double?
        var text: String?
    }

    /// Reads the numbers of a runner that the script does not know how to listen to.
    private var totals: TotalsReader?

    /// Takes numbers from `totals` where nothing was reported.
    init(orElse totals: TotalsReader? = nil) {
        self.totals = totals
    }

    mutating func read(_ line: ChildOutputLine) -> [String] {
        totals?.read(line) ?? [line.text]
    }

    mutating func finish(report: String?) -> UnitTestFindings {
        guard let report, !report.isEmpty else { return totals?.finish(report: nil) ?? UnitTestFindings() }
        var findings = UnitTestFindings()
        for line in report.split(separator: "\n") {
            // A test that ends the process may tear the last line.
            guard let told = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { continue }
            let text = String(decoding: (told.text ?? "").utf8.prefix(UnitTestFindings.textLimit), as: UTF8.self)
            findings.add(
                .init(
                    name: told.name,
                    outcome: told.outcome,
                    milliseconds: told.ms,
                    text: text.trimmingCharacters(in: .newlines)
                )
            )
        }
        return findings
    }
}

extension TestReport.Outcome: Decodable {}
