import Foundation
import FuncKit
import GRDB

/// Organisations and their workspaces.
struct WorkspaceStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    // MARK: - Organisations

    /// All organisations by name; with `projects`, those that own one of them.
    func organizations(owning projects: [String]?) async throws -> [Organization] {
        try await registry.read { database in
            var request = OrganizationRecord.all()
            if let projects {
                let workspaces = try Self.workspaceIDs(of: projects, in: database)
                let owners = try WorkspaceRecord.filter(keys: workspaces).fetchAll(database).map(\.organizationID)
                request = request.filter(keys: owners)
            }
            return try request.order(Column("name")).fetchAll(database).map(\.model)
        }
    }

    /// The organisation meant by an id or a name.
    /// - Throws: `not_found`.
    func organization(_ reference: String) async throws -> Organization {
        let record = try await registry.read { database in
            try OrganizationRecord.fetchOne(database, key: reference)
                ?? OrganizationRecord.filter(Column("name") == reference).fetchOne(database)
        }
        guard let record else { throw FuncError(.notFound, "organization '\(reference)' not found") }
        return record.model
    }

    /// Adds an organisation; its id and times are chosen here.
    /// - Throws: `invalid_argument`, `already_exists`.
    func create(_ wanted: NewOrganization) async throws -> Organization {
        let now = now()
        try ProjectStore.checkName(wanted.name, of: "organization")
        let record = OrganizationRecord(
            id: Identifier.make("org"),
            name: wanted.name,
            displayName: wanted.displayName ?? wanted.name,
            description: wanted.description ?? "",
            website: wanted.website ?? "",
            email: wanted.email ?? "",
            createdAt: now,
            updatedAt: now
        )
        return try await registry.write { database in
            let twins = OrganizationRecord.filter(Column("name") == record.name || Column("id") == record.name)
            guard try twins.isEmpty(database) else {
                throw FuncError(.alreadyExists, "organization '\(record.name)' exists already")
            }
            try record.insert(database)
            return record.model
        }
    }

    // MARK: - Workspaces

    /// Workspaces by name: all, or those of an organisation; with `projects`, those that hold one of them.
    func workspaces(organization: String? = nil, holding projects: [String]?) async throws -> [Workspace] {
        try await registry.read { database in
            var request = WorkspaceRecord.all()
            if let organization { request = request.filter(Column("organizationID") == organization) }
            if let projects { request = request.filter(keys: try Self.workspaceIDs(of: projects, in: database)) }
            return try request.order(Column("name")).fetchAll(database).map(\.model)
        }
    }

    /// The workspace meant by an id or a name.
    /// - Throws: `not_found`.
    func workspace(_ reference: String) async throws -> Workspace {
        let record = try await registry.read { database in
            try WorkspaceRecord.fetchOne(database, key: reference)
                ?? WorkspaceRecord.filter(Column("name") == reference).fetchOne(database)
        }
        guard let record else { throw FuncError(.notFound, "workspace '\(reference)' not found") }
        return record.model
    }

    /// Adds a workspace with a project `default`, so that requests which name no project have one.
    /// - Throws: `invalid_argument`, `already_exists`.
    func create(_ wanted: NewWorkspace, organization: String) async throws -> Workspace {
        let now = now()
        try ProjectStore.checkName(wanted.name, of: "workspace")
        let record = WorkspaceRecord(
            id: Identifier.make("ws"),
            name: wanted.name,
            organizationID: organization,
            description: wanted.description ?? "",
            plan: wanted.plan ?? .shared,
            planID: wanted.planID ?? "local",
            createdAt: now,
            updatedAt: now
        )
        return try await registry.write { database in
            let twins = WorkspaceRecord.filter(Column("name") == record.name || Column("id") == record.name)
            guard try twins.isEmpty(database) else {
                throw FuncError(
                    .alreadyExists,
                    "workspace '\(record.name)' exists already",
                    hint: "names of workspaces are unique on the platform, whatever their organization"
                )
            }
            try record.insert(database)
            _ = try ProjectStore.insert(name: ProjectStore.defaultName, workspace: record.id, now: now, in: database)
            return record.model
        }
    }

    private static func workspaceIDs(of projects: [String], in database: Database) throws -> [String] {
        try ProjectRecord.filter(keys: projects).fetchAll(database).map(\.workspaceID)
    }
}

/// What a client says about an organisation to come.
struct NewOrganization: Decodable, Sendable {
    var name: String
    var displayName: String?
    var description: String?
    var website: String?
    var email: String?

    enum CodingKeys: String, CodingKey {
        case name, description, website, email
        case displayName = "display_name"
    }
}

/// What a client says about a workspace to come.
struct NewWorkspace: Decodable, Sendable {
    var name: String
    var description: String?
    var plan: WorkspacePlan?
    var planID: String?

    enum CodingKeys: String, CodingKey {
        case name, description, plan
        case planID = "plan_id"
    }
}

extension OrganizationRecord {
    fileprivate var model: Organization {
        Organization(
            id: id,
            name: name,
            displayName: displayName,
            description: description,
            website: website,
            email: email,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}

extension WorkspaceRecord {
    fileprivate var model: Workspace {
        Workspace(
            id: id,
            name: name,
            description: description,
            organizationID: organizationID,
            plan: plan,
            planID: planID,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}
