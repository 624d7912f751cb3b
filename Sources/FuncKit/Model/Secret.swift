import Foundation

/// A stored secret as it may be shown: everything but its value.
public struct Secret: Codable, Hashable, Sendable {
    /// Largest value, in bytes.
    public static let maxBytes = 64 << 10
    /// Shortest value that is masked in logs, in bytes: a shorter one is found by chance all over a text.
    public static let minMaskedBytes = 4

    /// Unique within the project; a DNS label.
    public var name: String
    /// Project that owns it.
    public var projectID: String
    /// Grows with each new value, also over a deletion; what instances were started with is compared with it.
    public var revision: Int
    /// Names of the functions that use it.
    public var usedBy: [String]
    /// First creation; nil where the server does not say.
    public var createdAt: Date?
    /// Last change of the value; nil where the server does not say.
    public var updatedAt: Date?

    /// Describes a secret.
    public init(
        name: String,
        projectID: String = "",
        revision: Int = 1,
        usedBy: [String] = [],
        createdAt: Date? = nil,
        updatedAt: Date? = nil
    ) {
        self.name = name
        self.projectID = projectID
        self.revision = revision
        self.usedBy = usedBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Reads the wire form, tolerant of missing fields and nulls.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.text(.name)
        projectID = try container.text(.projectID)
        revision = try container.value(.revision, or: 1)
        usedBy = try container.value(.usedBy, or: [])
        createdAt = try container.time(.createdAt)
        updatedAt = try container.time(.updatedAt)
    }

    private enum CodingKeys: String, CodingKey {
        case name, revision
        case projectID = "project_id"
        case usedBy = "used_by"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
