import Foundation
import FuncKit
import GRDB

/// Workspaces and their projects.
struct ProjectStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// The id of the workspace meant by an id or a name.
    /// - Throws: `not_found`.
    func workspace(_ reference: String) async throws -> String {
        let sql = "SELECT id FROM workspace WHERE id = :reference OR name = :reference"
        let id = try await registry.read { database in
            try String.fetchOne(database, sql: sql, arguments: ["reference": reference])
        }
        guard let id else { throw FuncError(.notFound, "workspace '\(reference)' not found") }
        return id
    }

    /// The id of the project meant by an id or a name; nil where there is none.
    func id(of reference: String, workspace: String) async throws -> String? {
        try await registry.read { database in
            let own = ProjectRecord.filter(Column("workspaceID") == workspace)
            return try own.filter(Column("id") == reference || Column("name") == reference).fetchOne(database)?.id
        }
    }

    /// All projects of a workspace by name.
    func projects(workspace: String) async throws -> [Project] {
        try await registry.read { database in
            try ProjectRecord.filter(Column("workspaceID") == workspace).order(Column("name")).fetchAll(database)
                .map { Project(id: $0.id, name: $0.name) }
        }
    }

    /// Adds a project.
    /// - Throws: `invalid_argument`, `already_exists`.
    func create(name: String, workspace: String) async throws -> Project {
        let now = now()
        return try await registry.write { database in
            let twin = ProjectRecord.filter(Column("workspaceID") == workspace && Column("name") == name)
            guard try twin.isEmpty(database) else {
                throw FuncError(.alreadyExists, "project '\(name)' exists already")
            }
            let record = try Self.insert(name: name, workspace: workspace, now: now, in: database)
            return Project(id: record.id, name: record.name)
        }
    }

    /// The project meant by an id or a name.
    static func find(_ reference: String, workspace: String, in database: Database) throws -> ProjectRecord {
        let own = ProjectRecord.filter(Column("workspaceID") == workspace)
        let match = own.filter(Column("id") == reference || Column("name") == reference)
        guard let record = try match.fetchOne(database) else {
            throw FuncError(
                .projectNotFound,
                "project '\(reference)' not found in workspace '\(workspace)'",
                hint: "a project comes into being with the first function deployed to it"
            )
        }
        return record
    }

    /// The project meant; a name that is new becomes a project, as no one else manages a developer's own machine.
    static func findOrCreate(
        _ reference: String,
        workspace: String,
        now: Date,
        in database: Database
    ) throws -> ProjectRecord {
        do {
            return try find(reference, workspace: workspace, in: database)
        } catch let error as FuncError where error.code == .projectNotFound {
            return try insert(name: reference, workspace: workspace, now: now, in: database)
        }
    }

    private static func insert(name: String, workspace: String, now: Date, in database: Database) throws
        -> ProjectRecord
    {
        guard FunctionName.isValid(name) else {
            throw FuncError(
                .invalidArgument,
                "project name '\(name)' is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])? with at most 63 characters"
            )
        }
        let record = ProjectRecord(id: Identifier.make("proj"), workspaceID: workspace, name: name, createdAt: now)
        try record.insert(database)
        return record
    }
}
