import Foundation
import Synchronization

/// Runs a project's own unit tests by its language's runner.
public struct UnitTestRunner: Sendable {
    /// Bytes of a report that are read; whatever a runner writes beyond is for its file.
    private static let reportLimit = 64 << 20

    private let setting: UnitTestSetting
    private let environment: [String: String]

    /// Runs with the variables of `environment` besides those that the runner needs.
    public init(_ setting: UnitTestSetting, environment: [String: String]) {
        self.setting = setting
        self.environment = environment
    }

    /// Runs all steps until one cannot do its part, and passes on every line that they write.
    /// - Returns: One entry per test that a runner names, one per runner else; empty if there are no unit tests.
    /// - Throws: ``FuncError`` with code `toolchain_missing`; `file_system`; `CancellationError`.
    public func run(
        timeout: Duration? = nil,
        onLine: @escaping @Sendable (String) -> Void
    ) async throws -> [TestReport.Entry] {
        guard let recipe = UnitTestRecipes.recipe(for: setting.toolchain.family) else { return [] }
        try FileManager.default.createDirectory(atPath: setting.scratch, withIntermediateDirectories: true)
        let end = timeout.map { ContinuousClock.now + $0 }
        var entries: [TestReport.Entry] = []
        for command in try recipe.commands(setting) {
            let step = try await run(command, deadline: end.map { $0 - .now }, onLine)
            entries += step.entries(timeout: timeout)
            guard step.isComplete else { break }
        }
        return entries
    }

    private func run(
        _ command: UnitTestCommand,
        deadline: Duration?,
        _ onLine: @escaping @Sendable (String) -> Void
    ) async throws -> UnitTestStep {
        let start = ContinuousClock.now
        let options = ChildProcessOptions(
            executable: command.executable,
            arguments: command.arguments,
            environment: environment.merging(command.environment) { $1 },
            workingFolder: setting.project
        )
        if let report = command.report { try? FileManager.default.removeItem(atPath: report) }
        let reader = Mutex(command.format.makeReader())
        let outcome: ProcessOutcome
        do {
            outcome = try await ProcessRunner.run(options, deadline: deadline, outputLimit: 0) { line in
                for text in reader.withLock({ $0.read(line) }) { onLine(text) }
            }
        } catch let error as ChildProcessStartError {
            throw FuncError(.toolchainMissing, "cannot start '\(command.label)'", because: error)
        }
        let report = command.report.flatMap(Self.read)
        return UnitTestStep(
            command: command,
            outcome: outcome,
            findings: reader.withLock { $0.finish(report: report) },
            milliseconds: Int((ContinuousClock.now - start) / .milliseconds(1))
        )
    }

    /// The text of a report; nil where there is none.
    private static func read(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: reportLimit)).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A step that has ended.
struct UnitTestStep {
    let command: UnitTestCommand
    let outcome: ProcessOutcome
    let findings: UnitTestFindings
    let milliseconds: Int

    /// Whether it makes sense to go on with the next step.
    var isComplete: Bool {
        !outcome.timedOut && (outcome.exit.isSuccess || command.format == .markedLines)
    }

    /// What goes into the report.
    func entries(timeout: Duration?) -> [TestReport.Entry] {
        var tests = findings.tests
        // PHPUnit tells of a risky test as of one that failed, and lets it pass.
        if command.format == .teamCity, outcome.exit.isSuccess {
            for index in tests.indices where tests[index].outcome == .failed { tests[index].outcome = .passed }
        }
        // These runners have no order of their own, and a report should.
        if [.cargo, .reportLines].contains(command.format) { tests.sort { $0.name < $1.name } }
        var entries = tests.map(Self.entry)
        if let totals = findings.totals, totals != TestReport.Counts() {
            let failures = totals.failed > 0 ? [TestReport.Failure("\(totals.failed) tests failed")] : []
            entries.append(entry(failures: failures, counts: totals))
        }
        let hasFailed = entries.contains { !$0.passed }
        if outcome.timedOut {
            let limit = timeout.map { " within \(DurationText.text(milliseconds: Int($0 / .milliseconds(1))))" } ?? ""
            entries.append(trouble("'\(command.label)' did not end\(limit), and was ended"))
        } else if !outcome.exit.isSuccess, !hasFailed {
            entries.append(unexplainedEnd)
        } else if command.format == .markedLines, findings.isEmpty, outcome.exit.isSuccess {
            // A program that only has a status.
            entries.append(entry())
        }
        return entries
    }

    private var unexplainedEnd: TestReport.Entry {
        let end = "'\(command.label)' ended with \(outcome.exit)"
        if command.format == .build { return trouble("\(end): the tests were not built") }
        if findings.didNotBuild { return trouble("\(end): the tests do not compile") }
        if findings.isEmpty {
            // The usual way of such programs to say that a test failed; interpreters end otherwise where they give up.
            if command.format == .markedLines, outcome.exit == .status(1) {
                return entry(failures: [TestReport.Failure(withLastLines(end))])
            }
            return trouble("\(end) before it ran a test")
        }
        return trouble("\(end), though none of its tests failed")
    }

    private func trouble(_ message: String) -> TestReport.Entry {
        var entry = entry(failures: [TestReport.Failure(withLastLines(message))])
        entry.outcome = .error
        return entry
    }

    private func withLastLines(_ message: String) -> String {
        ([message] + outcome.lastLines.suffix(10)).joined(separator: "\n")
    }

    private func entry(failures: [TestReport.Failure] = [], counts: TestReport.Counts? = nil) -> TestReport.Entry {
        TestReport.Entry(
            kind: .unit,
            name: command.label,
            durationMilliseconds: milliseconds,
            failures: failures,
            counts: counts
        )
    }

    private static func entry(_ test: UnitTestFindings.Test) -> TestReport.Entry {
        let isWrong = test.outcome == .failed || test.outcome == .error
        let text = test.text.isEmpty ? "it failed; the runner's output says why" : test.text
        return TestReport.Entry(
            kind: .unit,
            name: test.name,
            outcome: test.outcome,
            durationMilliseconds: test.milliseconds.map { Int($0.rounded()) },
            failures: isWrong ? [TestReport.Failure(text)] : [],
            reason: test.outcome == .skipped && !test.text.isEmpty ? test.text : nil
        )
    }
}
