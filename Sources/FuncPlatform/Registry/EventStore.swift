import Foundation
import FuncKit
import GRDB

/// The audit trail. Entries are added by the transactions that they are about, never on their own.
struct EventStore: Sendable {
    let registry: Registry

    /// Type of the entries about calls. They are far more than all others, so they are counted apart: none of the others
    /// has to go for them.
    static let invoked = "invoked"
    /// Type of the entries about runs of schedules that failed, which are counted with the calls.
    static let triggerFailed = "trigger_failed"

    private static let maxEntriesPerFunction = 1000
    private static let maxEntries = 50_000
    private static let maxCallsPerFunction = 100

    /// The latest entries, newest first; those of a deleted function too, by its id.
    /// - Throws: `function_not_found` where neither a function nor an entry has that name or id.
    func events(of reference: FunctionReference, limit: Int) async throws -> [Event] {
        try await registry.read { database in
            let functionID: String
            do {
                functionID = try FunctionStore.find(reference, in: database).id
            } catch let error as FuncError where error.code == .functionNotFound {
                let project = try ProjectStore.find(reference.project, workspace: reference.workspace, in: database)
                let past = EventRecord.filter(
                    Column("functionID") == reference.function && Column("projectID") == project.id
                )
                guard try !past.isEmpty(database) else { throw error }
                functionID = reference.function
            }
            return try EventRecord.filter(Column("functionID") == functionID).order(Column("position").desc)
                .limit(limit).fetchAll(database).map(\.model)
        }
    }

    /// Adds an entry within the caller's transaction.
    static func add(
        _ type: String,
        _ description: String,
        metadata: [String: String] = [:],
        of function: FunctionRecord,
        at time: Date,
        in database: Database
    ) throws {
        try EventRecord(
            position: nil,
            id: Identifier.make("evt"),
            workspaceID: function.workspaceID,
            projectID: function.projectID,
            functionID: function.id,
            type: type,
            description: description,
            metadata: metadata,
            createdAt: time
        ).insert(database)
        try prune(calls: [invoked, triggerFailed].contains(type), of: function.id, in: database)
    }

    /// Removes the oldest entries beyond the limits, of calls or of all else.
    private static func prune(calls: Bool, of functionID: String, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM event
                WHERE functionID = :function AND (type IN (:invoked, :failed)) = :calls AND position <= (
                    SELECT position FROM event
                    WHERE functionID = :function AND (type IN (:invoked, :failed)) = :calls
                    ORDER BY position DESC LIMIT 1 OFFSET :limit
                )
                """,
            arguments: [
                "function": functionID, "invoked": invoked, "failed": triggerFailed, "calls": calls,
                "limit": calls ? maxCallsPerFunction : maxEntriesPerFunction,
            ]
        )
        guard !calls else { return }
        try database.execute(
            sql: """
                DELETE FROM event WHERE type NOT IN (:invoked, :failed) AND position <= (
                    SELECT position FROM event WHERE type NOT IN (:invoked, :failed)
                    ORDER BY position DESC LIMIT 1 OFFSET :limit
                )
                """,
            arguments: ["invoked": invoked, "failed": triggerFailed, "limit": maxEntries]
        )
    }
}

extension EventRecord {
    fileprivate var model: Event {
        Event(
            id: id,
            workspaceID: workspaceID,
            functionID: functionID,
            type: type,
            description: description,
            metadata: metadata,
            createdAt: createdAt
        )
    }
}
