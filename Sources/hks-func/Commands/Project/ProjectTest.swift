import ArgumentParser
import Foundation
import FuncKit
import FuncPlatform

/// `hks-func test`
struct ProjectTest: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the project's unit tests and request cases.",
        discussion: """
            Unit tests run in the language's own runner, whose output is passed on to standard error. Request cases, \
            the files tests/cases/*.yaml, are sent to a fresh instance of the function. By default both run; the status \
            is 10 where any of them fails.

            EXAMPLES
              hks-func test
              hks-func test --unit
              hks-func test --cases --filter greets
              hks-func test --junit report.xml -o json
            """
    )

    @Flag(help: "Run the unit tests alone.")
    var unit = false

    @Flag(help: "Run the request cases alone.")
    var cases = false

    @Option(help: ArgumentHelp("Run the request cases whose name holds this text.", valueName: "text"))
    var filter: String?

    @Option(
        help: ArgumentHelp("Write the results as JUnit XML, too; '-' is standard output.", valueName: "path"),
        completion: .file()
    )
    var junit: String?

    @OptionGroup(title: "Project") var project: ProjectOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if unit, filter != nil { throw ValidationError("--filter goes with request cases, not with --unit") }
        if junit == "-", let output = global.output, output != .human {
            throw ValidationError("--junit - and --output exclude each other")
        }
    }

    func run(_ context: CommandContext) async throws {
        let project = try project.load(context)
        let session = TestSession(context: context, project: project)
        var report = TestReport()
        if unit || !cases, filter == nil { report.entries += try await session.unitTests() }
        if cases || !unit { report.entries += try await session.cases(matching: filter) }
        if let junit { try write(JUnitReport.xml(report, suite: project.name), to: junit, context) }
        if junit != "-" { try context.console.result(Result(report: report)) }
        guard report.failed == 0 else {
            throw FuncError(
                .testsFailed,
                "\(report.failed) of \(report.entries.count) tests of '\(project.name)' failed"
            )
        }
        if report.entries.isEmpty { context.console.warning("the project has no tests to run") }
    }

    private func write(_ xml: String, to path: String, _ context: CommandContext) throws {
        if path == "-" { return try context.console.write(xml) }
        do {
            try Data(xml.utf8).write(to: URL(fileURLWithPath: context.absolutePath(path)), options: .atomic)
        } catch {
            throw FuncError(.fileSystem, "cannot write the report to '\(path)'", cause: "\(error)")
        }
    }

    struct Result: CommandResult {
        let report: TestReport

        var names: [String] { report.entries.map(\.name) }

        func text(_ style: TextStyle) -> String {
            let lines = report.entries.flatMap { entry in
                let mark = entry.passed ? style.good("✓") : style.bad("✗")
                return ["\(mark) \(entry.kind.rawValue)  \(entry.name)  \(entry.durationMilliseconds) ms"]
                    + entry.failures.map { "    \($0)" }
            }
            return (lines + ["\(report.passed) passed, \(report.failed) failed"]).map { $0 + "\n" }.joined()
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(report.passed, forKey: .passed)
            try container.encode(report.failed, forKey: .failed)
            try container.encode(report.entries, forKey: .tests)
        }

        private enum CodingKeys: String, CodingKey {
            case passed, failed, tests
        }
    }
}
