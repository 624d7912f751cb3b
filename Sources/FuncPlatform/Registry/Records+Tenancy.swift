import Foundation
import FuncKit
import GRDB

// Rows about who owns what, and who may do what with it.

/// A row of `organization`.
struct OrganizationRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "organization"
    var id: String
    var name: String
    var displayName: String
    var description: String
    var website: String
    var email: String
    var createdAt: Date
    var updatedAt: Date
}

/// A row of `workspace`.
struct WorkspaceRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "workspace"
    var id: String
    var name: String
    var organizationID: String
    var description: String
    var plan: WorkspacePlan
    var planID: String
    var createdAt: Date
    var updatedAt: Date
}

/// A row of `project`.
struct ProjectRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "project"
    var id: String
    var workspaceID: String
    var name: String
    var displayName: String
    var description: String
    var labels: [String: String]
    var settings: [String: JSONValue]
    var resourceQuotas: [String: JSONValue]
    /// The project's part of host names, unique on the platform: `NAME.LABEL.localhost`.
    var hostLabel: String
    var createdAt: Date
    var updatedAt: Date
}

/// A row of `membership`.
struct MembershipRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "membership"
    var projectID: String
    var principalID: String
    var role: Role
    var createdAt: Date
    var updatedAt: Date
}

/// A row of `invoker`.
struct InvokerRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "invoker"
    var functionID: String
    var principalID: String
    var createdAt: Date
}

/// A row of `sourceHolder`.
struct SourceHolderRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "sourceHolder"
    var digest: String
    var principalID: String
    var createdAt: Date
}
