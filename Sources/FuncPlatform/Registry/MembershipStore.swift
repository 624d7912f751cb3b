import Foundation
import FuncKit
import GRDB

/// Someone with a role in a project.
struct Member: Encodable, Hashable, Sendable {
    var principal: String
    var role: Role
    var createdAt: Date
    var updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case principal, role
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// Someone who may call one function, whatever their role.
struct Invoker: Encodable, Hashable, Sendable {
    var principal: String
    var createdAt: Date

    enum CodingKeys: String, CodingKey {
        case principal
        case createdAt = "created_at"
    }
}

/// Who has which role in which project, and who may call which function besides.
///
/// Rows go with their project or function. The platform's owner is in none of them: nobody can take their rights away.
struct MembershipStore: GrantProviding {
    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// What the principal may do.
    func grants(of principalID: String) async throws -> Grants {
        guard principalID != Principal.owner.id else { return Principal.owner.grants }
        return try await registry.read { database in
            let own = Column("principalID") == principalID
            let roles = try MembershipRecord.filter(own).fetchAll(database)
            let functions = try InvokerRecord.filter(own).fetchAll(database)
            return Grants(
                roles: roles.reduce(into: [:]) { $0[$1.projectID] = $1.role },
                invocable: Set(functions.map(\.functionID))
            )
        }
    }

    // MARK: - Roles

    /// Gives the principal a role in a project, or takes it away with nil.
    /// - Throws: `project_not_found`, `invalid_argument`, `conflict` for the platform's owner.
    func setRole(_ role: Role?, of principalID: String, in projectID: String) async throws {
        try Self.check(principalID)
        let now = now()
        try await registry.write { database in
            guard let project = try ProjectRecord.fetchOne(database, key: projectID) else {
                throw FuncError(.projectNotFound, "project '\(projectID)' not found")
            }
            try Self.set(role, of: principalID, in: project, now: now, in: database)
        }
    }

    /// Everyone with a role in a project, by id.
    /// - Throws: `project_not_found`.
    func members(of project: String, workspace: String) async throws -> [Member] {
        try await registry.read { database in
            let project = try ProjectStore.find(project, workspace: workspace, in: database)
            return try MembershipRecord.filter(Column("projectID") == project.id).order(Column("principalID"))
                .fetchAll(database).map(\.model)
        }
    }

    /// As ``setRole(_:of:in:)``, for a project by id or name; gives what is in force afterwards.
    /// - Throws: `project_not_found`, `invalid_argument`, `conflict` for the platform's owner.
    func give(_ role: Role, to principalID: String, in project: String, workspace: String) async throws -> Member {
        try Self.check(principalID)
        let now = now()
        return try await registry.write { database in
            let project = try ProjectStore.find(project, workspace: workspace, in: database)
            try Self.set(role, of: principalID, in: project, now: now, in: database)
            return try MembershipRecord.find(
                database,
                key: ["projectID": project.id, "principalID": principalID]
            ).model
        }
    }

    /// Takes a role away.
    /// - Throws: `project_not_found`, `not_found` for someone without a role, `conflict` for the platform's owner.
    func remove(_ principalID: String, from project: String, workspace: String) async throws {
        try Self.check(principalID)
        try await registry.write { database in
            let project = try ProjectStore.find(project, workspace: workspace, in: database)
            let key = ["projectID": project.id, "principalID": principalID]
            guard try MembershipRecord.deleteOne(database, key: key) else {
                throw FuncError(
                    .notFound,
                    "'\(principalID)' has no role in project '\(project.name)'"
                )
            }
        }
    }

    private static func set(
        _ role: Role?,
        of principalID: String,
        in project: ProjectRecord,
        now: Date,
        in database: Database
    ) throws {
        let key = ["projectID": project.id, "principalID": principalID]
        guard let role else {
            _ = try MembershipRecord.deleteOne(database, key: key)
            return
        }
        if var record = try MembershipRecord.fetchOne(database, key: key) {
            guard record.role != role else { return }
            record.role = role
            record.updatedAt = now
            try record.update(database)
        } else {
            try MembershipRecord(
                projectID: project.id,
                principalID: principalID,
                role: role,
                createdAt: now,
                updatedAt: now
            ).insert(database)
        }
    }

    /// Identifiers are opaque, but they stand in paths and in the audit trail.
    static func check(_ principalID: String) throws {
        guard principalID != Principal.owner.id else {
            throw FuncError(
                .conflict,
                "'\(principalID)' is the platform's owner, who may do everything everywhere",
                hint: "name someone else"
            )
        }
        let isPlain = principalID.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: "/") }
        guard (1...128).contains(principalID.utf8.count), isPlain else {
            throw FuncError(
                .invalidArgument,
                "'\(principalID.prefix(140))' is not the id of a principal: up to 128 printable characters without '/'"
            )
        }
    }
}

extension MembershipRecord {
    fileprivate var model: Member {
        Member(principal: principalID, role: role, createdAt: createdAt, updatedAt: updatedAt)
    }
}
