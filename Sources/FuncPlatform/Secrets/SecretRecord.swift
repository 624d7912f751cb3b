import Foundation
import FuncKit
import GRDB

/// A row of `secret`. A deleted secret keeps its row without a value, so that its revision never falls.
struct SecretRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "secret"
    var projectID: String
    var name: String
    var revision: Int
    /// The key that `value` is encrypted with.
    var keyID: String?
    /// Nonce, ciphertext and tag.
    var value: Data?
    var createdAt: Date
    var updatedAt: Date

    /// What the value is authenticated with.
    var owner: SecretKey.Owner { SecretKey.Owner(project: projectID, name: name, revision: revision) }

    /// The secret as it may be shown.
    func model(usedBy functions: [String]) -> Secret {
        Secret(
            name: name,
            projectID: projectID,
            revision: revision,
            usedBy: functions,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }

    /// The rows of a project that have a value.
    static func alive(in project: String) -> QueryInterfaceRequest<SecretRecord> {
        filter(Column("projectID") == project && Column("value") != nil)
    }
}

/// A function that uses a secret: with its active version, one that traffic or a tag leads to, or one on its way there.
struct SecretUse: Sendable {
    var functionID: String
    var function: String
    var reference: SecretReference

    /// Every use of any secret of a project, by function.
    static func all(in project: String, _ database: Database) throws -> [SecretUse] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT f.id, f.name, v.settings FROM function f JOIN version v ON v.functionID = f.id
                WHERE f.projectID = ? AND f.isDeleting = 0 AND (
                    v.id = f.activeVersionID OR v.status NOT IN (?, ?)
                    OR EXISTS (SELECT 1 FROM trafficRoute r WHERE r.versionID = v.id)
                )
                ORDER BY f.name, v.number
                """,
            arguments: [project, VersionStatus.ready.rawValue, VersionStatus.failed.rawValue]
        )
        return try rows.flatMap { row in
            let text: String = row["settings"]
            let settings = try JSONDecoder().decode(FunctionSettings.self, from: Data(text.utf8))
            return settings.secrets.map { SecretUse(functionID: row["id"], function: row["name"], reference: $0) }
        }
    }
}

extension [SecretUse] {
    /// The functions that use a secret, each once, by name.
    func functions(of secret: String) -> [String] {
        Set(filter { $0.reference.secret == secret }.map(\.function)).sorted()
    }
}
