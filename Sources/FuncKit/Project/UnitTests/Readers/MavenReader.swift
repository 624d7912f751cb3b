import Foundation

/// Reads what `mvn test` writes: Surefire names the tests that failed, and counts the others.
struct MavenReader: UnitTestReader {
    private var totals = TotalsReader(.maven)
    private var named = UnitTestFindings()
    /// Whether the lines are about the test named last.
    private var isTelling = false

    mutating func read(_ line: ChildOutputLine) -> [String] {
        if let test = Self.failure(line.text) {
            named.add(test)
            isTelling = true
        } else if line.text.isEmpty || line.text.hasPrefix("[") {
            isTelling = false
        } else if isTelling {
            named.append(line.text.trimmingCharacters(in: .whitespaces), toTestAt: named.tests.count - 1)
        }
        return totals.read(line)
    }

    /// `[ERROR] fails(com.example.GreetTest)  Time elapsed: 0.01 s  <<< FAILURE!` of Surefire 2, and
    /// `[ERROR] com.example.GreetTest.fails -- Time elapsed: 0.01 s <<< ERROR!` of Surefire 3.
    private static func failure(_ text: String) -> UnitTestFindings.Test? {
        let start = "[ERROR] "
        guard text.hasPrefix(start), text.hasSuffix("<<< FAILURE!") || text.hasSuffix("<<< ERROR!"),
            let mark = text.range(of: "Time elapsed: ")
        else { return nil }
        var name = text[..<mark.lowerBound].dropFirst(start.count).trimmingCharacters(in: .whitespaces)
        // The line for a whole class.
        guard !name.hasPrefix("Tests run:") else { return nil }
        if name.hasSuffix(" --") {
            name = String(name.dropLast(3))
        } else if name.hasSuffix(")"), let parenthesis = name.lastIndex(of: "(") {
            name = name[name.index(after: parenthesis)...].dropLast() + "." + name[..<parenthesis]
        }
        let seconds = text[mark.upperBound...].prefix { $0 != " " }
        return .init(name: name, outcome: .failed, milliseconds: Double(seconds).map { $0 * 1000 })
    }

    mutating func finish(report: String?) -> UnitTestFindings {
        let counted = totals.finish(report: nil)
        var findings = named
        findings.didNotBuild = counted.didNotBuild
        findings.totals = counted.totals.map { counts in
            var rest = counts
            rest.failed = max(0, rest.failed - named.tests.count)
            return rest
        }
        return findings
    }
}
