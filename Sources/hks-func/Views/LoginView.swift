import Foundation
import FuncKit

/// What a login led to.
struct LoginResult: CommandResult {
    let context: String
    let endpoint: String
    let method: LoginState.Method
    let user: ServerUser?
    /// Whether the server confirmed it.
    let verified: Bool
    /// When the token ends; it is renewed by then where that is possible.
    let expiresAt: Date?
    let renewable: Bool

    var names: [String] { [user?.label ?? context] }

    func text(_ style: TextStyle) -> String {
        let who = user?.label.map { " as \($0.withoutControls)" } ?? ""
        let doubt = verified ? "" : " (not verified)"
        return "\(style.good("✓")) logged in to context '\(context)'\(who)\(doubt)\n"
    }

    private enum CodingKeys: String, CodingKey {
        case context, endpoint, method, user, verified, renewable
        case expiresAt = "expires_at"
    }
}

/// What a logout led to.
struct LogoutResult: CommandResult {
    /// Contexts that somebody was logged in to.
    let loggedOut: [String]
    /// Those of them whose session the server could not be asked to end.
    let serverNotTold: [String]

    var names: [String] { loggedOut }

    func text(_ style: TextStyle) -> String {
        loggedOut.map { "\(style.good("✓")) logged out of context '\($0)'\n" }.joined()
    }

    private enum CodingKeys: String, CodingKey {
        case loggedOut = "logged_out"
        case serverNotTold = "server_not_told"
    }
}

/// Who a server takes the user for.
struct WhoamiResult: CommandResult {
    let context: String
    /// Nil where the local platform does not run.
    let endpoint: String?
    let method: LoginState.Method
    let user: ServerUser?
    let kind: String?
    let roles: [String: String]?
    let isAdmin: Bool?
    /// Whether the server said so just now.
    let verified: Bool
    let expiresAt: Date?

    var names: [String] { [user?.label ?? context] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("User", user?.label ?? "unknown")
        fields.add("Name", user?.displayName == user?.label ? nil : user?.displayName)
        fields.add("Kind", kind)
        fields.add("Provider", user?.provider)
        fields.add("Context", context)
        fields.add("Endpoint", endpoint ?? "local platform, not running")
        fields.add("Method", method.rawValue)
        fields.add("Until", expiresAt.map(TimeText.iso))
        fields.add("Administrator", isAdmin.map { $0 ? "yes" : "no" })
        fields.add("Roles", (roles ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" })
        fields.add("Verified", verified ? "yes" : "no")
        return fields.text
    }

    private enum CodingKeys: String, CodingKey {
        case context, endpoint, method, user, kind, roles, verified
        case isAdmin = "is_admin"
        case expiresAt = "expires_at"
    }
}
