import Foundation

/// A trigger as the server keeps it (reference: canonical `FunctionTrigger`).
public struct Trigger: Codable, Hashable, Sendable, Identifiable {
    /// Opaque.
    public var id: String
    /// Workspace of the function.
    public var workspaceID: String
    /// Function it calls.
    public var functionID: String
    /// Name of that function.
    public var functionName: String
    /// Name, type, state and settings.
    public var spec: TriggerSpec
    /// First creation; nil where the server does not say.
    public var createdAt: Date?
    /// Last change; nil where the server does not say.
    public var updatedAt: Date?

    /// Describes a trigger.
    public init(
        id: String,
        workspaceID: String = "",
        functionID: String,
        functionName: String = "",
        spec: TriggerSpec,
        createdAt: Date? = nil,
        updatedAt: Date? = nil
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.functionID = functionID
        self.functionName = functionName
        self.spec = spec
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Reads the wire form, tolerant of missing fields, nulls and year-1 times.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.text(.id)
        workspaceID = try container.text(.workspaceID)
        functionID = try container.text(.functionID)
        functionName = try container.text(.functionName)
        spec = try TriggerSpec(from: decoder)
        createdAt = try container.time(.createdAt)
        updatedAt = try container.time(.updatedAt)
    }

    /// Writes the wire form with the spec flat beside the other fields.
    public func encode(to encoder: any Encoder) throws {
        try spec.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(workspaceID, forKey: .workspaceID)
        try container.encode(functionID, forKey: .functionID)
        try container.encode(functionName, forKey: .functionName)
        try container.encodeIfPresent(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(updatedAt, forKey: .updatedAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case workspaceID = "workspace_id"
        case functionID = "function_id"
        case functionName = "function_name"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
