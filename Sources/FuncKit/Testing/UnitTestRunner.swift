import Foundation

/// Runs a project's own unit tests by its language's runner.
public struct UnitTestRunner: Sendable {
    private let setting: UnitTestSetting
    private let environment: [String: String]

    /// Runs with the variables of `environment` besides those that the runner needs.
    public init(_ setting: UnitTestSetting, environment: [String: String]) {
        self.setting = setting
        self.environment = environment
    }

    /// Runs all steps until one fails, and passes on every line that they write.
    /// - Returns: One entry per step; empty if the project has no unit tests.
    /// - Throws: ``FuncError`` with code `toolchain_missing`; `file_system`.
    public func run(onLine: @escaping @Sendable (ChildOutputLine) -> Void) async throws -> [TestReport.Entry] {
        guard let recipe = UnitTestRecipes.recipe(for: setting.toolchain.family) else { return [] }
        try FileManager.default.createDirectory(atPath: setting.scratch, withIntermediateDirectories: true)
        var entries: [TestReport.Entry] = []
        for command in try recipe.commands(setting) {
            let entry = try await run(command, onLine)
            entries.append(entry)
            guard entry.passed else { break }
        }
        return entries
    }

    private func run(
        _ command: UnitTestCommand,
        _ onLine: @escaping @Sendable (ChildOutputLine) -> Void
    ) async throws -> TestReport.Entry {
        let start = ContinuousClock.now
        let options = ChildProcessOptions(
            executable: command.executable,
            arguments: command.arguments,
            environment: environment.merging(command.environment) { $1 },
            workingFolder: setting.project
        )
        let outcome: ProcessOutcome
        do {
            outcome = try await ProcessRunner.run(options, onOutputLine: onLine)
        } catch let error as ChildProcessStartError {
            throw FuncError(.toolchainMissing, "cannot start '\(command.label)'", cause: "\(error)")
        }
        return TestReport.Entry(
            kind: .unit,
            name: command.label,
            durationMilliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
            failures: outcome.exit.isSuccess ? [] : ["'\(command.label)' ended with \(outcome.exit)"]
        )
    }
}
