import Foundation
import FuncKit
import GRDB

/// What the audit trail says about a secret: never its value.
struct SecretEvent {
    /// What happened.
    enum Kind: String {
        case set = "secret_set"
        case deleted = "secret_deleted"
    }

    let type: Kind
    let secret: String
    let revision: Int
    let author: String?

    /// Entries that belong to no function are kept up to this number.
    private static let maxEntries = 1000

    /// Adds an entry to each function that uses the secret, and one that belongs to none, within the caller's transaction.
    func add(to project: ProjectRecord, uses: [SecretUse], at time: Date, in database: Database) throws {
        var metadata = ["secret": secret, "revision": "\(revision)", "project_id": project.id]
        metadata["by"] = author
        try EventRecord(
            position: nil,
            id: Identifier.make("evt"),
            workspaceID: project.workspaceID,
            functionID: "",
            type: type.rawValue,
            description: description,
            metadata: metadata,
            createdAt: time
        ).insert(database)
        try database.execute(
            sql: """
                DELETE FROM event WHERE functionID = '' AND position <= (
                    SELECT position FROM event WHERE functionID = '' ORDER BY position DESC LIMIT 1 OFFSET ?
                )
                """,
            arguments: [Self.maxEntries]
        )
        for functionID in Set(uses.map(\.functionID)) {
            guard let function = try FunctionRecord.fetchOne(database, key: functionID) else { continue }
            try EventStore.add(
                type.rawValue,
                description,
                metadata: metadata,
                of: function,
                at: time,
                in: database
            )
        }
    }

    private var description: String {
        switch type {
        case .set: "secret '\(secret)' set, revision \(revision)"
        case .deleted: "secret '\(secret)' deleted"
        }
    }
}
