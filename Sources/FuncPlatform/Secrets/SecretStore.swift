import Foundation
import FuncKit
import GRDB

/// The secrets of projects. Values are in the database in encrypted form only. Every method is one transaction.
struct SecretStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    /// What became of a value that was to be stored.
    enum Change: Sendable {
        case created, changed, unchanged
    }

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// All secrets of a project, by name.
    /// - Throws: `project_not_found`.
    func secrets(workspace: String, project: String) async throws -> [Secret] {
        try await registry.read { database in
            let owner = try ProjectStore.find(project, workspace: workspace, in: database)
            let uses = try SecretUse.all(in: owner.id, database)
            return try SecretRecord.alive(in: owner.id).order(Column("name")).fetchAll(database)
                .map { $0.model(usedBy: uses.functions(of: $0.name)) }
        }
    }

    /// One secret.
    /// - Throws: `secret_not_found`, `project_not_found`.
    func secret(_ name: String, workspace: String, project: String) async throws -> Secret {
        try await registry.read { database in
            let owner = try ProjectStore.find(project, workspace: workspace, in: database)
            let record = try Self.require(name, of: owner, in: database)
            return record.model(usedBy: try SecretUse.all(in: owner.id, database).functions(of: name))
        }
    }

    /// The ids of the keys that values are encrypted with.
    func keyIDs() async throws -> Set<String> {
        try await registry.read { database in
            let sql = "SELECT DISTINCT keyID FROM secret WHERE value IS NOT NULL"
            return Set(try String.fetchAll(database, sql: sql))
        }
    }

    /// Stores a value; the same value again changes nothing.
    /// - Throws: `invalid_argument` for bytes that a function takes as a variable and cannot.
    func put(
        _ name: String,
        value: Data,
        key: SecretKey,
        workspace: String,
        project: String,
        author: String?
    ) async throws -> (secret: Secret, change: Change) {
        let now = now()
        return try await registry.write { database in
            let owner = try ProjectStore.findOrCreate(project, workspace: workspace, now: now, in: database)
            let uses = try SecretUse.all(in: owner.id, database).filter { $0.reference.secret == name }
            let functions = uses.functions(of: name)
            let old = try SecretRecord.fetchOne(database, key: ["projectID": owner.id, "name": name])
            // A row that cannot be decrypted is replaced, which is how it is repaired.
            if let old, let sealed = old.value, (try? key.open(sealed, for: old.owner)) == value {
                return (old.model(usedBy: functions), .unchanged)
            }
            try Self.checkForm(of: value, name: name, uses: uses)
            let isNew = old?.value == nil
            var record = SecretRecord(
                projectID: owner.id,
                name: name,
                revision: (old?.revision ?? 0) + 1,
                keyID: key.id,
                value: nil,
                createdAt: isNew ? now : old?.createdAt ?? now,
                updatedAt: now
            )
            record.value = try key.seal(value, for: record.owner)
            try record.save(database)
            let event = SecretEvent(type: .set, secret: name, revision: record.revision, author: author)
            try event.add(to: owner, uses: uses, at: now, in: database)
            return (record.model(usedBy: functions), isNew ? .created : .changed)
        }
    }

    /// Removes a value.
    /// - Throws: `secret_not_found`; `conflict` naming the functions that use it, unless `force` is set.
    func delete(_ name: String, workspace: String, project: String, force: Bool, author: String?) async throws {
        let now = now()
        try await registry.write { database in
            let owner = try ProjectStore.find(project, workspace: workspace, in: database)
            var record = try Self.require(name, of: owner, in: database)
            let uses = try SecretUse.all(in: owner.id, database).filter { $0.reference.secret == name }
            let functions = uses.functions(of: name)
            guard functions.isEmpty || force else { throw Self.inUse(name, by: functions) }
            record.value = nil
            record.keyID = nil
            record.updatedAt = now
            try record.update(database)
            let event = SecretEvent(type: .deleted, secret: name, revision: record.revision, author: author)
            try event.add(to: owner, uses: uses, at: now, in: database)
        }
    }

    /// The rows behind references, in their order.
    /// - Throws: `secret_not_found`.
    func records(of references: [SecretReference], project: String) async throws -> [SecretRecord] {
        try await registry.read { database in
            guard let owner = try ProjectRecord.fetchOne(database, key: project) else {
                throw FuncError(.projectNotFound, "project '\(project)' not found")
            }
            return try references.map { try Self.require($0.secret, of: owner, in: database) }
        }
    }

    // MARK: - Steps within a transaction

    /// Makes sure that all secrets are there that a new version refers to.
    /// - Throws: `secret_not_found`.
    static func requireAll(_ references: [SecretReference], projectID: String, in database: Database) throws {
        guard !references.isEmpty, let owner = try ProjectRecord.fetchOne(database, key: projectID) else { return }
        for reference in references { _ = try require(reference.secret, of: owner, in: database) }
    }

    private static func require(_ name: String, of project: ProjectRecord, in database: Database) throws -> SecretRecord
    {
        let match = SecretRecord.alive(in: project.id).filter(Column("name") == name)
        if let record = try match.fetchOne(database) { return record }
        throw FuncError(
            .secretNotFound,
            "secret '\(name)' not found in project '\(project.name)'",
            hint: "run 'hks-func secrets set \(name)'; 'hks-func secrets list' shows those that are there"
        )
    }

    private static func checkForm(of value: Data, name: String, uses: [SecretUse]) throws {
        guard !InstanceSecrets.isText(value), let use = uses.first(where: { $0.reference.env != nil }) else { return }
        throw FuncError(
            .invalidArgument,
            "the value of secret '\(name)' is not text, and function '\(use.function)' takes it as the variable "
                + "'\(use.reference.env ?? "")'",
            hint: "let the function take it as a file first: { file: \(name), secret: \(name) }"
        )
    }

    private static func inUse(_ name: String, by functions: [String]) -> FuncError {
        let list = functions.map { "'\($0)'" }.joined(separator: ", ")
        return FuncError(
            .conflict,
            "secret '\(name)' is used by \(functions.count == 1 ? "function" : "functions") \(list)",
            hint: "deploy without it first, or force the deletion: new instances cannot start then"
        )
    }
}
