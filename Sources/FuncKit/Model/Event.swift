import Foundation

/// An entry of a function's audit trail (reference: canonical `FunctionAuditEvent`).
public struct Event: Codable, Hashable, Sendable, Identifiable {
    /// Opaque and unique.
    public var id: String
    /// Workspace of the function.
    public var workspaceID: String
    /// Function it is about.
    public var functionID: String
    /// `created`, `updated`, `deleted`, `deployed`, `version_activated`, `rolled_back`, `traffic_changed` …
    public var type: String
    /// One line for people.
    public var description: String
    /// Further facts.
    public var metadata: [String: String]
    /// When it happened; nil where the server does not say.
    public var createdAt: Date?

    /// Describes an event.
    public init(
        id: String,
        workspaceID: String = "",
        functionID: String,
        type: String,
        description: String,
        metadata: [String: String] = [:],
        createdAt: Date? = nil
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.functionID = functionID
        self.type = type
        self.description = description
        self.metadata = metadata
        self.createdAt = createdAt
    }

    /// Reads the wire form, tolerant of missing fields and nulls.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.text(.id)
        workspaceID = try container.text(.workspaceID)
        functionID = try container.text(.functionID)
        type = try container.text(.type)
        description = try container.text(.description)
        metadata = try container.value(.metadata, or: [:])
        createdAt = try container.time(.createdAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, type, description, metadata
        case workspaceID = "workspace_id"
        case functionID = "function_id"
        case createdAt = "created_at"
    }
}
