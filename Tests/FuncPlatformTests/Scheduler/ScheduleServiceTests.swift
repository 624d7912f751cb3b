import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Schedules over time: when they fire, and what is on record.
struct ScheduleServiceTests {
    private let hello = ControlFixture.hello

    @Test func `a schedule fires when it is due, once, and the call is on record`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00.4Z")
        try await fixture.run(ScheduleFixture.cron("*/5 * * * * *", ["input": #"{"a":1}"#]))
        #expect(fixture.control.invoker.requests.isEmpty)
        try await fixture.advance(4.5)
        #expect(fixture.control.invoker.requests.isEmpty)
        try await fixture.advance(0.2)
        let event = try #require(try await fixture.ended(1).first)
        #expect(event.type == "dev.hks.schedule.fired")
        #expect(event.scheduled == "2026-03-01T12:00:05Z")
        #expect(event.fired == "2026-03-01T12:00:05.100Z")
        #expect(event.attempt == 1)
        #expect(event.input == .object(["a": .integer(1)]))
        #expect(!event.isCatchUp)
        try await fixture.advance(5)
        #expect(try await fixture.ended(2).map(\.scheduled) == ["2026-03-01T12:00:05Z", "2026-03-01T12:00:10Z"])
        let calls = try await eventually("two calls have ended") {
            let calls = try await fixture.control.invocationStore.invocations(of: hello, limit: 9)
            return calls.allSatisfy { $0.completedAt != nil } && calls.count == 2 ? calls : nil
        }
        #expect(calls.allSatisfy { $0.status == .completed && $0.trigger == "tick" })
        let trigger = try await fixture.firing.triggers.trigger("tick", of: hello)
        #expect(trigger.lastFiredAt.map(WireDate.format) == "2026-03-01T12:00:10.100Z")
    }

    @Test func `a timer fires in steps, counted from 1970`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:03Z")
        try await fixture.run(TriggerSpec(name: "tick", type: "timer", config: ["interval": "10s"]))
        try await fixture.advance(7)
        #expect(try await fixture.ended(1).map(\.scheduled) == ["2026-03-01T12:00:10Z"])
    }

    @Test func `what is changed, disabled, enabled or deleted counts at once`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00Z")
        try await fixture.run(ScheduleFixture.cron("every 10s"))
        let deployments = fixture.control.deployments
        func update(_ change: @escaping @Sendable (inout TriggerSpec) -> Void) async throws {
            _ = try await deployments.updateTrigger("tick", of: hello, author: nil) { spec in
                var spec = spec
                change(&spec)
                return spec
            }
        }
        try await update { $0.enabled = false }
        try await eventually("the scheduler has forgotten it") { await fixture.service.waiting == 0 }
        fixture.clock.advance(by: .seconds(60))
        #expect(fixture.control.invoker.requests.isEmpty)
        // What was due meanwhile is not made up for.
        try await update { $0.enabled = true }
        try await eventually("the scheduler knows it again") { await fixture.service.waiting == 1 }
        try await fixture.advance(10)
        #expect(try await fixture.ended(1).map(\.scheduled) == ["2026-03-01T12:01:10Z"])
        try await update { $0.config["cron"] = "every 25s" }
        try await eventually("the scheduler knows the change") {
            await fixture.service.nextDue.map(WireDate.format) == "2026-03-01T12:01:15Z"
        }
        try await fixture.advance(5)
        #expect(try await fixture.ended(2).last?.scheduled == "2026-03-01T12:01:15Z")
        try await deployments.deleteTrigger("tick", of: hello, author: nil)
        try await eventually("the scheduler has forgotten it") { await fixture.service.waiting == 0 }
        fixture.clock.advance(by: .seconds(120))
        #expect(fixture.control.invoker.requests.count == 2)
    }

