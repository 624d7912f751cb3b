import FuncKit

/// What a client says about a project: fields that are missing stay as they are, `null` empties them.
struct ProjectChange: Decodable, Sendable {
    var name: String?
    var workspaceID: String?
    private var status: String?
    private var displayName: String??
    private var description: String??
    private var labels: [String: String]??
    private var settings: [String: JSONValue]??
    private var resourceQuotas: [String: JSONValue]??

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func field<T: Decodable>(_ key: CodingKeys) throws -> T?? {
            container.contains(key) ? .some(try container.decodeIfPresent(T.self, forKey: key)) : nil
        }
        name = try container.decodeIfPresent(String.self, forKey: .name)
        workspaceID = try container.decodeIfPresent(String.self, forKey: .workspaceID)
        status = try container.decodeIfPresent(String.self, forKey: .status)
        displayName = try field(.displayName)
        description = try field(.description)
        labels = try field(.labels)
        settings = try field(.settings)
        resourceQuotas = try field(.resourceQuotas)
    }

    /// Makes the change.
    /// - Throws: `invalid_argument`, `unsupported` for a status that projects do not have here.
    func apply(to details: inout ProjectDetails) throws {
        if let status, status != ProjectStatus.active.rawValue {
            throw FuncError(
                .unsupported,
                "project status '\(status)' is not supported here",
                hint: "projects are always active; delete one that is not needed any more"
            )
        }
        if let displayName { details.displayName = displayName ?? "" }
        if let description { details.description = description ?? "" }
        if let labels { details.labels = labels ?? [:] }
        if let settings { details.settings = settings ?? [:] }
        if let resourceQuotas { details.resourceQuotas = resourceQuotas ?? [:] }
        try details.validate()
    }

    private enum CodingKeys: String, CodingKey {
        case name, status, description, labels, settings
        case workspaceID = "workspace_id"
        case displayName = "display_name"
        case resourceQuotas = "resource_quotas"
    }
}
