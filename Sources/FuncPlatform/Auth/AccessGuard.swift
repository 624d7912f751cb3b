import Foundation
import FuncKit
import Hummingbird

/// Lets a request through to its route, or not: the one place where credentials and permissions are looked at.
struct AccessGuard: Sendable {
    let authenticator: any Authenticating
    let workspaces: WorkspaceStore
    let projects: ProjectStore
    let functions: FunctionStore
    let invocations: InvocationStore

    /// Finds out who asks and what about, notes both in the context, and refuses what they may not do.
    /// - Throws: `unauthenticated`, `forbidden`, `not_found` for an unknown workspace, `invalid_argument` for a request
    ///   that contradicts itself, what reading the body throws.
    func admit(_ request: inout Request, _ context: inout APIContext, to access: Access) async throws {
        guard access != .open else { return }
        let principal = try await authenticator.principal(
            for: try Self.credential(of: request),
            client: ClientInfo.address(of: request)
        )
        context.principal = principal
        context.logger[metadataKey: "caller"] = "\(principal.id)"
        if access == .signedIn { return }
        if access == .platformAdmin, !principal.grants.isPlatformAdmin {
            throw Self.refusal("administrate the platform")
        }
        let query = APIQuery(request)
        try query.requireSingle("project_id", "all_projects")
        try await findWorkspace(&context)
        try await findProject(&request, &context, query, access: access)
        try await check(access, &context, isAboutAll: try query.flag("all_projects"))
    }

    /// What the request brings as proof.
    static func credential(of request: Request) throws -> Credential {
        if let header = request.headers[.authorization] {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                throw FuncError(.unauthenticated, "invalid authorization header format")
            }
            return .bearer(String(parts[1]))
        }
        if let key = request.headers[.apiKey] { return .apiKey(key) }
        throw FuncError(.unauthenticated, "missing authorization header")
    }

    // MARK: - What the request is about

    /// A workspace that belongs to another organisation than the path says is not there.
    private func findWorkspace(_ context: inout APIContext) async throws {
        if context.parameters.get("organization") != nil {
            context.organization = try await workspaces.organization(try context.path("organization")).id
        }
        let isNamed = context.parameters.get("workspace") != nil
        guard isNamed || context.organization.isEmpty else { return }
        let reference = isNamed ? try context.path("workspace") : context.principal.defaultWorkspace
        let workspace = try await workspaces.workspace(reference)
        guard context.organization.isEmpty || workspace.organizationID == context.organization else {
            throw FuncError(
                .notFound,
                "workspace '\(reference)' not found in organization '\(try context.path("organization"))'"
            )
        }
        context.workspace = workspace.id
    }

    /// Query, then body, then path, then what the credentials are bound to; a route about a project itself has it in
    /// its path.
    private func findProject(
        _ request: inout Request,
        _ context: inout APIContext,
        _ query: APIQuery,
        access: Access
    ) async throws {
        if case .permission(_, .projectInPath) = access {
            context.project = try context.path("project")
            return
        }
        var project = query.text("project_id")
        // A form may bring a source of any length; it names its project in the query or the path.
        if project == nil, case .permission(_, .projectInBody) = access,
            try MultipartHeader.boundary(of: request) == nil
        {
            let body = try await request.body.collect(upTo: APIBody.maxSourceBytes)
            request.body = RequestBody(buffer: body)
            project = try Self.project(inBody: RawJSON.lowercasingNames(of: Data(body.readableBytesView)))
        }
        if project == nil, context.parameters.get("project") != nil { project = try context.path("project") }
        context.project = project ?? context.principal.defaultProject
    }

    /// A body that is no JSON object names no project; the route says what is wrong with it. A project that is no text
    /// must not turn into the default one.
    private static func project(inBody body: Data) throws -> String? {
        do {
            let project = try JSONDecoder().decode(ProjectField.self, from: body).projectID
            return project?.isEmpty == true ? nil : project
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            throw FuncError(.invalidArgument, "field 'project_id' is not a string")
        } catch {
            return nil
        }
    }

    private struct ProjectField: Decodable {
        var projectID: String?

        enum CodingKeys: String, CodingKey {
            case projectID = "project_id"
        }
    }

    // MARK: - Whether they may

    private func check(_ access: Access, _ context: inout APIContext, isAboutAll: Bool) async throws {
        let grants = context.principal.grants
        guard case .permission(let permission, let place) = access, !grants.isPlatformAdmin else { return }
        let isAllowed: Bool
        switch place {
        case .organization:
            let held = grants.projects(allowing: permission)
            isAllowed = try await projects.holdsAny(of: held, organization: context.organization)
        case .workspace:
            isAllowed = try await holdsAnywhere(permission, context)
        case .projectOrAll where isAboutAll:
            isAllowed = try await holdsAnywhere(permission, context)
        case .project, .projectInBody, .projectInPath, .projectOrAll:
            guard try await holds(permission, projectOf: context) else {
                throw Self.refusal(permission.rawValue, in: context.project)
            }
            return
        case .function:
            isAllowed = try await holds(permission, functionOf: &context)
        case .invocation:
            // A call that is not there is for the route to say, to those who could see it if it were.
            if let owner = try await invocations.owner(of: context.path("invocation"), workspace: context.workspace) {
                isAllowed = grants.allows(permission, project: owner.project, function: owner.function)
            } else {
                isAllowed = try await holdsAnywhere(permission, context)
            }
        }
        guard isAllowed else { throw Self.refusal(permission.rawValue) }
    }

    /// A role in another workspace is none here.
    private func holdsAnywhere(_ permission: Permission, _ context: APIContext) async throws -> Bool {
        let held = context.principal.grants.projects(allowing: permission)
        return try await projects.holdsAny(of: held, workspace: context.workspace)
    }

    private func holds(_ permission: Permission, projectOf context: APIContext) async throws -> Bool {
        // An unknown project has no roles: whoever may not create it learns nothing about it.
        guard let project = try await projects.id(of: context.project, workspace: context.workspace) else {
            return false
        }
        return context.principal.grants.allows(permission, project: project)
    }

    private func holds(_ permission: Permission, functionOf context: inout APIContext) async throws -> Bool {
        guard let owner = try await functions.owner(of: try context.functionReference()) else {
            return try await holds(permission, projectOf: context)
        }
        context.admittedFunction = owner.function
        return context.principal.grants.allows(permission, project: owner.project, function: owner.function)
    }

    private static func refusal(_ what: String, in project: String? = nil) -> FuncError {
        let place = project.map { " in project '\($0)'" } ?? ""
        return FuncError(
            .forbidden,
            "you may not \(what)\(place)",
            hint: "ask an admin of the project for a role; 'hks-func whoami' shows yours"
        )
    }
}

/// A function and the project it belongs to, both by id.
struct FunctionOwner: Hashable, Sendable {
    var project: String
    var function: String
}
