import Foundation
import FuncKit
import GRDB

/// The projects of workspaces.
struct ProjectStore: Sendable {
    /// Name of the project that each workspace has from its start.
    static let defaultName = "default"

    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// The id of the project meant by an id or a name; nil where there is none.
    func id(of reference: String, workspace: String) async throws -> String? {
        try await registry.read { try Self.match(reference, workspace: workspace, in: $0)?.id }
    }

    /// Whether one of the projects with these ids is in the workspace, or in any workspace of the organisation.
    func holdsAny(of ids: [String], workspace: String? = nil, organization: String? = nil) async throws -> Bool {
        try await registry.read { database in
            let workspaces = Set(try ProjectRecord.filter(keys: ids).fetchAll(database).map(\.workspaceID))
            if let workspace { return workspaces.contains(workspace) }
            let owned = WorkspaceRecord.filter(keys: workspaces).filter(Column("organizationID") == organization)
            return try !owned.isEmpty(database)
        }
    }

    /// All projects of a workspace by name.
    func projects(workspace: String) async throws -> [Project] {
        try await registry.read { database in
            let name = try WorkspaceRecord.fetchOne(database, key: workspace)?.name
            return try ProjectRecord.filter(Column("workspaceID") == workspace).order(Column("name"))
                .fetchAll(database).map { $0.model(workspaceName: name) }
        }
    }

    /// One project.
    /// - Throws: `project_not_found`.
    func project(_ reference: String, workspace: String) async throws -> Project {
        try await registry.read { database in
            try Self.show(Self.find(reference, workspace: workspace, in: database), in: database)
        }
    }

    /// Adds a project.
    /// - Throws: `invalid_argument`, `already_exists`.
    func create(name: String, details: ProjectDetails = ProjectDetails(), workspace: String) async throws -> Project {
        let now = now()
        return try await registry.write { database in
            guard try Self.match(name, workspace: workspace, in: database) == nil else {
                throw FuncError(.alreadyExists, "project '\(name)' exists already")
            }
            let record = try Self.insert(name: name, details: details, workspace: workspace, now: now, in: database)
            return try Self.show(record, in: database)
        }
    }

    /// Changes what is said about a project.
    /// - Throws: `project_not_found`, and what `change` throws, which gets the project's name and details.
    func update(
        _ reference: String,
        workspace: String,
        change: @escaping @Sendable (String, inout ProjectDetails) throws -> Void
    ) async throws -> Project {
        let now = now()
        return try await registry.write { database in
            var record = try Self.find(reference, workspace: workspace, in: database)
            var details = record.details
            try change(record.name, &details)
            guard details != record.details else { return try Self.show(record, in: database) }
            record.details = details
            record.updatedAt = now
            try record.update(database)
            return try Self.show(record, in: database)
        }
    }

    /// Removes a project that holds nothing any more, with all roles in it.
    /// - Throws: `project_not_found`, `conflict`.
    func delete(_ reference: String, workspace: String) async throws {
        try await registry.write { database in
            let record = try Self.find(reference, workspace: workspace, in: database)
            guard record.name != Self.defaultName else {
                throw FuncError(
                    .conflict,
                    "project '\(record.name)' cannot be deleted",
                    hint: "requests that name no project are about it"
                )
            }
            try Self.requireEmpty(record, in: database)
            do {
                try record.delete(database)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                // The only constraint that a deletion can break: a row elsewhere that refers to the project.
                throw Self.notEmpty(record, "something")
            }
        }
    }

    // MARK: - Within a transaction

    /// The project meant by an id or a name.
    static func find(_ reference: String, workspace: String, in database: Database) throws -> ProjectRecord {
        guard let record = try match(reference, workspace: workspace, in: database) else {
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
        try match(reference, workspace: workspace, in: database)
            ?? insert(name: reference, workspace: workspace, now: now, in: database)
    }

    /// An id wins over a name: whoever may name a project must not take the place of another one.
    private static func match(_ reference: String, workspace: String, in database: Database) throws -> ProjectRecord? {
        let own = ProjectRecord.filter(Column("workspaceID") == workspace)
        return try own.filter(Column("id") == reference).fetchOne(database)
            ?? own.filter(Column("name") == reference).fetchOne(database)
    }

    static func insert(
        name: String,
        details: ProjectDetails = ProjectDetails(),
        workspace: String,
        now: Date,
        in database: Database
    ) throws -> ProjectRecord {
        try checkName(name, of: "project")
        let id = Identifier.make("proj")
        let record = ProjectRecord(
            id: id,
            workspaceID: workspace,
            name: name,
            displayName: details.displayName,
            description: details.description,
            labels: details.labels,
            settings: details.settings,
            resourceQuotas: details.resourceQuotas,
            hostLabel: try hostLabel(name, id: id, workspace: workspace, in: database),
            createdAt: now,
            updatedAt: now
        )
        try record.insert(database)
        return record
    }

    /// Two workspaces may have projects of one name, but host names have no place for the workspace.
    private static func hostLabel(_ name: String, id: String, workspace: String, in database: Database) throws -> String
    {
        let owner = try WorkspaceRecord.fetchOne(database, key: workspace)?.name ?? workspace
        let candidates = (workspace == "default" ? [name] : []) + ["\(name)-\(owner)"]
        return try candidates.first { label in
            try FunctionName.isValid(label)
                && ProjectRecord.filter(Column("hostLabel") == label).isEmpty(database)
        } ?? id
    }

    static func checkName(_ name: String, of what: String) throws {
        guard FunctionName.isValid(name) else {
            throw FuncError(
                .invalidArgument,
                "\(what) name '\(name)' is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])? with at most 63 characters"
            )
        }
    }

    private static func requireEmpty(_ project: ProjectRecord, in database: Database) throws {
        for table in ["function", "secret"] where try database.tableExists(table) {
            let sql = "SELECT COUNT(*) FROM \(table) WHERE projectID = ?"
            let count = try Int.fetchOne(database, sql: sql, arguments: [project.id]) ?? 0
            guard count == 0 else { throw notEmpty(project, "\(count) \(table)\(count == 1 ? "" : "s")") }
        }
    }

    private static func notEmpty(_ project: ProjectRecord, _ contents: String) -> FuncError {
        FuncError(
            .conflict,
            "project '\(project.name)' still holds \(contents)",
            hint: "delete what is in the project, then the project"
        )
    }

    private static func show(_ record: ProjectRecord, in database: Database) throws -> Project {
        record.model(workspaceName: try WorkspaceRecord.fetchOne(database, key: record.workspaceID)?.name)
    }
}

extension ProjectRecord {
    fileprivate var details: ProjectDetails {
        get {
            ProjectDetails(
                displayName: displayName,
                description: description,
                labels: labels,
                settings: settings,
                resourceQuotas: resourceQuotas
            )
        }
        set {
            displayName = newValue.displayName
            description = newValue.description
            labels = newValue.labels
            settings = newValue.settings
            resourceQuotas = newValue.resourceQuotas
        }
    }

    fileprivate func model(workspaceName: String?) -> Project {
        var project = Project(id: id, name: name)
        project.displayName = displayName
        project.description = description
        project.workspaceID = workspaceID
        project.workspaceName = workspaceName
        project.labels = labels
        project.settings = settings
        project.resourceQuotas = resourceQuotas
        project.createdAt = createdAt
        project.updatedAt = updatedAt
        return project
    }
}
