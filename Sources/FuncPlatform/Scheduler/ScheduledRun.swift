import Foundation
import FuncKit

/// A trigger that is about time, as the scheduler keeps it.
struct ScheduleEntry: Hashable, Sendable {
    var triggerID: String
    var functionID: String
    var functionName: String
    var spec: TriggerSpec
    var schedule: TriggerSchedule
    /// Times up to here have been dealt with: fired, skipped, or before the trigger was there.
    var handledThrough: Date
}

/// A time that has come, with all attempts that are made for it.
struct ScheduledRun: Hashable, Sendable {
    var entry: ScheduleEntry
    var scheduledTime: Date
    /// Whether it makes up for a time that was missed.
    var isCatchUp: Bool

    /// The id of its events: the same for every attempt.
    var eventID: String {
        "\(entry.triggerID)-\(Int(scheduledTime.timeIntervalSince1970 * 1_000))"
    }

    /// One attempt that is still to be recorded.
    /// - Throws: nothing that a valid trigger leads to.
    func delivery(attempt: Int, at time: Date) throws -> ScheduledDelivery {
        ScheduledDelivery(
            run: self,
            invocationID: Identifier.make("inv"),
            attempt: attempt,
            firedTime: time,
            request: try TriggerRequest.schedule(
                entry.spec,
                of: entry.functionName,
                id: eventID,
                scheduledTime: scheduledTime,
                firedTime: time,
                attempt: attempt,
                isCatchUp: isCatchUp
            )
        )
    }
}

/// One attempt of a run.
struct ScheduledDelivery: Hashable, Sendable {
    var run: ScheduledRun
    var invocationID: String
    var attempt: Int
    var firedTime: Date
    var request: InvokeRequest
}
