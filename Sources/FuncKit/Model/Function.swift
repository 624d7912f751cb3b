import Foundation

/// Where a function stands.
public enum FunctionStatus: String, Codable, Hashable, Sendable {
    case pending, building, ready, error, deleting

    /// Reads the words of all dialects; one that is not known says nothing, which is `pending` (wire reference, C24).
    init(wire text: String) {
        switch text {
        case "active": self = .ready
        case "updating", "deploying": self = .building
        default: self = FunctionStatus(rawValue: text) ?? .pending
        }
    }
}

/// A deployed function, as `GET /functions/{id}` shows it (reference: canonical `FunctionDef` and its extensions).
public struct Function: Codable, Hashable, Sendable, Identifiable {
    /// Opaque.
    public var id: String
    /// Unique within its project.
    public var name: String
    /// For display; the project id on the local platform.
    public var namespace: String
    /// Workspace that owns the project.
    public var workspaceID: String
    /// Project that owns the function.
    public var projectID: String
    /// Id of the version that gets traffic by default; nil before the first one is ready.
    public var activeVersion: String?
    /// Number of that version.
    public var activeVersionNumber: Int?
    /// Number of the newest version, whether it is ready or not.
    public var latestVersionNumber: Int?
    /// Where the function stands.
    public var status: FunctionStatus
    /// Why, where `status` is `error`.
    public var statusReason: String?
    /// Address of the function; nil where the server does not say.
    public var url: String?
    /// Digest of the active version's source, lower-case hex SHA-256.
    public var sourceDigest: String?
    /// Grows with each change; what `If-Match` and `ETag` carry.
    public var revision: Int?
    /// Instances that are ready now.
    public var readyInstances: Int?
    /// Settings of the active version and of the function.
    public var settings: FunctionSettings
    /// First creation; nil where the server does not say.
    public var createdAt: Date?
    /// Last change; nil where the server does not say.
    public var updatedAt: Date?

    /// Describes a function.
    public init(
        id: String,
        name: String,
        namespace: String = "",
        workspaceID: String = "",
        projectID: String = "",
        activeVersion: String? = nil,
        activeVersionNumber: Int? = nil,
        latestVersionNumber: Int? = nil,
        status: FunctionStatus = .pending,
        statusReason: String? = nil,
        url: String? = nil,
        sourceDigest: String? = nil,
        revision: Int? = nil,
        readyInstances: Int? = nil,
        settings: FunctionSettings = FunctionSettings(),
        createdAt: Date? = nil,
        updatedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.namespace = namespace
        self.workspaceID = workspaceID
        self.projectID = projectID
        self.activeVersion = activeVersion
        self.activeVersionNumber = activeVersionNumber
        self.latestVersionNumber = latestVersionNumber
        self.status = status
        self.statusReason = statusReason
        self.url = url
        self.sourceDigest = sourceDigest
        self.revision = revision
        self.readyInstances = readyInstances
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Reads the wire form, tolerant of missing fields, nulls and year-1 times.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.text(.name)
        // Some providers give functions no id: they are addressed by their name.
        id = try container.nonEmptyText(.id) ?? name
        namespace = try container.text(.namespace)
        workspaceID = try container.text(.workspaceID)
        projectID = try container.text(.projectID)
        activeVersion = try container.nonEmptyText(.activeVersion)
        activeVersionNumber = try container.decodeIfPresent(Int.self, forKey: .activeVersionNumber)
        latestVersionNumber = try container.decodeIfPresent(Int.self, forKey: .latestVersionNumber)
        status = FunctionStatus(wire: try container.text(.status))
        statusReason = try container.nonEmptyText(.statusReason)
        url = try container.nonEmptyText(.url)
        sourceDigest = try container.nonEmptyText(.sourceDigest)
        revision = try container.decodeIfPresent(Int.self, forKey: .revision)
        readyInstances = try container.decodeIfPresent(Int.self, forKey: .readyInstances)
        settings = try FunctionSettings(from: decoder)
        createdAt = try container.time(.createdAt)
        updatedAt = try container.time(.updatedAt)
    }

    /// Writes the wire form with the settings flat beside the other fields.
    public func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(namespace, forKey: .namespace)
        try container.encode(workspaceID, forKey: .workspaceID)
        try container.encode(projectID, forKey: .projectID)
        try container.encodeIfPresent(activeVersion, forKey: .activeVersion)
        try container.encodeIfPresent(activeVersionNumber, forKey: .activeVersionNumber)
        try container.encodeIfPresent(latestVersionNumber, forKey: .latestVersionNumber)
        try container.encode(status, forKey: .status)
        try container.encodeIfPresent(statusReason, forKey: .statusReason)
        try container.encodeIfPresent(url, forKey: .url)
        try container.encodeIfPresent(sourceDigest, forKey: .sourceDigest)
        try container.encodeIfPresent(revision, forKey: .revision)
        try container.encodeIfPresent(readyInstances, forKey: .readyInstances)
        try container.encodeIfPresent(createdAt, forKey: .createdAt)
        try container.encodeIfPresent(updatedAt, forKey: .updatedAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, namespace, status, url, revision
        case workspaceID = "workspace_id"
        case projectID = "project_id"
        case activeVersion = "active_version"
        case activeVersionNumber = "active_version_number"
        case latestVersionNumber = "latest_version_number"
        case statusReason = "status_reason"
        case sourceDigest = "source_digest"
        case readyInstances = "ready_instances"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
