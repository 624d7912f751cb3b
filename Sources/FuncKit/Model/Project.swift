import Foundation

/// Whether a project is in use.
public enum ProjectStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case active, inactive, archived
}

/// A project of a workspace: functions and secrets that belong together, and who may do what with them (reference 1.4,
/// `Project`).
public struct Project: Codable, Hashable, Sendable, Identifiable {
    /// Opaque.
    public var id: String
    /// Unique within the workspace; a DNS label.
    public var name: String
    /// Name for people; empty where none is set.
    public var displayName = ""
    /// What it is for, in the words of its owners; empty where none is set.
    public var description = ""
    /// Id of the workspace; empty where the server does not say.
    public var workspaceID = ""
    /// Name of the workspace; nil where the server does not say.
    public var workspaceName: String?
    /// Whether it is in use; a word that this build does not know counts as active.
    public var status = ProjectStatus.active
    /// Free marks for people and tools.
    public var labels: [String: String] = [:]
    /// What clients keep with the project; servers do not look at it.
    public var settings: [String: JSONValue] = [:]
    /// Limits as clients wrote them, such as `cpu_limit`.
    public var resourceQuotas: [String: JSONValue] = [:]
    /// When it was created; nil where the server does not say.
    public var createdAt: Date?
    /// When its details last changed; nil where the server does not say.
    public var updatedAt: Date?

    /// Names a project.
    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }

    /// Reads the wire form; only `id` and `name` must be there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Of the two either stands for the other where a server leaves it out.
        let (id, name) = (try container.nonEmptyText(.id), try container.nonEmptyText(.name))
        self.id = id ?? name ?? ""
        self.name = name ?? id ?? ""
        displayName = try container.text(.displayName)
        description = try container.text(.description)
        workspaceID = try container.text(.workspaceID)
        workspaceName = try container.nonEmptyText(.workspaceName)
        status = ProjectStatus(rawValue: try container.text(.status)) ?? .active
        labels = try container.value(.labels, or: [:])
        settings = try container.value(.settings, or: [:])
        resourceQuotas =
            try container.decodeIfPresent([String: JSONValue].self, forKey: .resourceQuotas)
            ?? container.value(.resourceQuota, or: [:])
        createdAt = try container.time(.createdAt)
        updatedAt = try container.time(.updatedAt)
    }

    /// Writes the wire form, with the names of both the service and its web console.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(displayName, forKey: .displayName)
        try container.encode(description, forKey: .description)
        try container.encode(workspaceID, forKey: .workspaceID)
        try container.encodeIfPresent(workspaceName, forKey: .workspaceName)
        try container.encode(status, forKey: .status)
        try container.encode(id, forKey: .namespace)
        try container.encode(id, forKey: .namespaceName)
        try container.encode(labels, forKey: .labels)
        try container.encode(settings, forKey: .settings)
        try container.encode(resourceQuotas, forKey: .resourceQuotas)
        try container.encode(resourceQuotas, forKey: .resourceQuota)
        try container.encodeIfPresent(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(updatedAt, forKey: .updatedAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, description, status, namespace, labels, settings
        case displayName = "display_name"
        case workspaceID = "workspace_id"
        case workspaceName = "workspace_name"
        case namespaceName = "namespace_name"
        case resourceQuotas = "resource_quotas"
        case resourceQuota = "resource_quota"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
