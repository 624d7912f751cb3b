import Foundation

extension CronExpression {
    /// The first time after `date` at which the schedule is due, by the clocks of a time zone; nil where none is within
    /// the next nine years.
    ///
    /// A schedule for certain hours is due once a day whatever the clocks do: a time that a change of the clocks leaves
    /// out is made up for right after the change, and one that comes twice counts the first time. A schedule for every
    /// hour goes by the time that really passes.
    public func next(after date: Date, in zone: TimeZone) -> Date? {
        let time = date.timeIntervalSince1970
        guard time.magnitude < 1e11 else { return nil }
        switch rule {
        case .every(let milliseconds):
            let now = Int((time * 1_000).rounded(.down))
            let last = now.flooredQuotient(by: milliseconds)
            return Date(timeIntervalSince1970: Double((last + 1) * milliseconds) / 1_000)
        case .fields(let fields):
            let clock = ZoneClock(zone: zone)
            return fields.next(after: Int(time.rounded(.down)), on: clock)
                .map { Date(timeIntervalSince1970: Double($0)) }
        }
    }
}

/// The clocks of a time zone. A wall time is counted in seconds as if the zone were UTC.
private struct ZoneClock {
    let zone: TimeZone

    /// What the clocks show ahead of UTC, in seconds.
    func offset(at instant: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    }

    /// The first instant after `start` and not after `end` at which the clocks are changed.
    func change(after start: Int, through end: Int) -> Int? {
        let before = offset(at: start)
        var low = start
        while low < end {
            var high = min(low + CivilDate.secondsPerDay, end)
            guard offset(at: high) != before else {
                low = high
                continue
            }
            while high - low > 1 {
                let middle = low + (high - low) / 2
                if offset(at: middle) == before { low = middle } else { high = middle }
            }
            return high
        }
        return nil
    }
}

extension CronFields {
    /// Longer than any change of clocks.
    private static let lookBack = 26 * 3600

    /// Goes from one change of the clocks to the next; in between, wall time and real time run alike.
    fileprivate func next(after instant: Int, on clock: ZoneClock) -> Int? {
        var start = instant - Self.lookBack
        var offset = clock.offset(at: start)
        var firstWall = start + offset
        while true {
            guard let wall = wall(from: max(firstWall, instant + 1 + offset)) else { return nil }
            guard let change = clock.change(after: start, through: wall - offset) else { return wall - offset }
            let newOffset = clock.offset(at: change)
            // Left out by the change: due right after it.
            if !hour.isAny, wall < change + newOffset, change > instant { return change }
            firstWall = change + (hour.isAny ? newOffset : max(offset, newOffset))
            (start, offset) = (change, newOffset)
        }
    }

    /// The first wall time that is named and not before `wall`; the longest wait is for 29 February across 1900 or 2100.
    private func wall(from wall: Int) -> Int? {
        let firstDay = wall.flooredQuotient(by: CivilDate.secondsPerDay)
        for day in firstDay...(firstDay + 9 * 366) {
            let date = CivilDate(day: day)
            guard includes(month: date.month, day: date.day, weekday: date.weekday) else { continue }
            let second = day == firstDay ? wall - day * CivilDate.secondsPerDay : 0
            if let time = time(from: second) { return day * CivilDate.secondsPerDay + time }
        }
        return nil
    }
}
