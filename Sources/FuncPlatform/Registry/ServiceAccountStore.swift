import Foundation
import FuncKit
import GRDB

/// An identity for programs, within one project. It signs in by API keys only.
struct ServiceAccount: Codable, Hashable, Sendable {
    var id: String
    var workspaceID: String
    /// Whose admins decide about it.
    var projectID: String
    /// Unique in the workspace.
    var name: String
    var description: String
    var createdAt: Date
}

/// Service accounts.
struct ServiceAccountStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// Adds one.
    /// - Throws: `already_exists`.
    func create(
        name: String,
        description: String,
        workspace: String,
        project: String,
        by author: String,
        from client: ClientInfo
    ) async throws -> ServiceAccount {
        let account = ServiceAccount(
            id: Identifier.make("svc"),
            workspaceID: workspace,
            projectID: project,
            name: name,
            description: description,
            createdAt: now()
        )
        return try await registry.write { database in
            let twin = ServiceAccountRecord.filter(Column("workspaceID") == workspace && Column("name") == name)
            guard try twin.isEmpty(database) else {
                throw FuncError(.alreadyExists, "service account '\(name)' exists already")
            }
            try ServiceAccountRecord(account: account).insert(database)
            try SecurityLogStore.add(
                .accountCreated,
                "service account '\(name)' was created",
                of: author,
                from: client,
                at: account.createdAt,
                in: database
            )
            return account
        }
    }

    /// All of a workspace, by name.
    func accounts(workspace: String) async throws -> [ServiceAccount] {
        try await registry.read { database in
            try ServiceAccountRecord.filter(Column("workspaceID") == workspace).order(Column("name"))
                .fetchAll(database).map(\.account)
        }
    }

    /// The one meant by an id or a name.
    /// - Throws: `not_found`.
    func account(_ reference: String, workspace: String) async throws -> ServiceAccount {
        let account = try await registry.read { database in
            try ServiceAccountRecord.filter(Column("workspaceID") == workspace)
                .filter(Column("id") == reference || Column("name") == reference).fetchOne(database)?.account
        }
        guard let account else { throw FuncError(.notFound, "service account '\(reference)' not found") }
        return account
    }

    /// Deletes one; its keys go with it.
    func delete(_ account: ServiceAccount, by author: String, from client: ClientInfo) async throws {
        let now = now()
        try await registry.write { database in
            try ServiceAccountRecord(account: account).delete(database)
            try SecurityLogStore.add(
                .accountDeleted,
                "service account '\(account.name)' was deleted",
                of: author,
                from: client,
                at: now,
                in: database
            )
        }
    }
}

/// A row of `serviceAccount`.
private struct ServiceAccountRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "serviceAccount"
    var account: ServiceAccount

    init(account: ServiceAccount) {
        self.account = account
    }

    init(from decoder: any Decoder) throws {
        account = try ServiceAccount(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try account.encode(to: encoder)
    }
}
