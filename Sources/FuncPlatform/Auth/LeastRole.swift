import FuncKit

/// The least that someone must be to take a route, in the words of the role table.
enum LeastRole: String, CaseIterable, Sendable {
    case nobody
    case signedIn = "anyone signed in"
    /// Someone with the right to call this one function, whatever their role.
    case invoker
    case viewer
    case developer
    case admin
    case platformAdmin = "platform admin"
}

extension Access {
    /// The least that someone must be.
    var leastRole: LeastRole {
        switch self {
        case .open: .nobody
        case .signedIn: .signedIn
        case .platformAdmin: .platformAdmin
        case .permission(.invoke, .function), .permission(.invoke, .invocation): .invoker
        case .permission(let permission, _):
            switch permission.role {
            case .viewer: .viewer
            case .developer: .developer
            case .admin: .admin
            }
        }
    }

    /// Where the role must be held; empty where no role is needed.
    var placeName: String {
        guard case .permission(_, let place) = self else { return "" }
        return switch place {
        case .organization: "any project of the organization"
        case .workspace: "any project of the workspace"
        case .project, .projectInBody, .projectInPath: "the project"
        case .projectOrAll: "the project, or any with `all_projects`"
        case .function: "the function's project"
        case .invocation: "the project of the call's function"
        }
    }
}
