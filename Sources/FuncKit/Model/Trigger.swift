import Foundation

/// Where a trigger comes from.
public enum TriggerOrigin: String, Codable, Hashable, Sendable {
    /// Declared by the function's manifest: each deploy makes it what the manifest says.
    case manifest
    /// Made by a call of the API: deploys leave it alone.
    case api
}

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
    /// Where it comes from; nil where the server does not say.
    public var origin: TriggerOrigin?
    /// First creation; nil where the server does not say.
    public var createdAt: Date?
    /// Last change; nil where the server does not say.
    public var updatedAt: Date?
    /// When it is due next, as the server says; nil for triggers that are not about time, and for what never is.
    public var nextFireAt: Date?
    /// When it fired last by itself, as the server says.
    public var lastFiredAt: Date?

    /// Describes a trigger.
    public init(
        id: String,
        workspaceID: String = "",
        functionID: String,
        functionName: String = "",
        spec: TriggerSpec,
        origin: TriggerOrigin? = nil,
        createdAt: Date? = nil,
        updatedAt: Date? = nil
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.functionID = functionID
        self.functionName = functionName
        self.spec = spec
        self.origin = origin
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
        origin = TriggerOrigin(rawValue: try container.text(.origin))
        createdAt = try container.time(.createdAt)
        updatedAt = try container.time(.updatedAt)
        nextFireAt = try container.time(.nextFireAt)
        lastFiredAt = try container.time(.lastFiredAt)
    }

    /// Writes the wire form with the spec flat beside the other fields.
    public func encode(to encoder: any Encoder) throws {
        try spec.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(workspaceID, forKey: .workspaceID)
        try container.encode(functionID, forKey: .functionID)
        try container.encode(functionName, forKey: .functionName)
        try container.encodeIfPresent(origin, forKey: .origin)
        try container.encodeIfPresent(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(updatedAt, forKey: .updatedAt)
        try container.encodeIfPresent(nextFireAt, forKey: .nextFireAt)
        try container.encodeIfPresent(lastFiredAt, forKey: .lastFiredAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, origin
        case workspaceID = "workspace_id"
        case functionID = "function_id"
        case functionName = "function_name"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case nextFireAt = "next_fire_at"
        case lastFiredAt = "last_fired_at"
    }
}

extension Trigger {
    /// Address at which an http trigger is reached; nil for others and where the server does not say.
    public var url: String? {
        spec.config["url"].flatMap { spec.type == TriggerSpec.http && !$0.isEmpty ? $0 : nil }
    }

    /// When it is due after `date`, at most `count` times; none for triggers that are not about time, for disabled ones,
    /// and for a schedule that this program cannot read.
    public func dueTimes(after date: Date, count: Int) -> [Date] {
        guard spec.enabled, let schedule = TriggerSchedule(spec) else { return [] }
        return Array(sequence(first: date) { schedule.next(after: $0) }.dropFirst().prefix(count))
    }
}
