import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@Suite struct BlockingWorkTests {
    private struct Broken: Error, Equatable {}

    @Test func givesBackWhatTheBodyReturns() async throws {
        #expect(try await BlockingWork.run("answer") { _ in 42 } == 42)
    }

    @Test func passesErrorsOn() async {
        await #expect(throws: Broken.self) {
            try await BlockingWork.run("broken") { _ in throw Broken() }
        }
    }

    @Test func runsMoreJobsAtOnceThanThePoolHasThreads() async throws {
        let jobs = 16
        let arrived = Atomic(0)
        // Each job waits for all others, which a pool with fewer threads could never satisfy.
        let meet: @Sendable () throws -> Void = {
            arrived.add(1, ordering: .relaxed)
            let deadline = ContinuousClock.now + .seconds(30)
            while arrived.load(ordering: .relaxed) < jobs {
                guard ContinuousClock.now < deadline else { throw Broken() }
                sched_yield()
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<jobs {
                group.addTask { try await BlockingWork.run("meet") { _ in try meet() } }
            }
            try await group.waitForAll()
        }
        #expect(arrived.load(ordering: .relaxed) == jobs)
    }

    @Test func tellsTheBodyAboutCancellation() async throws {
        let started = Atomic(false)
        let start: @Sendable () -> Void = { started.store(true, ordering: .relaxed) }
        let task = Task {
            try await BlockingWork.run("until cancelled") { isCancelled in
                start()
                let deadline = ContinuousClock.now + .seconds(30)
                while !isCancelled() {
                    guard ContinuousClock.now < deadline else { throw Broken() }
                    sched_yield()
                }
                throw CancellationError()
            }
        }
        try await eventually("start of the body", holds: { started.load(ordering: .relaxed) })
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func seesCancellationFromBeforeTheStart() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await BlockingWork.run("late") { isCancelled in isCancelled() }
        }
        #expect((try? await task.value) == true)
    }
}
