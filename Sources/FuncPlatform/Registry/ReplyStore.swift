import Foundation
import FuncKit
import GRDB

/// Answers to requests that carried an `Idempotency-Key`, by caller and key.
struct ReplyStore: Sendable {
    /// An answer as it was sent.
    struct Reply: Sendable, Hashable {
        var status: Int
        var contentType: String?
        var body: Data
    }

    private struct Record: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "reply"
        var caller: String
        var key: String
        var fingerprint: String
        var status: Int
        var contentType: String?
        var body: Data
        var createdAt: Date
    }

    /// How long a key is remembered, in seconds.
    static let lifetime: TimeInterval = 86_400
    private static let maxReplies = 1000

    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// The answer given before; nil for a key that is new or forgotten.
    /// - Throws: `idempotency_key_reused` where the key came with another request.
    func reply(to key: String, of caller: String, fingerprint: String) async throws -> Reply? {
        let oldest = now().addingTimeInterval(-Self.lifetime)
        let record = try await registry.read { database in
            try Record.filter(Column("caller") == caller && Column("key") == key && Column("createdAt") > oldest)
                .fetchOne(database)
        }
        guard let record else { return nil }
        guard record.fingerprint == fingerprint else {
            throw FuncError(
                .idempotencyKeyReused,
                "the idempotency key '\(key)' came with another request before",
                hint: "use a new key for each request that is not a repetition"
            )
        }
        return Reply(status: record.status, contentType: record.contentType, body: record.body)
    }

    /// Remembers an answer.
    func keep(_ reply: Reply, to key: String, of caller: String, fingerprint: String) async throws {
        let now = now()
        try await registry.write { database in
            try Record(
                caller: caller,
                key: key,
                fingerprint: fingerprint,
                status: reply.status,
                contentType: reply.contentType,
                body: reply.body,
                createdAt: now
            ).upsert(database)
            try Record.filter(Column("createdAt") <= now.addingTimeInterval(-Self.lifetime)).deleteAll(database)
            try database.execute(
                sql: """
                    DELETE FROM reply WHERE rowid NOT IN
                        (SELECT rowid FROM reply ORDER BY createdAt DESC, rowid DESC LIMIT :limit)
                    """,
                arguments: ["limit": Self.maxReplies]
            )
        }
    }

    static func migrate(_ database: Database) throws {
        try database.create(table: Record.databaseTableName, options: .strict) { table in
            table.column("caller", .text).notNull()
            table.column("key", .text).notNull()
            table.column("fingerprint", .text).notNull()
            table.column("status", .integer).notNull()
            table.column("contentType", .text)
            table.column("body", .blob).notNull()
            table.column("createdAt", .text).notNull().indexed()
            table.primaryKey(["caller", "key"])
        }
    }
}
