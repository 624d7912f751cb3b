import Foundation
import FuncKit

/// A run under way.
struct ActiveRun: Sendable {
    var task: Task<Void, Never>
    /// Whether it waits for its next attempt.
    var isWaiting = false
    /// Whether it was said that it keeps others from running.
    var isSaidToBlock = false
}

/// Why an attempt did not do what it was made for.
private struct AttemptFailure {
    var text: String
    /// Whether another attempt may go better.
    var mayPass: Bool

    init(_ error: any Error) {
        text = (error as? FuncError)?.message ?? "the call failed"
        mayPass = true
    }

    /// Nil for an attempt that went well.
    init?(_ firing: TriggerFiring) {
        guard !firing.isSuccess else { return nil }
        let status = firing.response?.statusCode
        text = firing.error ?? status.map { "the function answered with status \($0)" } ?? firing.status.rawValue
        // What the function refuses it refuses again.
        mayPass = status.map { $0 >= 500 || [408, 425, 429].contains($0) } ?? true
    }
}

// Runs: the attempts for one time of a schedule.
extension ScheduleService {
    /// Whether a time that is due leads to a run.
    func mayRun(_ entry: ScheduleEntry) -> Bool {
        guard runs.values.reduce(0, { $0 + $1.count }) < limits.runs else {
            say(.warn, entry, ScheduleWords.crowded(entry, limit: limits.runs))
            return false
        }
        let active = runs[entry.triggerID] ?? [:]
        switch entry.schedule.overlap {
        case .replace: return true
        case .allow:
            guard active.count < limits.runsPerTrigger else {
                say(.warn, entry, ScheduleWords.crowded(entry, limit: limits.runsPerTrigger))
                return false
            }
            return true
        case .forbid:
            guard let (id, run) = active.first(where: { !$0.value.isWaiting }) else { return true }
            if !run.isSaidToBlock {
                say(.warn, entry, ScheduleWords.overlapping(entry))
                runs[entry.triggerID]?[id]?.isSaidToBlock = true
            }
            return false
        }
    }

    /// Begins a run whose first call is recorded.
    func start(_ delivery: ScheduledDelivery) {
        let entry = delivery.run.entry
        for run in (runs[entry.triggerID] ?? [:]).values where entry.schedule.overlap == .replace || run.isWaiting {
            run.task.cancel()
        }
        // Runs beside the loop; the service ends it when it stops.
        let task = Task { await self.perform(delivery) }
        runs[entry.triggerID, default: [:]][delivery.run.eventID] = ActiveRun(task: task)
    }

    private func perform(_ first: ScheduledDelivery) async {
        defer { end(first.run) }
        var delivery = first
        while true {
            let failure: AttemptFailure
            do {
                guard let found = AttemptFailure(try await firing.deliver(delivery)) else { return }
                failure = found
            } catch {
                guard !Task.isCancelled else { return }
                failure = AttemptFailure(error)
            }
            guard failure.mayPass, let pause = pause(after: delivery) else {
                return await giveUp(delivery, failure)
            }
            say(
                .warn,
                delivery.run.entry,
                "attempt \(delivery.attempt) of trigger '\(delivery.run.entry.spec.name)' failed: \(failure.text)",
                call: delivery.invocationID
            )
            guard await wait(pause, in: delivery.run), let next = await nextDelivery(after: delivery) else { return }
            delivery = next
        }
    }

    /// Time to the next attempt; nil where there is none: as many as allowed were made, or the next time would come first.
    private func pause(after delivery: ScheduledDelivery) -> Duration? {
        let run = delivery.run
        guard !isStopping, delivery.attempt <= run.entry.schedule.retries else { return nil }
        let pause = min(limits.firstRetryDelay * (1 << (delivery.attempt - 1)), limits.longestRetryDelay)
        let attempt = now().addingTimeInterval(pause / .seconds(1))
        if let next = run.entry.schedule.next(after: run.scheduledTime), next <= attempt { return nil }
        return pause
    }

    /// Whether the time has passed, rather than the run been ended.
    private func wait(_ pause: Duration, in run: ScheduledRun) async -> Bool {
        runs[run.entry.triggerID]?[run.eventID]?.isWaiting = true
        do {
            try await clock.sleep(for: pause)
        } catch {
            return false
        }
        runs[run.entry.triggerID]?[run.eventID]?.isWaiting = false
        return !Task.isCancelled
    }

    /// The next attempt, recorded; nil where the trigger is not as it was.
    private func nextDelivery(after delivery: ScheduledDelivery) async -> ScheduledDelivery? {
        do {
            let next = try delivery.run.delivery(attempt: delivery.attempt + 1, at: now())
            return try await store.add(next) ? next : nil
        } catch {
            if !Task.isCancelled { await giveUp(delivery, AttemptFailure(error)) }
            return nil
        }
    }

    private func giveUp(_ delivery: ScheduledDelivery, _ failure: AttemptFailure) async {
        let entry = delivery.run.entry
        let attempts = delivery.attempt == 1 ? "" : " after \(delivery.attempt) attempts"
        let text = "trigger '\(entry.spec.name)' failed\(attempts): \(failure.text)"
        say(.error, entry, text, call: delivery.invocationID)
        let metadata = [
            "trigger": entry.spec.name, "invocationID": delivery.invocationID, "attempts": String(delivery.attempt),
            "scheduledTime": WireDate.format(delivery.run.scheduledTime),
        ]
        do {
            try await store.noteFailure(entry, text, metadata: metadata)
        } catch {
            logger.error("failure not noted", metadata: ["trigger": "\(entry.triggerID)", "error": "\(error)"])
        }
    }

    private func end(_ run: ScheduledRun) {
        runs[run.entry.triggerID]?[run.eventID] = nil
        if runs[run.entry.triggerID]?.isEmpty == true { runs[run.entry.triggerID] = nil }
    }

    /// Writes to the function's log.
    func say(_ level: LogLevel, _ entry: ScheduleEntry, _ text: String, call: String? = nil) {
        logs.append(
            [
                LogEntry(
                    timestamp: now(),
                    level: level,
                    message: text,
                    source: "platform",
                    requestID: call,
                    fields: ["trigger": entry.spec.name]
                )
            ],
            to: .function(id: entry.functionID)
        )
    }
}
