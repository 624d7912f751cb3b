import Foundation
import Testing

@testable import FuncKit

/// What runners wrote on a Debian 12 machine, cut to what matters.
@Suite struct UnitTestReaderTests {
    private func findings(
        _ format: UnitTestFormat,
        _ output: String,
        error: String = "",
        report: String? = nil
    ) -> (findings: UnitTestFindings, shown: [String]) {
        var reader = format.makeReader()
        var shown: [String] = []
        for (stream, text) in [(ChildOutputLine.Stream.error, error), (.output, output)] where !text.isEmpty {
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                shown += reader.read(ChildOutputLine(stream: stream, text: String(line), cutBytes: 0))
            }
        }
        return (reader.finish(report: report), shown)
    }

    private func summary(_ findings: UnitTestFindings) -> [String] {
        findings.tests.map { "\($0.outcome.rawValue) \($0.name)" }
    }

    @Test func `node's TAP, with what holds subtests left out`() {
        let tap = """
            TAP version 13
            # Subtest: greets the world
            ok 1 - greets the world
              ---
              duration_ms: 1.756671
              ...
            # Subtest: group
                # Subtest: a \\# b
                not ok 1 - a \\# b
                  ---
                  duration_ms: 14.6
                  location: '/p/index.test.js:20:1'
                  failureType: 'testCodeFailure'
                  error: |-
                    Expected values to be strictly deep-equal:
                    + actual - expected

                      {
                    +   message: 'Hello'
                      }
                  code: 'ERR_ASSERTION'
                  stack: |-
                    TestContext.<anonymous> (file:///p/index.test.js:21:10)
                  ...
                # Subtest: later
                ok 2 - later # SKIP not yet
                  ---
                  duration_ms: 0.1
                  ...
                1..2
            not ok 2 - group
              ---
              duration_ms: 15
              type: 'suite'
              failureType: 'subtestsFailed'
              error: '1 subtest failed'
              ...
            # Subtest: other
            ok 3 - other # SKIP test name does not match pattern
              ---
              duration_ms: 0.1
              ...
            # Subtest: /p/broken.test.js
            not ok 4 - /p/broken.test.js
              ---
              duration_ms: 60.1
              failureType: 'testCodeFailure'
              exitCode: 1
              error: 'test failed'
              ...
            1..4
            """
        for (output, report) in [("", tap), (tap, nil)] as [(String, String?)] {
            let found = findings(.tap, output, report: report).findings
            #expect(
                summary(found) == [
                    "passed greets the world", "failed group › a # b", "skipped group › later",
                    "error /p/broken.test.js",
                ]
            )
            #expect(found.tests[0].milliseconds == 1.756671)
            #expect(
                found.tests[1].text == """
                    Expected values to be strictly deep-equal:
                    + actual - expected

                      {
                    +   message: 'Hello'
                      }
                    at /p/index.test.js:20:1
                    """
            )
            #expect(found.tests[2].text == "not yet")
            #expect(found.tests[3].text.contains("could not be run"))
        }
    }

    @Test func `go's events become text again, and subtests count`() {
        let package = #""Package":"example.com/hello""#
        let output = """
            {"Action":"run",\(package),"Test":"TestHandler"}
            {"Action":"output",\(package),"Test":"TestHandler","Output":"=== RUN   TestHandler\\n"}
            {"Action":"run",\(package),"Test":"TestHandler/greets"}
            {"Action":"output",\(package),"Test":"TestHandler/greets","Output":"=== RUN   TestHandler/greets\\n"}
            {"Action":"output",\(package),"Test":"TestHandler/greets","Output":"    handler_test.go:56: got 1, "}
            {"Action":"output",\(package),"Test":"TestHandler/greets","Output":"want 2\\n"}
            {"Action":"run",\(package),"Test":"TestHandler/refuses"}
            {"Action":"output",\(package),"Test":"TestHandler","Output":"--- FAIL: TestHandler (0.00s)\\n"}
            {"Action":"fail",\(package),"Test":"TestHandler/greets","Elapsed":0.25}
            {"Action":"pass",\(package),"Test":"TestHandler/refuses","Elapsed":0}
            {"Action":"fail",\(package),"Test":"TestHandler","Elapsed":0.25}
            {"Action":"run",\(package),"Test":"TestPanics"}
            {"Action":"output",\(package),"Test":"TestPanics","Output":"panic: oh\\n"}
            {"Action":"output",\(package),"Output":"FAIL\\texample.com/hello\\t0.005s\\n"}
            {"Action":"fail",\(package),"Elapsed":0.005}
            """
        let (found, shown) = findings(.goEvents, output)
        #expect(
            summary(found) == ["failed TestHandler/greets", "passed TestHandler/refuses", "failed TestPanics"]
        )
        #expect(found.tests[0].text == "handler_test.go:56: got 1, want 2")
        #expect(found.tests[0].milliseconds == 250)
        #expect(found.tests[2].text == "panic: oh")
        #expect(shown.contains("    handler_test.go:56: got 1, want 2"))
        #expect(!found.didNotBuild)
        let broken = findings(.goEvents, "FAIL\texample.com/hello [build failed]", error: "# example.com/hello")
            .findings
        #expect(broken.didNotBuild)
        #expect(broken.isEmpty)
    }

    @Test func `cargo's lines, with what a failed test printed`() {
        let output = """

            running 3 tests
            test slow ... ignored, later
            test good ... ok
            test bad ... FAILED

            failures:

            ---- bad stdout ----
            said
            thread 'bad' (27913) panicked at src/lib.rs:4:32:
            assertion `left == right` failed
              left: 1
             right: 2
            stack backtrace:
               0: __rustc::rust_begin_unwind


            failures:
                bad

            test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

            """
        let found = findings(.cargo, output).findings
        #expect(summary(found) == ["skipped slow", "passed good", "failed bad"])
        #expect(found.tests[0].text == "later")
        #expect(found.tests[2].text.hasPrefix("said\nthread 'bad' (27913) panicked at src/lib.rs:4:32:"))
        #expect(found.tests[2].text.hasSuffix(" right: 2"))
        #expect(findings(.cargo, "", error: "error: could not compile `x` (lib test)").findings.didNotBuild)
    }

    @Test(arguments: [
        ("ok      greets\nFAILED  refuses\njava.lang.AssertionError: expected 1\n\tat x\nok      last", 3),
        ("ok - greets\nnot ok - refuses\n    java.lang.AssertionError: expected 1\nok - last", 3),
        ("hello", 0),
    ])
    func `marked lines of plain programs`(output: String, count: Int) {
        let found = findings(.markedLines, output).findings
        #expect(found.tests.count == count)
        guard count > 0 else { return }
        #expect(summary(found) == ["passed greets", "failed refuses", "passed last"])
        #expect(found.tests[1].text.contains("AssertionError: expected 1"))
    }

    @Test(
        arguments: [
            (
                .maven,
                """
                [INFO] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s - in com.example.ATest
                [ERROR] Tests run: 5, Failures: 1, Errors: 1, Skipped: 1
                """,
                (2, 2, 1)
            ),
            (.reportLines, "5 tests, 6 assertions, 1 failures, 1 errors, 0 pendings, 1 omissions", (2, 2, 1)),
            (.reportLines, "5 runs, 6 assertions, 0 failures, 0 errors, 2 skips", (3, 0, 2)),
        ] as [(UnitTestFormat, String, (Int, Int, Int))]
    )
    func `numbers where there is nothing more`(format: UnitTestFormat, output: String, counts: (Int, Int, Int)) {
        let expected = TestReport.Counts(passed: counts.0, failed: counts.1, skipped: counts.2)
        #expect(findings(format, output).findings.totals == expected)
    }

    @Test func `reports of our scripts, the last line torn`() {
        let report = """
            {"name": "a", "outcome": "passed", "ms": 1.5, "text": ""}
            {"name": "b", "outcome": "error", "ms": null, "text": "no module"}
            {"name": "c", "outc
            """
        let found = findings(.reportLines, "whatever", report: report).findings
        #expect(summary(found) == ["passed a", "error b"])
        #expect(found.tests[0].milliseconds == 1.5)
        #expect(found.tests[1].text == "no module")
    }

    @Test func `maven's failures by name, the others by number`() {
        let output = """
            [INFO] Running com.example.GreetTest
            [ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1, Time elapsed: 0.102 s <<< FAILURE! - in com.example.GreetTest
            [ERROR] explodes(com.example.GreetTest)  Time elapsed: 0.011 s  <<< ERROR!
            java.lang.IllegalStateException: boom
            \tat com.example.GreetTest.explodes(GreetTest.java:6)

            [ERROR] com.example.GreetTest.fails -- Time elapsed: 0 s <<< FAILURE!
            java.lang.AssertionError: expected:<3> but was:<2>

            [INFO] Results:
            [ERROR]   GreetTest.fails:5 expected:<3> but was:<2>
            [ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1
            """
        let found = findings(.maven, output).findings
        #expect(summary(found) == ["failed com.example.GreetTest.explodes", "failed com.example.GreetTest.fails"])
        #expect(found.tests.map(\.milliseconds) == [11, 0])
        #expect(
            found.tests.map(\.text) == [
                "java.lang.IllegalStateException: boom\nat com.example.GreetTest.explodes(GreetTest.java:6)",
                "java.lang.AssertionError: expected:<3> but was:<2>",
            ]
        )
        #expect(found.totals == TestReport.Counts(passed: 1, failed: 0, skipped: 1))
        #expect(findings(.maven, "[ERROR] COMPILATION ERROR : ").findings.didNotBuild)
    }

    @Test func `TeamCity's messages of PHPUnit, with a test that ends the program`() {
        let place = "locationHint='php_qn:///app/tests/DataTest.php::\\DataTest::"
        let report = """

            ##teamcity[testCount count='4' flowId='11470']

            ##teamcity[testSuiteStarted name='DataTest' \(place)' flowId='11470']
            ##teamcity[testStarted name='testSum with data set "two ||x"' \(place)testSum with data set "two ||x"' flowId='1']
            ##teamcity[testFailed name='testSum' message='it|'s |[bad|]|nreally' details=' /app/tests/DataTest.php:5|n ' duration='1']
            ##teamcity[testFinished name='testSum with data set "two ||x"' duration='1' flowId='11470']
            ##teamcity[testStarted name='testLater' \(place)testLater' flowId='11470']
            ##teamcity[testIgnored name='testLater' message='later' details=' ' duration='0' flowId='11470']
            ##teamcity[testFinished name='testLater' duration='0' flowId='11470']
            ##teamcity[testStarted name='testAdds' \(place)testAdds' flowId='11470']
            ##teamcity[testFinished name='testAdds' duration='6' flowId='11470']
            ##teamcity[testStarted name='testExits' \(place)testExits' flowId='11470']
            ##teamcity[testSta
            """
        let (found, shown) = findings(.teamCity, "PHPUnit 9.6.7", report: report)
        #expect(shown == ["PHPUnit 9.6.7"])
        #expect(
            summary(found) == [
                "failed DataTest::testSum with data set \"two |x\"", "skipped DataTest::testLater",
                "passed DataTest::testAdds", "failed DataTest::testExits",
            ]
        )
        #expect(found.tests.map(\.milliseconds) == [1, 0, 6, nil])
        #expect(found.tests[0].text == "it's [bad]\nreally\n/app/tests/DataTest.php:5")
        #expect(found.tests[1].text == "later")
        #expect(found.tests[3].text == "the test did not end")
        #expect(findings(.teamCity, "Cannot open file", report: nil).findings.isEmpty)
    }

    @Test func `dotnet test at verbosity normal`() {
        let output = """
              Passed FunctionTests.Greets [2 ms]
              Failed FunctionTests.Refuses [1 s]
              Error Message:
               Assert.Equal() Failure
              Skipped FunctionTests.Later [< 1 ms]

            Total tests: 3
            """
        let found = findings(.dotnetTest, output).findings
        #expect(
            summary(found) == [
                "passed FunctionTests.Greets", "failed FunctionTests.Refuses", "skipped FunctionTests.Later",
            ]
        )
        #expect(found.tests.map(\.milliseconds) == [2, 1000, nil])
        #expect(found.tests[1].text == "Error Message:\nAssert.Equal() Failure")
        #expect(findings(.dotnetTest, "/p/A.cs(1,2): error CS1002: ; expected").findings.didNotBuild)
    }

    @Test func `a flood of tests is counted, and a flood of words cut`() {
        var found = UnitTestFindings()
        for index in 0..<(UnitTestFindings.testLimit + 3) {
            found.add(.init(name: "\(index)", outcome: index % 2 == 0 ? .passed : .failed))
        }
        #expect(found.tests.count == UnitTestFindings.testLimit)
        #expect(found.totals == TestReport.Counts(passed: 2, failed: 1))
        for _ in 0..<1000 { found.append(String(repeating: "x", count: 100), toTestAt: 0) }
        #expect(found.tests[0].text.utf8.count <= UnitTestFindings.textLimit)
    }
}
