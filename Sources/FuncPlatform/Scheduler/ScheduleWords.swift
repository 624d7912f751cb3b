import Foundation
import FuncKit

/// What the log of a function says about its schedules.
enum ScheduleWords {
    /// All that was missed is too old.
    static func tooOld(_ entry: ScheduleEntry, first: Date, last: Date) -> String {
        "trigger '\(entry.spec.name)' skipped \(span(first, last)): missed by more than "
            + DurationText.text(milliseconds: Int(entry.schedule.catchUpSeconds * 1_000))
    }

    /// Times that nobody noticed before one that fires; nil where there is nothing to tell.
    static func missed(_ entry: ScheduleEntry, first: Date?, fired: Date, isCatchUp: Bool, now: Date) -> String? {
        let name = entry.spec.name
        let isOld = first.map { now.timeIntervalSince($0) > ScheduleDecision.graceSeconds } ?? false
        guard isCatchUp || isOld else { return nil }
        let skipped = first.map { "; what was due from \(WireDate.format($0)) on is skipped" } ?? ""
        return isCatchUp
            ? "trigger '\(name)' makes up for \(WireDate.format(fired)), which was missed\(skipped)"
            : "trigger '\(name)' fires for \(WireDate.format(fired))\(skipped)"
    }

    /// The run before is still under way.
    static func overlapping(_ entry: ScheduleEntry) -> String {
        "trigger '\(entry.spec.name)' is due while its last run is under way: skipped until that ends"
    }

    /// Too much is under way.
    static func crowded(_ entry: ScheduleEntry, limit: Int) -> String {
        "trigger '\(entry.spec.name)' skipped: \(limit) runs are under way"
    }

    private static func span(_ first: Date, _ last: Date) -> String {
        first == last ? WireDate.format(first) : "\(WireDate.format(first)) to \(WireDate.format(last))"
    }
}
