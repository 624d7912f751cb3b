import Foundation
import FuncKit
import Testing

@testable import FuncPlatform

/// The rules about late and missed times, and the queue behind them.
struct ScheduleDecisionTests {
    private static func date(_ time: String) -> Date {
        WireDate.parse("2026-03-0" + time + "Z") ?? .distantPast
    }

    private static func schedule(_ cron: String, _ config: [String: String] = [:]) throws -> TriggerSchedule {
        try #require(
            TriggerSchedule(TriggerSpec(name: "t", type: "schedule", config: ["cron": cron].merging(config) { $1 }))
        )
    }

    @Test(
        arguments: [
            ("0 3 * * *", [:], "1T12:00:00", "1T12:30:00", .wait(until: date("2T03:00:00"))),
            (
                "0 3 * * *", [:], "1T12:00:00", "2T03:00:02",
                .fire(time: date("2T03:00:00"), isCatchUp: false, firstMissed: nil)
            ),
            (
                "0 3 * * *", [:], "1T12:00:00", "2T03:09:00",
                .fire(time: date("2T03:00:00"), isCatchUp: true, firstMissed: nil)
            ),
            (
                "0 3 * * *", [:], "1T12:00:00", "2T03:10:01",
                .skip(first: date("2T03:00:00"), last: date("2T03:00:00"))
            ),
            (
                "0 3 * * *", ["catch_up": "24h"], "1T12:00:00", "5T12:00:00",
                .fire(time: date("5T03:00:00"), isCatchUp: true, firstMissed: date("2T03:00:00"))
            ),
            (
                "0 3 * * *", ["catch_up": "0s"], "1T12:00:00", "2T03:00:11",
                .skip(first: date("2T03:00:00"), last: date("2T03:00:00"))
            ),
            (
                "every 5s", [:], "1T12:00:00", "1T12:00:31",
                .fire(time: date("1T12:00:30"), isCatchUp: false, firstMissed: date("1T12:00:05"))
            ),
            (
                "* * * * * *", [:], "1T00:00:00", "8T23:59:59.5",
                .fire(time: date("8T23:59:59"), isCatchUp: false, firstMissed: date("1T00:00:01"))
            ),
        ] as [(String, [String: String], String, String, ScheduleDecision)]
    )
    func `decides about what is due`(
        cron: String,
        config: [String: String],
        handled: String,
        now: String,
        decision: ScheduleDecision
    ) throws {
        let schedule = try Self.schedule(cron, config)
        let found = ScheduleDecision.make(schedule, handledThrough: Self.date(handled), now: Self.date(now))
        #expect(found == decision)
    }

    @Test(arguments: [
        // New York has 1:00 to 2:00 twice on 1 November, and leaves out 2:00 to 3:00 on 8 March.
        ("30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-01T06:31:00Z", "2026-11-02T06:30:00Z"),
        ("30 2 * * *", "2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"),
        ("0 * * * *", "2026-11-01T05:00:00Z", "2026-11-01T05:59:00Z", "2026-11-01T06:00:00Z"),
    ])
    func `a change of the clocks leads to no second call`(cron: String, handled: String, now: String, next: String)
        throws
    {
        let schedule = try Self.schedule(cron, ["timezone": "America/New_York"])
        let handled = try #require(WireDate.parse(handled))
        let now = try #require(WireDate.parse(now))
        let next = try #require(WireDate.parse(next))
        #expect(ScheduleDecision.make(schedule, handledThrough: handled, now: now) == .wait(until: next))
    }

    @Test(arguments: [
        ("* * * * *", "1T12:00:30", "1T12:00:00", "1T12:00:30"),
        ("* * * * *", "1T12:00:30", "1T11:00:00", "1T11:00:00"),
        ("0 3 * * *", "2T03:00:00", "2T01:00:00", "2T03:00:00"),
        ("0 3 * * *", "5T03:00:00", "2T01:00:00", "2T01:00:00"),
        ("0 3 * * *", "1T03:00:00", "2T01:00:00", "1T03:00:00"),
    ])
    func `goes on where clocks were set back`(cron: String, handled: String, now: String, from: String) throws {
        let found = ScheduleDecision.resumption(
            of: try Self.schedule(cron),
            handledThrough: Self.date(handled),
            now: Self.date(now)
        )
        #expect(found == Self.date(from))
    }

    @Test func `the queue gives who is due, in order, whatever was said in between`() {
        var queue = DueQueue()
        var generator = SystemRandomNumberGenerator()
        var expected: [String: Double] = [:]
        for _ in 0..<20_000 {
            let id = "t\(Int.random(in: 0..<2_000, using: &generator))"
            let due = Double(Int.random(in: 0..<100_000, using: &generator))
            expected[id] = Bool.random(using: &generator) ? due : nil
            queue.set(id, due: expected[id].map { Date(timeIntervalSince1970: $0) })
        }
        #expect(queue.count == expected.count)
        var last = 0.0
        while let next = queue.nextDue, let id = queue.pop(at: next) {
            #expect(expected.removeValue(forKey: id) == next.timeIntervalSince1970)
            #expect(next.timeIntervalSince1970 >= last)
            last = next.timeIntervalSince1970
        }
        #expect(expected.isEmpty)
        #expect(queue.count == 0)
        #expect(queue.pop(at: .distantFuture) == nil)
    }
}
