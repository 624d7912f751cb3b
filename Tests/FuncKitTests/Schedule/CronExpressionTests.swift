import Foundation
import FuncKit
import Testing

@Suite struct CronExpressionTests {
    @Test(arguments: [
        ("* * * * *", "* * * * *"), (" 0  3 * * * ", "0 3 * * *"),
        ("*/5 0-6,12 1 jan-MAR mon", "*/5 0-6,12 1 JAN-MAR MON"),
        ("0 0 12 ? * 7", "0 0 12 ? * 7"), ("@daily", "@daily"), ("@HOURLY", "@hourly"), ("every 5m", "every 5m"),
        ("@every 90m", "every 1h30m"), ("59 23 31 12 0", "59 23 31 12 0"), ("0-59/15 * * * *", "0-59/15 * * * *"),
        ("5/15 * * * *", "5/15 * * * *"), ("0 0 * * FRI-SUN", "0 0 * * FRI-SUN"),
        ("cron(0 8 * * MON-FRI)", "0 8 * * MON-FRI"), ("cron(0 8 ? * MON-FRI *)", "0 8 ? * MON-FRI"),
        ("cron(0 0 8 * * *)", "0 0 8 * * *"), ("rate(5 minutes)", "every 5m"), ("rate(1 hour)", "every 1h"),
        ("Rate(1 day)", "every 24h"), ("0 0 29 2 *", "0 0 29 2 *"), ("0 0 31 2 MON", "0 0 31 2 MON"),
    ])
    func `reads a schedule in every spelling`(text: String, canonical: String) throws {
        let schedule = try CronExpression(parsing: text)
        #expect(schedule.text == canonical)
        #expect(try CronExpression(parsing: canonical) == schedule)
    }

    @Test(arguments: [
        ("", "is empty"), ("* * * *", "has 4 fields"), ("* * * * * * *", "has 7 fields"),
        ("60 * * * *", "'60' as minute"), ("0 24 * * *", "'24' as hour"), ("* * 0 * *", "'0' as day of month"),
        ("* * * 13 *", "'13' as month"), ("* * * * 8", "'8' as day of week"), ("5-1 * * * *", "'5-1' as minute"),
        ("*/0 * * * *", "'*/0'"), ("a * * * *", "'a'"), ("1,,2 * * * *", "'1,,2'"), ("1/2/3 * * * *", "'1/2/3'"),
        ("@dayly", "no known macro"), ("@daily x", "no known macro"), ("every", "at least 1s"),
        ("every 5", "at least 1s"), ("every 10ms", "at least 1s"), ("-1 * * * *", "'-1'"), ("* * L * *", "'L'"),
        ("0 0 31 2,4,6 *", "never fire"), ("0 0 30 2 ?", "never fire"), ("rate(5)", "no rate"),
        ("rate(0 minutes)", "no rate"), ("cron(0 8 ? * 2-6 *)", "day of week"), ("cron(0 8 ? * MON 2030)", "a year"),
        ("٣ * * * *", "'٣'"), ("99999999999999999999 * * * *", "as minute"), ("* * * * *)", "day of week"),
        (String(repeating: "1,", count: 200) + "1 * * * *", "256 bytes"),
    ])
    func `refuses what can never be one and says why`(text: String, reason: String) throws {
        let error = try #require(throws: FuncError.self) { try CronExpression(parsing: text) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains(reason), "\(error.message)")
        #expect(error.hint?.isEmpty == false)
    }

    @Test(
        arguments: [
            ("0 0 3 * * *", "0 3 * * *"), ("30 0 3 * * *", nil), ("0 8 ? * MON", "0 8 * * MON"),
            ("@daily", "0 0 * * *"), ("every 1m", "* * * * *"), ("every 15m", "*/15 * * * *"), ("every 7m", nil),
            ("every 30s", nil), ("every 1h", "0 * * * *"), ("every 6h", "0 */6 * * *"), ("every 5h", nil),
            ("every 90m", nil), ("every 1d", "0 0 * * *"), ("every 2d", nil),
        ] as [(String, String?)]
    )
    func `says in five fields what five fields can say`(text: String, five: String?) throws {
        #expect(try CronExpression(parsing: text).fiveFields == five)
    }

    // MARK: - Times

    private func times(_ text: String, after start: String, in zone: String, count: Int) throws -> [String] {
        let schedule = try CronExpression(parsing: text)
        let zone = try #require(TimeZone(identifier: zone))
        var date = try #require(WireDate.parse(start))
        var found: [String] = []
        for _ in 0..<count {
            date = try #require(schedule.next(after: date, in: zone))
            found.append(WireDate.format(date))
        }
        return found
    }

