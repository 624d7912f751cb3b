import Foundation
import FuncKit

/// One build as a recipe sees it: where things lie, and how to run tools.
public struct BuildContext: Sendable {
    /// The folder that becomes the bundle.
    public let folder: String
    /// What the program is built and run with.
    public let toolchain: ResolvedToolchain
    /// Entry point that the manifest names.
    public let handler: String
    /// Folder for what later builds can use again.
    public let cacheFolder: String

    /// A folder that is gone after the build.
    let temporaryFolder: String
    let incrementalFolder: String
    let incrementalLock: KeyedLock
    let environment: [String: String]
    let log: BuildLog
    let deadline: ContinuousClock.Instant
    let timeout: Duration
    /// Whether to look for faults that a start finds as well. While functions are developed, each save is started at once:
    /// a program that only looks would take as long as the start itself.
    let checksSources: Bool
    /// Whether compilers are to leave the code as it was written, and say where each instruction comes from.
    let isForDebugger: Bool

    /// The user's files.
    public var app: String { folder + "/app" }
    /// The language host.
    public var host: String { folder + "/host" }
    /// Installed dependencies, where the recipe keeps them apart.
    public var dependencies: String { folder + "/deps" }

    /// Says something in the build log.
    public func note(_ level: LogLevel, _ message: String) {
        log.note(level, message)
    }

    /// Gives `body` a folder in which earlier builds of this function left what makes the next one short, such as a
    /// compiler's intermediate files. One build at a time has it; it may be empty, and may vanish between builds.
    public func withIncrementalFolder<T: Sendable>(
        _ body: @Sendable (String) async throws -> T
    ) async throws -> T {
        try await incrementalLock.withLock(incrementalFolder) {
            try FileManager.default.createDirectory(atPath: incrementalFolder, withIntermediateDirectories: true)
            return try await body(incrementalFolder)
        }
    }

    /// Runs a tool, with its output in the build log, until it ends.
    ///
    /// `label` names it in errors. `variables` are added to the environment.
    /// - Throws: ``FuncError`` with code `build_failed` where it does not start, `build_timed_out` where the build's time is up.
    public func run(
        _ label: String,
        _ executable: String,
        _ arguments: [String],
        in workingFolder: String,
        variables: [String: String] = [:]
    ) async throws -> ProcessOutcome {
        let options = ChildProcessOptions(
            executable: executable,
            arguments: arguments,
            environment: environment.merging(variables) { $1 },
            workingFolder: workingFolder
        )
        let remaining = deadline - ContinuousClock.now
        guard remaining > .zero else { throw timedOut(label, lastLines: []) }
        do {
            let outcome = try await ProcessRunner.run(options, deadline: remaining) { [log] in log.take($0) }
            guard !outcome.timedOut else { throw timedOut(label, lastLines: outcome.lastLines) }
            return outcome
        } catch let error as ChildProcessStartError {
            throw FuncError(.buildFailed, "'\(label)' failed: \(error)")
        }
    }

    /// Runs a tool that has to succeed.
    /// - Throws: ``FuncError`` as ``run(_:_:_:in:variables:)`` does, and `build_failed` where it fails.
    public func runToSuccess(
        _ label: String,
        _ executable: String,
        _ arguments: [String],
        in workingFolder: String,
        variables: [String: String] = [:]
    ) async throws {
        let outcome = try await run(label, executable, arguments, in: workingFolder, variables: variables)
        guard outcome.exit.isSuccess else {
            throw FuncError(.buildFailed, "'\(label)' ended with \(outcome.exit)", details: outcome.lastLines)
        }
    }

    private func timedOut(_ label: String, lastLines: [String]) -> FuncError {
        let limit = timeout.timeInterval
        let seconds = limit < 10 ? String(format: "%g", limit) : String(Int(limit))
        return FuncError(
            .buildTimedOut,
            "the build took longer than \(seconds) s; '\(label)' was ended",
            details: lastLines
        )
    }
}
