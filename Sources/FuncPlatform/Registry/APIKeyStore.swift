import Foundation
import FuncKit
import GRDB

/// What is known of an API key, which is everything but the key.
struct APIKey: Codable, Hashable, Sendable {
    var id: String
    var organizationID: String
    /// Where requests with the key belong that name no workspace, as those of the Python SDK.
    var workspaceID: String
    /// The project it works in.
    var projectID: String
    var name: String
    /// The first letters, by which its owner recognises it.
    var prefix: String
    var scopes: [String]
    /// What it may do in its project; nil where its service account's own roles count.
    var role: Role?
    var serviceAccountID: String?
    /// Who made it.
    var createdBy: String
    var createdAt: Date
    var expiresAt: Date?
    var lastUsedAt: Date?
}

/// API keys, by the digest of their text.
struct APIKeyStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    /// How old the time of last use may become before it is written again.
    private static let freshness: TimeInterval = 60

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// Adds a key with the given text.
    /// - Throws: `not_found` where its service account has gone.
    func add(_ key: APIKey, text: String, from client: ClientInfo) async throws {
        let digest = SecretText.digest(text)
        try await registry.write { database in
            if let account = key.serviceAccountID {
                let sql = "SELECT COUNT(*) FROM serviceAccount WHERE id = ?"
                guard try Int.fetchOne(database, sql: sql, arguments: [account]) == 1 else {
                    throw FuncError(.notFound, "service account '\(account)' not found")
                }
            }
            try APIKeyRecord(key, digest: digest).insert(database)
            let text = "API key '\(key.name)' (\(key.id)) was created"
            try SecurityLogStore.add(
                .keyCreated,
                text,
                of: key.createdBy,
                from: client,
                at: key.createdAt,
                in: database
            )
        }
    }

    /// The key with that text, if it is still good. Notes, now and then, that it is in use.
    func use(text: String) async throws -> APIKey? {
        let digest = SecretText.digest(text)
        return try await use { try APIKeyRecord.filter(Column("digest") == digest).fetchOne($0) }
    }

    /// The key with that id, if it is still good, for the tokens that were issued for it.
    func use(id: String) async throws -> APIKey? {
        try await use { try APIKeyRecord.fetchOne($0, key: id) }
    }

    /// All keys of an organization, newest first.
    func keys(organization: String) async throws -> [APIKey] {
        try await registry.read { database in
            try APIKeyRecord.filter(Column("organizationID") == organization)
                .order(Column("createdAt").desc, Column.rowID.desc).fetchAll(database).map(\.key)
        }
    }

    /// Revokes a key: it and all tokens issued for it are refused from now on.
    func revoke(_ key: APIKey, by author: String, from client: ClientInfo) async throws {
        let now = now()
        try await registry.write { database in
            try APIKeyRecord.filter(Column("id") == key.id).deleteAll(database)
            let text = "API key '\(key.name)' (\(key.id)) was revoked"
            try SecurityLogStore.add(.keyRevoked, text, of: author, from: client, at: now, in: database)
        }
    }

    private func use(_ find: @escaping @Sendable (Database) throws -> APIKeyRecord?) async throws -> APIKey? {
        let now = now()
        guard let key = try await registry.read({ try find($0)?.key }) else { return nil }
        if let end = key.expiresAt, end <= now { return nil }
        if let last = key.lastUsedAt, now.timeIntervalSince(last) < Self.freshness { return key }
        do {
            try await registry.write { database in
                try database.execute(sql: "UPDATE apiKey SET lastUsedAt = ? WHERE id = ?", arguments: [now, key.id])
            }
        } catch let error as FuncError where error.code == .noSpace {
            // A full disk is no reason to refuse a request that may only read.
        }
        return key
    }
}

/// A row of `apiKey`.
private struct APIKeyRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "apiKey"
    var key: APIKey
    var digest: String

    init(_ key: APIKey, digest: String) {
        self.key = key
        self.digest = digest
    }

    init(from decoder: any Decoder) throws {
        key = try APIKey(from: decoder)
        digest = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .digest)
    }

    func encode(to encoder: any Encoder) throws {
        try key.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(digest, forKey: .digest)
    }

    private enum CodingKeys: String, CodingKey {
        case digest
    }
}