    @Test(arguments: [
        ("0 3 * * *", "2026-03-01T02:59:59.5Z", "2026-03-01T03:00:00Z"),
        ("0 3 * * *", "2026-03-01T03:00:00Z", "2026-03-02T03:00:00Z"),
        ("*/15 * * * *", "2026-03-01T23:45:00Z", "2026-03-02T00:00:00Z"),
        ("30 * * * * *", "2026-03-01T12:00:30Z", "2026-03-01T12:01:30Z"),
        ("5 4 3 2 1 *", "2026-03-01T00:00:00Z", "2027-01-02T03:04:05Z"),
        ("59 59 23 31 12 *", "2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z"),
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("0 0 * * 7", "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z"),
        ("0 0 1 * MON", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"),
        ("0 0 1 * MON", "2026-03-30T00:00:00Z", "2026-04-01T00:00:00Z"),
        ("0 0 */2 * MON", "2026-03-01T00:00:00Z", "2026-03-09T00:00:00Z"),
        ("@yearly", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
        ("@monthly", "1960-02-02T00:00:00Z", "1960-03-01T00:00:00Z"),
        ("every 5m", "2026-03-01T12:03:00.25Z", "2026-03-01T12:05:00Z"),
        ("every 7s", "1970-01-01T00:00:07Z", "1970-01-01T00:00:14Z"),
    ])
    func `finds the next time`(text: String, start: String, next: String) throws {
        #expect(try times(text, after: start, in: "UTC", count: 1) == [next])
    }

    @Test func `counts in the clocks of its zone`() throws {
        #expect(
            try times("0 3 * * *", after: "2026-03-01T00:00:00Z", in: "Asia/Tokyo", count: 2)
                == ["2026-03-01T18:00:00Z", "2026-03-02T18:00:00Z"]
        )
        #expect(
            try times("30 9 * * MON-FRI", after: "2026-03-06T12:00:00Z", in: "Asia/Kathmandu", count: 1)
                == ["2026-03-09T03:45:00Z"]
        )
    }

    /// New York leaves out 2:00 to 3:00 on 8 March 2026, and has 1:00 to 2:00 twice on 1 November.
    @Test(arguments: [
        // Left out: made up for right after the change, once.
        ("30 2 * * *", "2026-03-07T12:00:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"]),
        ("*/10 2 * * *", "2026-03-08T06:59:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]),
        ("0 3 * * *", "2026-03-08T06:00:00Z", ["2026-03-08T07:00:00Z", "2026-03-09T07:00:00Z"]),
        // Twice: the first time counts.
        ("30 1 * * *", "2026-10-31T12:00:00Z", ["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]),
        ("30 1 * * *", "2026-11-01T05:30:00Z", ["2026-11-02T06:30:00Z"]),
        ("30 1 * * *", "2026-11-01T06:10:00Z", ["2026-11-02T06:30:00Z"]),
        ("0 2 * * *", "2026-11-01T05:59:00Z", ["2026-11-01T07:00:00Z"]),
        // Every hour: real time.
        ("30 * * * *", "2026-03-08T06:00:00Z", ["2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"]),
        (
            "0 * * * *", "2026-11-01T04:30:00Z",
            ["2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z"]
        ),
    ])
    func `knows what happens when clocks are changed`(text: String, start: String, next: [String]) throws {
        #expect(try times(text, after: start, in: "America/New_York", count: next.count) == next)
    }

    @Test func `a day that a zone leaves out is made up for too`() throws {
        // Samoa went from 29 to 31 December 2011.
        let found = try times("0 12 30 12 *", after: "2011-12-29T00:00:00Z", in: "Pacific/Apia", count: 1)
        #expect(found == ["2011-12-30T10:00:00Z"])
    }

    @Test func `each hour of a year has its time once, whatever the clocks do`() throws {
        let schedule = try CronExpression(parsing: "0 * * * *")
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        var date = try #require(WireDate.parse("2026-01-01T00:00:00Z"))
        for _ in 0..<8760 {
            let next = try #require(schedule.next(after: date, in: zone))
            #expect(next.timeIntervalSince(date) == 3600)
            date = next
        }
        let daily = try CronExpression(parsing: "30 2 * * *")
        var days = 0
        date = try #require(WireDate.parse("2026-01-01T00:00:00Z"))
        let end = try #require(WireDate.parse("2027-01-01T00:00:00Z"))
        while let next = daily.next(after: date, in: zone), next < end { (date, days) = (next, days + 1) }
        #expect(days == 365)
    }

    @Test func `a time that is no time has no next one`() throws {
        let zone = try #require(TimeZone(identifier: "UTC"))
        let schedule = try CronExpression(parsing: "* * * * *")
        for date in [Date(timeIntervalSince1970: .infinity), Date(timeIntervalSince1970: 1e18)] {
            #expect(schedule.next(after: date, in: zone) == nil)
        }
    }
}
