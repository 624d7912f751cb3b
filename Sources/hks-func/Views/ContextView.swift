import Foundation
import FuncKit

/// A context as it is listed.
struct ContextRow: ListItem {
    let entry: ConnectionContext
    let isCurrent: Bool

    static var headings: [String] { ["NAME", "CURRENT", "ENDPOINT", "WORKSPACE", "PROJECT"] }
    var cells: [Cell] {
        [
            .text(entry.name), .text(isCurrent ? "*" : ""), .text(entry.endpoint ?? "local platform"),
            .text(entry.workspaceName ?? entry.workspace ?? "default"),
            .text(entry.projectName ?? entry.project ?? "default"),
        ]
    }
    var listName: String { entry.name }

    func encode(to encoder: any Encoder) throws {
        try entry.encodeFields(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isCurrent, forKey: .current)
    }

    private enum CodingKeys: String, CodingKey {
        case current
    }
}

/// The context that a command would use, all settings considered.
struct ContextDetails: CommandResult {
    /// With what flags and variables put in place of its own.
    let entry: ConnectionContext
    let login: LoginState
    let isCurrent: Bool

    var names: [String] { [entry.name] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Context", entry.name)
        fields.add("Endpoint", entry.endpoint ?? "local platform")
        fields.add("Organization", Self.shown(entry.organization, entry.organizationName))
        fields.add("Workspace", Self.shown(entry.workspace, entry.workspaceName))
        fields.add("Project", Self.shown(entry.project, entry.projectName))
        fields.add("Source encoding", entry.sourceEncoding)
        fields.add("Login", loginText)
        return fields.text
    }

    private static func shown(_ id: String?, _ name: String?) -> String? {
        guard let name, let id, name != id else { return name ?? id }
        return "\(name) (\(id))"
    }

    private var loginText: String {
        let who = login.credential?.user?.label ?? "unknown user"
        let renewable = login.credential?.refreshToken != nil || login.credential?.apiKey != nil
        let end = renewable ? nil : login.credential?.expiresAt.map { ", until \(TimeText.iso($0))" }
        switch login.method {
        case .owner: return "owner of this machine's platform"
        case .oauth: return "\(who) (signed in\(end ?? ""))"
        case .token: return "\(who) (token\(end ?? ""))"
        case .apiKey: return "\(who) (API key)"
        case .environment: return "token from the variable \(login.source ?? "")"
        case .file: return "token from the file '\(login.source ?? "")'"
        case .none: return "nobody; run 'hks-func login -c \(entry.name)'"
        }
    }

    func encode(to encoder: any Encoder) throws {
        try entry.encodeFields(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isCurrent, forKey: .current)
        try container.encode(login.method, forKey: .login)
        try container.encodeIfPresent(login.credential?.user, forKey: .user)
        try container.encodeIfPresent(login.credential?.expiresAt, forKey: .expiresAt)
    }

    private enum CodingKeys: String, CodingKey {
        case current, login, user
        case expiresAt = "expires_at"
    }
}

/// What was done to a context.
struct ContextChange: CommandResult {
    let entry: ConnectionContext
    let change: String

    init(_ entry: ConnectionContext, change: String) {
        self.entry = entry
        self.change = change
    }

    var names: [String] { [entry.name] }
    func text(_ style: TextStyle) -> String { "context '\(entry.name)' is \(change)\n" }

    func encode(to encoder: any Encoder) throws {
        try entry.encodeFields(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(change, forKey: .change)
    }

    private enum CodingKeys: String, CodingKey {
        case change
    }
}

extension ConnectionContext {
    private enum CodingKeys: String, CodingKey {
        case name, endpoint, organization, workspace, project
        case organizationName = "organization_name"
        case workspaceName = "workspace_name"
        case projectName = "project_name"
        case sourceEncoding = "source_encoding"
    }

    /// Writes what every document about a context has. Where a token is found is nobody's business.
    fileprivate func encodeFields(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(endpoint, forKey: .endpoint)
        try container.encodeIfPresent(organization, forKey: .organization)
        try container.encodeIfPresent(organizationName, forKey: .organizationName)
        try container.encodeIfPresent(workspace, forKey: .workspace)
        try container.encodeIfPresent(workspaceName, forKey: .workspaceName)
        try container.encodeIfPresent(project, forKey: .project)
        try container.encodeIfPresent(projectName, forKey: .projectName)
        try container.encodeIfPresent(sourceEncoding, forKey: .sourceEncoding)
    }
}
