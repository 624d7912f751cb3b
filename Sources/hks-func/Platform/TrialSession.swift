import Foundation
import FuncKit
import FuncPlatform
import Synchronization

/// Runs request cases and the contract's demands on instances of a project, several at once.
struct TrialSession: Sendable {
    let session: TestSession
    let cases: [RequestCase]
    let demands: [FunctionTrial.Demand]

    private var console: Console { session.context.console }
    private var project: LoadedProject { session.project }

    /// Instances that run at once.
    private static let lanes = max(1, min(8, ProcessInfo.processInfo.activeProcessorCount))

    /// What a piece of work came to.
    private struct Result: Sendable {
        var entry: TestReport.Entry
        var changes: [TestOutcome.Change] = []
    }

    /// One piece of work.
    private struct Work: Sendable {
        var kind: TestReport.Kind
        var name: String
        var run: @Sendable (FunctionTrial) async throws -> Result
    }

    /// Builds the project and runs everything; results come in the order of the work, whoever is done first.
    func run(secrets: [SecretReference: Data]) async throws -> TestOutcome {
        let packed = try await ProjectPacker(project: project, temporaryFolder: session.context.temporaryFolder).pack()
        defer { packed.remove() }
        let console = console
        var outcome = TestOutcome()
        do {
            try await console.progress("Testing '\(project.name)' in fresh instances") { progress in
                outcome = try await FunctionTrial.with(
                    project,
                    archive: packed.archive,
                    configuration: session.configuration(),
                    temporaryFolder: session.context.temporaryFolder,
                    secrets: secrets,
                    warn: { console.warning($0) },
                    { try await run(on: $0, progress) }
                )
            }
        } catch let error as FuncError {
            // What the unit tests found is not lost with it.
            outcome.report.entries.append(entry(for: error))
            outcome.failure = error
        }
        return outcome
    }

    private func run(on trial: FunctionTrial, _ progress: ProgressReporter) async throws -> TestOutcome {
        let cases = cases.map { test in Work(kind: .cases, name: test.name) { try await run(test, on: $0) } }
        let demands = demands.map { demand in
            Work(kind: .contract, name: demand.name) { Result(entry: try await $0.hold(to: demand)) }
        }
        let work = cases + demands
        let failure = Mutex<FuncError?>(nil)
        let results = try await inLanes(work.indices, width: Self.lanes) { index in
            let item = work[index]
            guard failure.withLock({ $0 == nil }) else {
                let reason = "the function could not be started"
                return Result(
                    entry: TestReport.Entry(
                        kind: item.kind,
                        name: item.name,
                        outcome: .skipped,
                        durationMilliseconds: nil,
                        reason: reason
                    )
                )
            }
            progress.update("\(index + 1) of \(work.count): \(item.name)")
            do {
                return try await item.run(trial)
            } catch let error as FuncError {
                failure.withLock { $0 = $0 ?? error }
                var entry = entry(for: error)
                (entry.kind, entry.name) = (item.kind, item.name)
                return Result(entry: entry)
            }
        }
        return TestOutcome(
            report: TestReport(results.map(\.entry)),
            failure: failure.withLock { $0 },
            changes: results.flatMap(\.changes)
        )
    }

    /// Runs a case; where answers are to be written and differ, writes them and runs it again.
    private func run(_ test: RequestCase, on trial: FunctionTrial) async throws -> Result {
        let limit = session.plan.timeout ?? .seconds(project.settings.timeout + 5)
        let first = try await trial.run(test, answersWithin: limit)
        let expectsNothing = test.expectsNothing
        guard session.plan.updatesCases, !first.entry.passed || expectsNothing else {
            return Result(entry: first.entry)
        }
        let update: (test: RequestCase, changes: [CaseUpdate.Change])
        do {
            update = try CaseUpdate.apply(first.record, to: test, inProject: project.root.folder)
        } catch let error as FuncError where error.code == .unsupported {
            var entry = first.entry
            entry.failures.append(.init(error.message))
            return Result(entry: entry)
        }
        guard !update.changes.isEmpty else { return Result(entry: first.entry) }
        let changes = update.changes.map {
            TestOutcome.Change(file: test.file, path: $0.path, before: $0.before, after: $0.after)
        }
        return Result(entry: try await trial.run(update.test, answersWithin: limit).entry, changes: changes)
    }

    /// A failure that is nobody's test.
    private func entry(for error: FuncError) -> TestReport.Entry {
        let lines = [error.message] + error.details.suffix(15)
        return TestReport.Entry(
            kind: cases.isEmpty ? .contract : .cases,
            name: "the function is built and starts",
            outcome: .error,
            durationMilliseconds: nil,
            failures: [.init(lines.joined(separator: "\n"))]
        )
    }
}

/// Does work for each element, `width` at once, and gives the results in the order of the elements.
private func inLanes<Element: Sendable, Value: Sendable>(
    _ elements: some Collection<Element>,
    width: Int,
    _ work: @escaping @Sendable (Element) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var results: [Int: Value] = [:]
        var waiting = Array(elements.enumerated())[...]
        func startNext() {
            guard let (index, element) = waiting.popFirst() else { return }
            group.addTask { (index, try await work(element)) }
        }
        for _ in 0..<width { startNext() }
        while let (index, value) = try await group.next() {
            results[index] = value
            startNext()
        }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }
}
