import FuncKit

/// What a route lets its caller do.
enum Permission: String, CaseIterable, Sendable {
    /// See functions, versions, traffic, triggers, recorded calls, numbers and the audit trail.
    case readFunctions = "read functions"
    /// See what functions and builds wrote.
    case readLogs = "read logs"
    /// Call a function.
    case invoke
    /// Create and change functions, versions, traffic and triggers.
    case changeFunctions = "change functions"
    /// Delete functions.
    case deleteFunctions = "delete functions"
    /// See which secrets there are.
    case readSecrets = "list secrets"
    /// Set and delete secrets.
    case changeSecrets = "change secrets"
    /// See the project itself.
    case readProject = "read the project"
    /// Change and delete the project.
    case changeProject = "change the project"
    /// Decide who may do what in the project.
    case manageAccess = "manage access"

    /// The least role that has it.
    var role: Role {
        switch self {
        case .readFunctions, .readLogs, .readProject: .viewer
        case .invoke, .changeFunctions, .deleteFunctions, .readSecrets, .changeSecrets: .developer
        case .changeProject, .manageAccess: .admin
        }
    }
}

/// Who may take a route.
enum Access: Hashable, Sendable {
    /// Anyone, without credentials.
    case open
    /// Anyone with credentials.
    case signedIn
    /// Who administrates the platform as a whole.
    case platformAdmin
    /// Who has the permission, in the place that the request is about.
    case permission(Permission, Place)

    /// Where a permission must be held.
    enum Place: Hashable, Sendable {
        /// In any project of the organisation named by the path; the route shows no more than the caller may see.
        case organization
        /// In any project of the workspace; the route itself shows no more than the caller may see.
        case workspace
        /// In the project named by query or path.
        case project
        /// In the project named by the path, which is what the route is about: no query item speaks for another one.
        case projectInPath
        /// As ``project``, or with the query item `all_projects=true` as ``workspace``.
        case projectOrAll
        /// In the project named by path, query or the field `project_id` of the JSON body.
        case projectInBody
        /// In the project of the function that the path names.
        case function
        /// In the project of the function that the recorded call in the path was made to.
        case invocation
    }
}
