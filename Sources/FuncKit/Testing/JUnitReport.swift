import Foundation

/// Writes test results in the XML that CI servers read (the common subset of JUnit's format).
public enum JUnitReport {
    /// The whole document.
    public static func xml(_ report: TestReport, suite: String) -> String {
        let groups = TestReport.Kind.allCases.compactMap { kind -> String? in
            let entries = report.entries.filter { $0.kind == kind }
            guard !entries.isEmpty else { return nil }
            return group(entries, named: "\(suite).\(kind.rawValue)")
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(escaped(suite))" \(numbers(report.entries))>
            \(groups.joined(separator: "\n"))
            </testsuites>

            """
    }

    private static func group(_ entries: [TestReport.Entry], named name: String) -> String {
        let cases = entries.map { test(of: $0, in: name) }
        return "  <testsuite name=\"\(escaped(name))\" \(numbers(entries))>\n" + cases.joined() + "  </testsuite>"
    }

    /// A run whose tests are not named is one test here: servers refuse numbers that the elements do not bear out.
    private static func numbers(_ entries: [TestReport.Entry]) -> String {
        let count = { (outcome: TestReport.Outcome) in entries.count { $0.outcome == outcome } }
        let time = entries.reduce(0) { $0 + ($1.durationMilliseconds ?? 0) }
        return "tests=\"\(entries.count)\" failures=\"\(count(.failed))\" errors=\"\(count(.error))\""
            + " skipped=\"\(count(.skipped))\" time=\"\(seconds(time))\""
    }

    private static func test(of entry: TestReport.Entry, in group: String) -> String {
        let file = entry.file.map { " file=\"\(escaped($0))\"" } ?? ""
        let head =
            "    <testcase classname=\"\(escaped(group))\" name=\"\(escaped(entry.name))\"\(file)"
            + " time=\"\(seconds(entry.durationMilliseconds ?? 0))\""
        let element: String
        switch entry.outcome {
        case .passed: return head + "/>\n"
        case .skipped:
            element = "<skipped message=\"\(escaped(entry.reason ?? ""))\"/>"
        case .failed, .error:
            let name = entry.outcome == .failed ? "failure" : "error"
            let first = entry.failures.first?.message ?? entry.outcome.rawValue
            let message = escaped(first.split(separator: "\n").first.map(String.init) ?? first)
            let text = escaped(entry.failures.map(\.message).joined(separator: "\n"))
            element = "<\(name) message=\"\(message)\">\(text)</\(name)>"
        }
        return "\(head)>\n      \(element)\n    </testcase>\n"
    }

    private static func seconds(_ milliseconds: Int) -> String {
        String(format: "%.3f", Double(milliseconds) / 1000)
    }

    /// Text for an attribute or an element; control characters that XML 1.0 forbids become a replacement character.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
