import Foundation

/// How a workspace's functions share machines with others'; a word of the API that changes nothing here.
enum WorkspacePlan: String, Codable, CaseIterable, Sendable {
    case shared, dedicated
}

/// Projects that belong together, in the form of the Function API (reference 1.4, `Workspace`).
struct Workspace: Encodable, Hashable, Sendable {
    var id: String
    /// Unique on the platform, because paths name workspaces without their organisation.
    var name: String
    var description: String
    var organizationID: String
    var plan: WorkspacePlan
    var planID: String
    var createdAt: Date
    var updatedAt: Date

    /// There is no cluster behind a workspace; the fields about one hold the names that clients show.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(description, forKey: .description)
        try container.encode(organizationID, forKey: .organizationID)
        try container.encode(plan, forKey: .plan)
        try container.encode(planID, forKey: .planID)
        try container.encode("active", forKey: .status)
        try container.encode("active", forKey: .clusterStatus)
        try container.encode(name, forKey: .clusterName)
        try container.encode(name, forKey: .clusterInstanceName)
        try container.encode(id, forKey: .namespace)
        try container.encode([String: String](), forKey: .settings)
        try container.encode([String: String](), forKey: .metadata)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, description, plan, status, namespace, settings, metadata
        case organizationID = "organization_id"
        case planID = "plan_id"
        case clusterName = "vcluster_name"
        case clusterStatus = "vcluster_status"
        case clusterInstanceName = "vcluster_instance_name"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
