import Foundation
import FuncKit
import GRDB

/// Which times of each schedule have been dealt with. It is written before a function is called: after a crash, nothing
/// is called twice, and a call that was not sent yet is among the recorded ones that wait.
struct ScheduleStore: Sendable {
    let registry: Registry
    let invocations: InvocationStore
    let now: @Sendable () -> Date

    /// Uses `invocations` for the calls that it records; `now` stamps what it writes.
    init(invocations: InvocationStore, now: @escaping @Sendable () -> Date = { Date() }) {
        registry = invocations.registry
        self.invocations = invocations
        self.now = now
    }

    /// A time that has come, and what is done about it.
    struct Claim: Sendable {
        var entry: ScheduleEntry
        /// Times up to here are dealt with by it.
        var handledThrough: Date
        /// The call that is made; nil for a time that is skipped.
        var delivery: ScheduledDelivery?
    }

    /// The schedules of all functions or of one, in force and with traffic to go to. One that is new or was changed
    /// begins now, and so does one that was disabled.
    func entries(of functionID: String? = nil) async throws -> [ScheduleEntry] {
        let beginning = ScheduleDecision.beginning(now())
        return try await registry.write { database in
            var entries: [ScheduleEntry] = []
            let rows = try Row.fetchCursor(database, sql: Self.selection, arguments: ["function": functionID])
            while let row = try rows.next() {
                let record = try TriggerRecord(row: row)
                let known = try ScheduleRecord.fetchOne(database, key: record.id)
                guard record.spec.enabled, row["hasTraffic"], let schedule = TriggerSchedule(record.spec) else {
                    if var known, known.handledThrough != nil {
                        known.handledThrough = nil
                        try known.update(database)
                    }
                    continue
                }
                var current = known ?? ScheduleRecord(triggerID: record.id, schedule: schedule.text)
                if current.schedule != schedule.text || current.handledThrough == nil {
                    current.schedule = schedule.text
                    current.handledThrough = beginning
                    try current.save(database)
                }
                entries.append(
                    ScheduleEntry(
                        triggerID: record.id,
                        functionID: record.functionID,
                        functionName: row["functionName"],
                        spec: record.spec,
                        schedule: schedule,
                        handledThrough: current.handledThrough ?? beginning
                    )
                )
            }
            return entries
        }
    }

    /// Notes that times are dealt with, and the calls that are made for them as waiting, all at once.
    /// - Returns: ids of those triggers that are still as they were; nothing is to be done for the others.
    func claim(_ claims: [Claim]) async throws -> Set<String> {
        let now = now()
        return try await registry.write { database in
            var accepted: Set<String> = []
            for claim in claims {
                let entry = claim.entry
                guard let trigger = try TriggerRecord.fetchOne(database, key: entry.triggerID),
                    trigger.spec == entry.spec,
                    var record = try ScheduleRecord.fetchOne(database, key: entry.triggerID),
                    let function = try FunctionRecord.fetchOne(database, key: entry.functionID), !function.isDeleting
                else { continue }
                record.handledThrough = claim.handledThrough
                if let delivery = claim.delivery {
                    record.lastFiredAt = now
                    try addCall(delivery, at: now, in: database)
                }
                try record.update(database)
                accepted.insert(entry.triggerID)
            }
            return accepted
        }
    }

    /// Notes a further attempt as a call that waits.
    /// - Returns: false where the trigger is not as it was, and nothing is to be done.
    func add(_ delivery: ScheduledDelivery) async throws -> Bool {
        let (now, entry) = (now(), delivery.run.entry)
        return try await registry.write { database in
            guard let trigger = try TriggerRecord.fetchOne(database, key: entry.triggerID), trigger.spec == entry.spec
            else { return false }
            try addCall(delivery, at: now, in: database)
            return true
        }
    }

    /// Adds to the audit trail that all attempts failed.
    func noteFailure(_ entry: ScheduleEntry, _ text: String, metadata: [String: String]) async throws {
        let now = now()
        try await registry.write { database in
            guard let function = try FunctionRecord.fetchOne(database, key: entry.functionID) else { return }
            try EventStore.add(EventStore.triggerFailed, text, metadata: metadata, of: function, at: now, in: database)
        }
    }

    private func addCall(_ delivery: ScheduledDelivery, at time: Date, in database: Database) throws {
        try invocations.add(
            delivery.invocationID,
            functionID: delivery.run.entry.functionID,
            pending: delivery.request,
            trigger: delivery.run.entry.spec.name,
            at: time,
            in: database
        )
    }

    private static let selection = """
        SELECT t.*, f.name AS functionName, EXISTS (
            SELECT 1 FROM trafficRoute r WHERE r.functionID = f.id AND r.percent > 0
        ) AS hasTraffic
        FROM functionTrigger t JOIN function f ON f.id = t.functionID
        WHERE f.isDeleting = 0 AND (:function IS NULL OR f.id = :function)
            AND json_extract(t.spec, '$.type') IN ('schedule', 'timer')
        """
}

/// A row of `triggerSchedule`.
struct ScheduleRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "triggerSchedule"
    var triggerID: String
    /// The times as text; others than before begin anew.
    var schedule: String
    /// Nil while the trigger is disabled.
    var handledThrough: Date?
    var lastFiredAt: Date?

    /// When triggers fired last, by their ids.
    static func lastFirings(of functionID: String, in database: Database) throws -> [String: Date] {
        let records = try ScheduleRecord.fetchAll(
            database,
            sql: """
                SELECT s.* FROM triggerSchedule s JOIN functionTrigger t ON t.id = s.triggerID WHERE t.functionID = ?
                """,
            arguments: [functionID]
        )
        return records.reduce(into: [:]) { $0[$1.triggerID] = $1.lastFiredAt }
    }
}
