import Foundation
import FuncKit
import TestSupport
import Testing

struct TriggerScheduleTests {
    private func schedule(_ type: String, _ config: [String: String]) -> TriggerSchedule? {
        TriggerSchedule(TriggerSpec(name: "t", type: type, config: config))
    }

    @Test func `settings have defaults and are read`() throws {
        let plain = try #require(schedule("timer", ["interval": "5m"]))
        #expect(plain.text == "every 5m GMT" || plain.text == "every 5m UTC")
        #expect(plain.overlap == .forbid)
        #expect(plain.retries == 2)
        #expect(plain.catchUpSeconds == 600)
        let full = try #require(
            schedule(
                "schedule",
                [
                    "cron": "@daily", "timezone": "Asia/Tokyo", "concurrency_policy": "replace", "max_retries": "0",
                    "catch_up": "1h",
                ]
            )
        )
        #expect(full.text == "@daily Asia/Tokyo")
        #expect(full.overlap == .replace)
        #expect(full.retries == 0)
        #expect(full.catchUpSeconds == 3600)
        for other in [schedule("http", [:]), schedule("schedule", ["cron": "soon"]), schedule("timer", [:])] {
            #expect(other == nil)
        }
    }

    @Test(
        arguments: [
            ("0 3 * * *", "2026-03-01T00:00:00Z", "2026-03-09T02:00:00Z", "2026-03-08T03:00:00Z"),
            ("0 3 * * *", "2026-03-01T04:00:00Z", "2026-03-01T05:00:00Z", nil),
            ("* * * * * *", "2020-01-01T00:00:00Z", "2026-03-01T00:00:07.5Z", "2026-03-01T00:00:07Z"),
            ("0-9 0 0 1 * *", "2020-01-01T00:00:00Z", "2026-03-01T12:00:00Z", "2026-03-01T00:00:09Z"),
            ("0 0 29 2 *", "2020-01-01T00:00:00Z", "2026-03-01T12:00:00Z", "2024-02-29T00:00:00Z"),
            ("0 3 * * *", "2026-03-01T03:00:00Z", "2026-03-01T03:00:00Z", nil),
        ] as [(String, String, String, String?)]
    )
    func `finds the last time of a span`(cron: String, start: String, end: String, last: String?) throws {
        let found = try #require(schedule("schedule", ["cron": cron]))
            .last(after: try #require(WireDate.parse(start)), through: try #require(WireDate.parse(end)))
        #expect(found.map(WireDate.format) == last)
    }

    @Test(arguments: [
        ("every 5m", true), ("*/5 * * * *", true), ("@hourly", true), ("0 3 * * *", false), ("@daily", false),
    ])
    func `some follow the time that passes`(cron: String, follows: Bool) throws {
        #expect(try CronExpression(parsing: cron).followsPassingTime == follows)
    }
}
