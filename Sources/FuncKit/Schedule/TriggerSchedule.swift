import Foundation

/// When a trigger of type `schedule` or `timer` is due, and what is done about times that cannot be kept.
public struct TriggerSchedule: Hashable, Sendable {
    /// What is done where a time is due and the run before is still under way.
    public enum Overlap: String, CaseIterable, Codable, Hashable, Sendable {
        /// The new time is skipped.
        case forbid
        /// Both run.
        case allow
        /// The run before is ended.
        case replace
    }

    /// Times that are made up for where a trigger does not say otherwise, in seconds.
    public static let defaultCatchUpSeconds = 600.0
    /// Further attempts after one that failed, where a trigger does not say otherwise.
    public static let defaultRetries = 2
    /// Most further attempts that a trigger may ask for.
    public static let maxRetries = 10

    /// The times.
    public let expression: CronExpression
    /// The clocks by which they count.
    public let zone: TimeZone
    /// What is done where runs would overlap.
    public let overlap: Overlap
    /// Further attempts after one that failed.
    public let retries: Int
    /// How late a time may still be made up for, in seconds.
    public let catchUpSeconds: Double

    /// The schedule of a trigger; nil for those of other types, and for settings that this program cannot read.
    public init?(_ spec: TriggerSpec) {
        let text: String?
        switch spec.type {
        case TriggerSpec.schedule: text = spec.config["cron"]
        case TriggerSpec.timer: text = spec.config["interval"].map { "every \($0)" }
        default: text = nil
        }
        guard let text, let expression = try? CronExpression(parsing: text),
            let zone = TimeZone(identifier: spec.config["timezone"] ?? "UTC")
        else { return nil }
        self.expression = expression
        self.zone = zone
        overlap = spec.config["concurrency_policy"].flatMap(Overlap.init) ?? .forbid
        retries = spec.config["max_retries"].flatMap(Int.init) ?? Self.defaultRetries
        catchUpSeconds =
            spec.config["catch_up"].flatMap(DurationText.milliseconds).map { Double($0) / 1_000 }
            ?? Self.defaultCatchUpSeconds
    }

    /// Times and clocks in one text: schedules with the same text are due at the same times.
    public var text: String { "\(expression.text) \(zone.identifier)" }

    /// The first time after `date` at which it is due; nil where there is none.
    public func next(after date: Date) -> Date? {
        expression.next(after: date, in: zone)
    }

    /// The last time after `start`, and not after `end`, at which it is due; nil where there is none.
    ///
    /// Looks back from the end in steps that double, so that a long pause of a frequent schedule costs no more than a
    /// short one.
    public func last(after start: Date, through end: Date) -> Date? {
        var step = 1.0
        while true {
            let from = max(start, end.addingTimeInterval(-step))
            if var due = next(after: from), due <= end {
                while let later = next(after: due), later <= end { due = later }
                return due
            }
            guard from > start else { return nil }
            step *= 2
        }
    }
}

extension CronExpression {
    /// Whether the times follow the time that passes, not certain hours of the day.
    public var followsPassingTime: Bool {
        switch rule {
        case .every: true
        case .fields(let fields): fields.hour.isAny
        }
    }
}
