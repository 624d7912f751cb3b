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
        let counts = "tests=\"\(report.entries.count)\" failures=\"\(report.failed)\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(escaped(suite))" \(counts)>
            \(groups.joined(separator: "\n"))
            </testsuites>

            """
    }

    private static func group(_ entries: [TestReport.Entry], named name: String) -> String {
        let failed = entries.count { !$0.passed }
        let time = entries.reduce(0) { $0 + $1.durationMilliseconds }
        let head = "  <testsuite name=\"\(escaped(name))\" tests=\"\(entries.count)\" failures=\"\(failed)\""
        let cases = entries.map { test(of: $0, in: name) }
        return "\(head) time=\"\(seconds(time))\">\n" + cases.joined() + "  </testsuite>"
    }

    private static func test(of entry: TestReport.Entry, in group: String) -> String {
        let file = entry.file.map { " file=\"\(escaped($0))\"" } ?? ""
        let head =
            "    <testcase classname=\"\(escaped(group))\" name=\"\(escaped(entry.name))\"\(file)"
            + " time=\"\(seconds(entry.durationMilliseconds))\""
        guard !entry.passed else { return head + "/>\n" }
        let message = escaped(entry.failures.first ?? "failed")
        let text = escaped(entry.failures.joined(separator: "\n"))
        return "\(head)>\n      <failure message=\"\(message)\">\(text)</failure>\n    </testcase>\n"
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
