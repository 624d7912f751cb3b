import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Runs that overlap, and runs that fail.
struct ScheduleRunTests {
    private let hello = ControlFixture.hello

    /// A function that is called every 10 s and does not answer its first call.
    private func stuck(_ policy: String?) async throws -> ScheduleFixture {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00Z")
        let calls = MutexBox(0)
        fixture.control.invoker.handle { _ in
            let isFirst = calls.mutate { count in
                count += 1
                return count == 1
            }
            return isFirst ? try await FakeInvoker.never() : InvokeResponse(statusCode: 204)
        }
        let config = policy.map { ["concurrency_policy": $0] } ?? [:]
        try await fixture.run(ScheduleFixture.cron("every 10s", config))
        try await fixture.advance(10)
        _ = try await fixture.events(1)
        try await fixture.advance(10)
        return fixture
    }

    private func statuses(_ fixture: ScheduleFixture) async throws -> [InvocationStatus] {
        try await fixture.control.invocationStore.invocations(of: hello, limit: 9).map(\.status).reversed()
    }

    @Test func `by default a time is skipped while the last run is under way`() async throws {
        let fixture = try await stuck(nil)
        try await fixture.advance(10)
        #expect(fixture.control.invoker.requests.count == 1)
        // Said once per run.
        #expect(
            try await fixture.log() == [
                "trigger 'tick' is due while its last run is under way: skipped until that ends"
            ]
        )
        await fixture.service.stop(within: .zero)
        try await eventually("the call is given up") { try await statuses(fixture) == [.failed] }
    }

    @Test func `runs may be allowed to overlap`() async throws {
        let fixture = try await stuck("allow")
        #expect(try await fixture.events(2).map(\.scheduled) == ["2026-03-01T12:00:10Z", "2026-03-01T12:00:20Z"])
        try await eventually("the second call has ended") { try await statuses(fixture) == [.running, .completed] }
        await fixture.service.stop(within: .zero)
    }

    @Test func `a new run may end the last one`() async throws {
        let fixture = try await stuck("replace")
        _ = try await fixture.events(2)
        try await eventually("the first call was ended") { try await statuses(fixture) == [.failed, .completed] }
        let calls = try await fixture.control.invocationStore.invocations(of: hello, limit: 9)
        #expect(calls.last?.error == "the call was cancelled")
    }

    // MARK: - Failures

    @Test func `a run that fails is tried again with rising pauses, then the failure is on record`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:59:59Z")
        fixture.control.invoker.answer(with: .success(InvokeResponse(statusCode: 500)))
        try await fixture.run(ScheduleFixture.cron("@hourly"))
        try await fixture.advance(1)
        _ = try await fixture.events(1)
        try await fixture.settle(sleepers: 2)
        fixture.clock.advance(by: .seconds(5))
        _ = try await fixture.events(2)
        try await fixture.settle(sleepers: 2)
        fixture.clock.advance(by: .seconds(9))
        #expect(fixture.control.invoker.requests.count == 2)
        fixture.clock.advance(by: .seconds(1))
        let events = try await fixture.events(3)
        #expect(events.map(\.attempt) == [1, 2, 3])
        #expect(Set(events.map(\.id)).count == 1)
        #expect(Set(events.map(\.scheduled)) == ["2026-03-01T13:00:00Z"])
        let audit = try await eventually("the failure is in the audit trail") {
            try await EventStore(registry: fixture.control.registry).events(of: hello, limit: 20)
                .first { $0.type == "trigger_failed" }
        }
        #expect(audit.description.hasPrefix("trigger 'tick' failed after 3 attempts: the function answered with"))
        #expect(audit.metadata["attempts"] == "3")
        let log = try await fixture.log()
        #expect(log.count == 3)
        #expect(log.first == "attempt 1 of trigger 'tick' failed: the function answered with status 500")
    }

    @Test(
        arguments: [
            ("@hourly", ["max_retries": "0"], Result.success(InvokeResponse(statusCode: 503))),
            ("@hourly", [:], .success(InvokeResponse(statusCode: 404))),
            // The next time would come first.
            ("every 5s", [:], .failure(FuncError(.timedOut, "no answer within 1 s"))),
        ] as [(String, [String: String], Result<InvokeResponse, FuncError>)]
    )
    func `some failures are final at once`(
        cron: String,
        config: [String: String],
        answer: Result<InvokeResponse, FuncError>
    ) async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:59:55Z")
        fixture.control.invoker.answer(with: answer)
        try await fixture.run(ScheduleFixture.cron(cron, config))
        try await fixture.advance(5)
        _ = try await fixture.events(1)
        try await eventually("the failure is in the audit trail") {
            try await EventStore(registry: fixture.control.registry).events(of: hello, limit: 20)
                .contains { $0.type == "trigger_failed" }
        }
        #expect(fixture.control.invoker.requests.count == 1)
        #expect(try await fixture.log().count == 1)
    }

    @Test func `a trigger that is deleted is not tried again`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:59:59Z")
        fixture.control.invoker.answer(with: .failure(FuncError(.overloaded, "too many requests wait")))
        try await fixture.run(ScheduleFixture.cron("@hourly"))
        try await fixture.advance(1)
        _ = try await fixture.events(1)
        try await fixture.settle(sleepers: 2)
        try await fixture.control.deployments.deleteTrigger("tick", of: hello, author: nil)
        try await eventually("nobody sleeps") { fixture.clock.sleepers == 0 }
        fixture.clock.advance(by: .seconds(60))
        #expect(fixture.control.invoker.requests.count == 1)
    }
}
