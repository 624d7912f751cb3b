import FuncKit
import Testing

@testable import hks_func

@Suite struct TestReportViewTests {
    private static let entries = [
        TestReport.Entry(kind: .unit, name: "greets", durationMilliseconds: 3),
        TestReport.Entry(
            kind: .unit,
            name: "mvn test",
            durationMilliseconds: 1200,
            failures: [.init("1 tests failed")],
            counts: .init(passed: 3, failed: 1, skipped: 1)
        ),
        TestReport.Entry(
            kind: .cases,
            name: "reads\u{1B}[2J",
            file: "tests/cases/a.yaml",
            durationMilliseconds: 12,
            failures: [
                .init("body.a is 1, not 2", path: "body.a", expected: "2", actual: "1"),
                .init("body.b is missing", path: "body.b", expected: "2", actual: nil), .init("one\ntwo\u{7}"),
            ]
        ),
        TestReport.Entry(
            kind: .contract,
            name: "stop",
            outcome: .skipped,
            durationMilliseconds: nil,
            reason: "not for this type"
        ),
    ]

    private func text(_ entries: [TestReport.Entry], changes: [TestOutcome.Change] = [], color: Bool = false) -> String
    {
        let outcome = TestOutcome(report: TestReport(entries), failure: nil, changes: changes)
        return TestReportView(outcome: outcome, milliseconds: 2500).text(TextStyle(isEnabled: color))
    }

    @Test func `every kind, with what differs by path and no control characters`() {
        let change = TestOutcome.Change(file: "a.yaml", path: "expect.status", before: "200", after: "404")
        let duration = TimeText.duration(milliseconds: 2500)
        #expect(
            text(Self.entries, changes: [change]) == """
                ✓ unit  greets  \(TimeText.duration(milliseconds: 3))
                ✗ unit  mvn test  3 passed, 1 failed, 1 skipped  \(TimeText.duration(milliseconds: 1200))
                    1 tests failed
                ✗ case  reads[2J  \(TimeText.duration(milliseconds: 12))
                    body.a
                      - 2  expected
                      + 1  answered
                    body.b
                      - 2  expected
                      + nothing  answered
                    one
                    two
                ~ a.yaml: expect.status: 200 → 404
                unit tests: 4 passed, 1 failed, 1 skipped
                request cases: 0 passed, 1 failed
                contract: 0 passed, 0 failed, 1 skipped
                4 passed, 2 failed, 2 skipped in \(duration)

                """
        )
        #expect(text([Self.entries[3]]).hasPrefix("- contract  stop  not for this type\n"))
        #expect(text(Self.entries, color: true).contains("\u{1B}[32m- 2\u{1B}[0m  expected"))
    }

    @Test func `of very many tests only those that failed are named`() {
        var entries = (0..<100).map { TestReport.Entry(kind: .unit, name: "t\($0)", durationMilliseconds: 1) }
        entries[7] = TestReport.Entry(kind: .unit, name: "bad", durationMilliseconds: 1, failures: [.init("no")])
        let lines = text(entries).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix("✗ unit  bad") == true)
        #expect(lines.last?.hasPrefix("99 passed, 1 failed in ") == true)
    }
}
