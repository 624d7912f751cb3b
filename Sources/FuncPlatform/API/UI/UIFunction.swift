import Foundation
import FuncKit

/// A function as the web console shows it.
struct UIFunction: Encodable {
    let state: FunctionState

    func encode(to encoder: any Encoder) throws {
        let settings = state.settings
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(state.id, forKey: .id)
        try container.encode(state.workspaceID, forKey: .workspaceID)
        try container.encode(state.projectID, forKey: .projectID)
        try container.encode(state.name, forKey: .name)
        try container.encode(settings.description, forKey: .description)
        try container.encode(settings.runtime, forKey: .runtime)
        try container.encode(settings.handler, forKey: .handler)
        try container.encode(settings.timeout, forKey: .timeout)
        try container.encode(settings.memoryMB, forKey: .memory)
        try container.encode(settings.environment, forKey: .environment)
        try container.encode(triggers, forKey: .triggers)
        try container.encode(status, forKey: .status)
        try container.encode((state.active ?? state.latest).map(UIVersion.name(of:)) ?? "", forKey: .version)
        try container.encodeIfPresent(state.active?.createdAt, forKey: .lastDeployedAt)
        try container.encode(state.createdAt, forKey: .createdAt)
        try container.encode(state.updatedAt, forKey: .updatedAt)
    }

    /// The console's word for where a function stands.
    var status: String {
        switch state.status {
        case .ready: state.latest?.status.isFinal == false ? "updating" : "active"
        case .pending, .building: "deploying"
        case .error: "error"
        case .deleting: "inactive"
        }
    }

    /// What calls it: every function has an address, and other triggers besides.
    var triggers: [String] {
        var words = ["http"]
        for trigger in state.settings.triggers where !words.contains(trigger.type) { words.append(trigger.type) }
        return words
    }

    private enum CodingKeys: String, CodingKey {
        case id, name, description, runtime, handler, timeout, memory, triggers, status, version
        case workspaceID = "workspace_id"
        case projectID = "project_id"
        case environment = "environment_vars"
        case lastDeployedAt = "last_deployed_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// A version as the web console shows it.
struct UIVersion: Encodable {
    let version: FunctionVersion
    /// Length of its source archive.
    let size: Int?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.name(of: version), forKey: .version)
        try container.encodeIfPresent(version.createdAt, forKey: .deployedAt)
        try container.encode(version.createdBy ?? "", forKey: .deployedBy)
        try container.encode(version.isActive ? "active" : "inactive", forKey: .status)
        try container.encodeIfPresent(size, forKey: .size)
    }

    /// The label that the console's user gave, which is kept as the version's message, else its number.
    static func name(of version: FunctionVersion) -> String {
        if let message = version.message, isLabel(message) { return message }
        return "v\(version.number)"
    }

    /// Whether a text is a version of the console's kind, such as `v1.2.0`; numbers alone are ours.
    static func isLabel(_ text: String) -> Bool {
        text.wholeMatch(of: /v?\d{1,9}(\.\d{1,9}){1,3}(-[A-Za-z0-9.]{1,32})?/) != nil
    }

    private enum CodingKeys: String, CodingKey {
        case version, status
        case deployedAt = "deployed_at"
        case deployedBy = "deployed_by"
        case size = "size_bytes"
    }
}
