import Foundation

/// Whoever owns workspaces, in the form of the Function API (reference 1.4, `Organization`).
struct Organization: Encodable, Hashable, Sendable {
    var id: String
    var name: String
    var displayName: String
    var description: String
    var website: String
    var email: String
    var createdAt: Date
    var updatedAt: Date

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(displayName, forKey: .displayName)
        try container.encode(description, forKey: .description)
        try container.encode(website, forKey: .website)
        try container.encode(email, forKey: .email)
        try container.encode("active", forKey: .status)
        try container.encode(Principal.owner.id, forKey: .ownerID)
        try container.encode([String: String](), forKey: .settings)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, description, website, email, status, settings
        case displayName = "display_name"
        case ownerID = "owner_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
