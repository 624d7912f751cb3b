import ArgumentParser
import Foundation
import FuncKit

/// `hks-func test`
struct ProjectTest: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run unit tests, request cases and contract checks.",
        discussion: """
            Unit tests run in the language's own runner, whose output is passed on to standard error. Request cases, \
            the files tests/cases/*.yaml, are sent to fresh instances of the function, and the runtime contract's demands \
            are made of others. By default all of them run; the status is 10 where any fails.

            EXAMPLES
              hks-func test
              hks-func test --unit --coverage
              hks-func test --cases --filter greets --update
              hks-func test --junit report.xml -o json
              hks-func test --watch
            """
    )

    @Flag(help: "Run the unit tests; with --cases or --contract, these as well.")
    var unit = false

    @Flag(help: "Run the request cases.")
    var cases = false

    @Flag(help: "Hold the function to the runtime contract.")
    var contract = false

    @Option(help: ArgumentHelp("Run the tests whose name holds this text.", valueName: "text"))
    var filter: String?

    @Flag(help: "Tell how much of the code the unit tests reach, where their runner can.")
    var coverage = false

    @Flag(help: "Write the answers into the request cases that expect others.")
    var update = false

    @Flag(name: .shortAndLong, help: "Run the tests again whenever a file of the project changes.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "Time for all unit tests, and for each answer; by default 10m, and what function.yaml gives a call.",
            valueName: "time"
        )
    )
    var timeout: TimeLength?

    @Option(
        help: ArgumentHelp("Write the results as JUnit XML, too; '-' is standard output.", valueName: "path"),
        completion: .file()
    )
    var junit: String?

    @OptionGroup(title: "Project") var project: ProjectOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        let named = plan.named
        if coverage, !plan.runs(.unit) { throw ValidationError("--coverage goes with unit tests") }
        if update, !named.isEmpty, !named.contains(.cases) { throw ValidationError("--update goes with request cases") }
        if let filter, filter.isEmpty { throw ValidationError("--filter needs a text") }
        if junit == "-", let output = global.output, output != .human {
            throw ValidationError("--junit - and --output exclude each other")
        }
        if watch, junit == "-" || global.output.map({ $0 != .human }) ?? false {
            throw ValidationError("--watch is for people: leave out --output, and write --junit to a file")
        }
        if watch, update { throw ValidationError("--watch and --update exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        guard watch else { return try await runOnce(project.load(context), context) }
        try await TestWatch(context: context, options: project) { try await runOnce($0, context) }.run()
    }

    private func runOnce(_ project: LoadedProject, _ context: CommandContext) async throws {
        let start = ContinuousClock.now
        let outcome = try await TestSession(context: context, project: project, plan: plan).run()
        let report = outcome.report
        if let junit { try write(JUnitReport.xml(report, suite: project.name), to: junit, context) }
        if junit != "-" {
            let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
            try context.console.result(TestReportView(outcome: outcome, milliseconds: milliseconds))
        }
        if let failure = outcome.failure { throw failure }
        guard report.failed == 0 else {
            throw FuncError(
                .testsFailed,
                "\(report.failed) of \(report.passed + report.failed) tests of '\(project.name)' failed",
                hint: update || !report.entries.contains { $0.kind == .cases && $0.outcome == .failed }
                    ? nil : "where the answers are right, 'hks-func test --cases --update' writes them into the cases"
            )
        }
        if report.entries.isEmpty {
            let reason = filter.map { "no test has '\($0)' in its name" } ?? "the project has no tests to run"
            context.console.warning(reason)
        }
    }

    private var plan: TestPlan {
        let kinds: [(Bool, TestReport.Kind)] = [(unit, .unit), (cases, .cases), (contract, .contract)]
        return TestPlan(
            named: Set(kinds.filter(\.0).map(\.1)),
            filter: filter,
            measuresCoverage: coverage,
            updatesCases: update,
            timeout: timeout.map { .milliseconds($0.milliseconds) }
        )
    }

    private func write(_ xml: String, to path: String, _ context: CommandContext) throws {
        if path == "-" { return try context.console.write(xml) }
        do {
            try Data(xml.utf8).write(to: URL(fileURLWithPath: context.absolutePath(path)), options: .atomic)
        } catch {
            throw FuncError(.fileSystem, "cannot write the report to '\(path)'", because: error)
        }
    }
}
