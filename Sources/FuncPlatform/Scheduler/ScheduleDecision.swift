import Foundation
import FuncKit

/// What is to be done about a schedule at a moment. The whole of the rules about late and missed times is here.
enum ScheduleDecision: Hashable, Sendable {
    /// Nothing until then.
    case wait(until: Date)
    /// Nothing ever.
    case never
    /// It is due since `time`. Where it makes up for a time that was missed, `isCatchUp` is true. `firstMissed` is the
    /// first of the times before it that nobody noticed; they are skipped.
    case fire(time: Date, isCatchUp: Bool, firstMissed: Date?)
    /// All that was due is too old to be made up for.
    case skip(first: Date, last: Date)

    /// A time that is noticed within so many seconds is on time.
    static let graceSeconds = 10.0
    /// Clocks are set back by so much, in seconds, without any schedule taking notice.
    static let clockSlackSeconds = 60.0
    /// A schedule for certain hours is not repeated where clocks are set back by less than this, in seconds.
    static let fixedTimeSlackSeconds = 3 * 3600.0

    /// Decides about a schedule whose times up to `handledThrough` have been dealt with.
    static func make(_ schedule: TriggerSchedule, handledThrough: Date, now: Date) -> ScheduleDecision {
        guard let first = schedule.next(after: handledThrough) else { return .never }
        guard first <= now, let last = schedule.last(after: handledThrough, through: now) else {
            return .wait(until: first)
        }
        let isLate = now.timeIntervalSince(last) > graceSeconds
        if isLate, now.timeIntervalSince(last) > schedule.catchUpSeconds { return .skip(first: first, last: last) }
        return .fire(time: last, isCatchUp: isLate, firstMissed: first < last ? first : nil)
    }

    /// The time from which a schedule goes on. That is `handledThrough`, unless clocks were set back far behind it: then
    /// a schedule that follows the time that passes goes on from now, and so does one for certain hours after a longer
    /// way back. A smaller step back repeats nothing.
    static func resumption(of schedule: TriggerSchedule, handledThrough: Date, now: Date) -> Date {
        let slack = schedule.expression.followsPassingTime ? clockSlackSeconds : fixedTimeSlackSeconds
        return handledThrough.timeIntervalSince(now) > slack ? beginning(now) : handledThrough
    }

    /// Where a schedule begins that is new at `now`: at the whole second, which the registry keeps as it is.
    static func beginning(_ now: Date) -> Date {
        Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
    }
}
