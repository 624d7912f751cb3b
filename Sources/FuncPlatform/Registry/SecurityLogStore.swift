import Foundation
import FuncKit
import GRDB

/// What happened to accounts, sessions and keys.
struct SecurityEvent: Codable, Hashable, Sendable {
    /// What can happen.
    enum Kind: String, Codable, Sendable {
        case signedIn = "login"
        case signInRefused = "login_refused"
        case refreshed = "token_refreshed"
        case refreshReused = "refresh_token_reused"
        case signedOut = "logout"
        case sessionRevoked = "session_revoked"
        case allSessionsRevoked = "all_sessions_revoked"
        case keyCreated = "api_key_created"
        case keyRevoked = "api_key_revoked"
        case keyExchanged = "api_key_exchanged"
        case accountCreated = "service_account_created"
        case accountDeleted = "service_account_deleted"
        case credentialRefused = "credential_refused"
    }

    var id: String
    /// Whom it is about; nil where that is not known.
    var userID: String?
    var type: Kind
    var description: String
    var ipAddress: String
    var userAgent: String
    var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case id, description
        case userID = "user_id"
        case type = "event_type"
        case ipAddress = "ip_address"
        case userAgent = "user_agent"
        case createdAt = "created_at"
    }
}

/// The security log. Entries about a change are added by its transaction.
struct SecurityLogStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    private static let maxEntriesPerUser = 500
    private static let maxEntries = 10_000

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// The latest entries about someone, or about all, newest first.
    func events(of userID: String?, limit: Int) async throws -> [SecurityEvent] {
        try await registry.read { database in
            var request = SecurityEventRecord.order(Column("position").desc).limit(limit)
            if let userID { request = request.filter(Column("userID") == userID) }
            return try request.fetchAll(database).map(\.model)
        }
    }

    /// Adds an entry that no change goes with.
    func add(_ type: SecurityEvent.Kind, _ description: String, of userID: String?, from client: ClientInfo)
        async throws
    {
        let now = now()
        try await registry.write { database in
            try Self.add(type, description, of: userID, from: client, at: now, in: database)
        }
    }

    /// Adds an entry within the caller's transaction.
    static func add(
        _ type: SecurityEvent.Kind,
        _ description: String,
        of userID: String?,
        from client: ClientInfo,
        at time: Date,
        in database: Database
    ) throws {
        try SecurityEventRecord(
            position: nil,
            id: Identifier.make("sec"),
            userID: userID,
            type: type,
            description: description,
            ipAddress: client.address ?? "",
            userAgent: client.userAgent,
            createdAt: time
        ).insert(database)
        try database.execute(
            sql: """
                DELETE FROM securityEvent WHERE userID IS :user AND position <= (
                    SELECT position FROM securityEvent WHERE userID IS :user
                    ORDER BY position DESC LIMIT 1 OFFSET :limit
                )
                """,
            arguments: ["user": userID, "limit": maxEntriesPerUser]
        )
        try database.execute(
            sql: "DELETE FROM securityEvent WHERE position <= (SELECT MAX(position) FROM securityEvent) - :limit",
            arguments: ["limit": maxEntries]
        )
    }
}

/// A row of `securityEvent`.
private struct SecurityEventRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "securityEvent"
    var position: Int64?
    var id: String
    var userID: String?
    var type: SecurityEvent.Kind
    var description: String
    var ipAddress: String
    var userAgent: String
    var createdAt: Date

    var model: SecurityEvent {
        SecurityEvent(
            id: id,
            userID: userID,
            type: type,
            description: description,
            ipAddress: ipAddress,
            userAgent: userAgent,
            createdAt: createdAt
        )
    }
}