    @Test func `a change that the scheduler has not heard of keeps a trigger from firing`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00Z")
        try await fixture.run(ScheduleFixture.cron("every 10s"))
        // Past the deployments, which would tell.
        _ = try await fixture.firing.triggers.update("tick", of: hello, author: nil) { spec in
            var spec = spec
            spec.enabled = false
            return spec
        }
        fixture.clock.advance(by: .seconds(10))
        try await eventually("the scheduler has looked at it") { await fixture.service.waiting == 0 }
        #expect(fixture.control.invoker.requests.isEmpty)
    }

    @Test func `without schedules nothing wakes it, with thousands one timer does`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00Z")
        try await fixture.control.createHello()
        fixture.begin()
        let specs = (0..<TriggerStore.maxPerFunction).map { index in
            TriggerSpec(name: "t\(index)", type: "schedule", config: ["cron": "\(index % 60) 3 * * *"])
        }
        try await fixture.control.deploy(try await fixture.control.request("v2") { $0.triggers = specs })
        try await eventually("all wait") { await fixture.service.waiting == specs.count }
        try await eventually("one sleeps for all") { fixture.clock.sleepers == 1 }
        #expect(await fixture.service.nextDue.map(WireDate.format) == "2026-03-02T03:00:00Z")
    }

    // MARK: - Restarts

    @Test(arguments: [
        // Down for some seconds: what fell due is made up for at once.
        ("*/10 * * * * *", 12.0, "2026-03-01T12:00:20Z", false), ("0 5 12 * * *", 400, "2026-03-01T12:05:00Z", true),
        ("0 */2 * * * *", 470, "2026-03-01T12:08:00Z", false),
    ])
    func `after a restart one time that was missed is made up for`(
        cron: String,
        down: Double,
        scheduled: String,
        isMarked: Bool
    ) async throws {
        let first = try ScheduleFixture(at: "2026-03-01T12:00:10Z")
        try await first.run(ScheduleFixture.cron(cron))
        try await first.kill()
        let time = try #require(WireDate.parse("2026-03-01T12:00:10Z")).addingTimeInterval(down)
        let second = try ScheduleFixture(at: WireDate.format(time), folder: first.control.folder)
        second.begin()
        let events = try await second.events(1)
        #expect(events.map(\.scheduled) == [scheduled])
        #expect(events.map(\.isCatchUp) == [isMarked])
        try await second.settle()
        #expect(second.control.invoker.requests.count == 1)
    }

    @Test func `what is too old is skipped, and the log says so`() async throws {
        let first = try ScheduleFixture(at: "2026-03-01T02:00:00Z")
        try await first.run(ScheduleFixture.cron("0 3 * * *"))
        try await first.kill()
        let second = try ScheduleFixture(at: "2026-03-03T09:00:00Z", folder: first.control.folder)
        second.begin()
        try await eventually("the log has a line") { try await !second.log().isEmpty }
        #expect(
            try await second.log() == [
                "trigger 'tick' skipped 2026-03-01T03:00:00Z to 2026-03-03T03:00:00Z: missed by more than 10m"
            ]
        )
        try await second.settle()
        #expect(await second.service.nextDue.map(WireDate.format) == "2026-03-04T03:00:00Z")
        #expect(second.control.invoker.requests.isEmpty)
    }

    @Test func `a time that has fired does not fire again after a kill`() async throws {
        let first = try ScheduleFixture(at: "2026-03-01T12:00:09Z")
        first.control.invoker.handle { _ in try await FakeInvoker.never() }
        try await first.run(ScheduleFixture.cron("*/10 * * * * *"))
        try await first.advance(1)
        _ = try await first.events(1)
        try await first.kill()
        let second = try ScheduleFixture(at: "2026-03-01T12:00:12Z", folder: first.control.folder)
        try await second.control.invocations.resume()
        second.begin()
        try await second.settle()
        #expect(second.control.invoker.requests.isEmpty)
        let calls = try await second.control.invocationStore.invocations(of: hello, limit: 9)
        #expect(calls.map(\.error) == ["the platform stopped during the call"])
        try await second.advance(8)
        #expect(try await second.events(1).map(\.scheduled) == ["2026-03-01T12:00:20Z"])
    }

    @Test func `a time that was noted and not sent is sent after a kill, once`() async throws {
        let first = try ScheduleFixture(at: "2026-03-01T12:00:09Z")
        try await first.control.createHello { $0.triggers = [ScheduleFixture.cron("*/10 * * * * *")] }
        let store = first.service.store
        let entry = try #require(try await store.entries().first)
        let due = try #require(WireDate.parse("2026-03-01T12:00:10Z"))
        let run = ScheduledRun(entry: entry, scheduledTime: due, isCatchUp: false)
        let claim = ScheduleStore.Claim(
            entry: entry,
            handledThrough: due,
            delivery: try run.delivery(attempt: 1, at: due)
        )
        #expect(try await store.claim([claim]) == [entry.triggerID])
        try await first.kill()
        let second = try ScheduleFixture(at: "2026-03-01T12:00:12Z", folder: first.control.folder)
        try await second.control.invocations.resume()
        second.begin()
        #expect(try await second.events(1).map(\.scheduled) == ["2026-03-01T12:00:10Z"])
        try await second.settle()
        #expect(second.control.invoker.requests.count == 1)
    }

    // MARK: - Clocks that are set

    @Test func `a clock that is set forward leads to one call`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00Z")
        try await fixture.run(ScheduleFixture.cron("* * * * *"))
        fixture.setClock(by: 3600)
        try await fixture.advance(30)
        #expect(try await fixture.ended(1).map(\.scheduled) == ["2026-03-01T13:00:00Z"])
        try await fixture.advance(30)
        #expect(try await fixture.ended(2).map(\.scheduled).last == "2026-03-01T13:01:00Z")
    }

    @Test func `a clock that is set back repeats nothing, and frequent schedules go on`() async throws {
        let fixture = try ScheduleFixture(at: "2026-03-01T12:00:00Z")
        try await fixture.run(
            ScheduleFixture.cron("* * * * *"),
            TriggerSpec(name: "noon", type: "schedule", config: ["cron": "1 12 * * *"])
        )
        try await fixture.advance(60)
        _ = try await fixture.ended(2)
        try await fixture.settle()
        fixture.setClock(by: -1800)
        try await fixture.advance(30)
        try await fixture.advance(30)
        #expect(try await fixture.ended(3).last?.scheduled == "2026-03-01T11:32:00Z")
        for _ in 0..<60 { try await fixture.advance(30) }
        let noons = fixture.control.invoker.requests.filter {
            $0.headers["ce-source"]?.first?.hasSuffix("noon") == true
        }
        #expect(noons.count == 1)
    }
}
