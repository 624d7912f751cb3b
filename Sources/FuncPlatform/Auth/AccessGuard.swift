import Foundation
import FuncKit
import Hummingbird

/// Lets a request through to its route, or not: the one place where credentials and permissions are looked at.
struct AccessGuard: Sendable {
    let authenticator: any Authenticating
    let projects: ProjectStore
    let functions: FunctionStore
    let invocations: InvocationStore

    /// Finds out who asks and what about, notes both in the context, and refuses what they may not do.
    /// - Throws: `unauthenticated`, `forbidden`, `not_found` for an unknown workspace, what reading the body throws.
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
        try await find(&request, &context, access: access)
        try await check(access, principal, context, isAboutAll: try APIQuery(request).flag("all_projects"))
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

    /// Where the request belongs: query, then body, then path, then what the credentials are bound to.
    private func find(_ request: inout Request, _ context: inout APIContext, access: Access) async throws {
        let principal = context.principal
        let workspace = context.parameters.get("workspace") == nil ? nil : try context.path("workspace")
        context.workspace = try await projects.workspace(workspace ?? principal.defaultWorkspace)
        var project = APIQuery(request).text("project_id")
        if project == nil, case .permission(_, .projectInBody) = access {
            let body = try await request.body.collect(upTo: APIBody.maxBytes)
            request.body = RequestBody(buffer: body)
            project = (try? JSONDecoder().decode(ProjectField.self, from: Data(body.readableBytesView)))?.projectID
        }
        if project == nil, context.parameters.get("project") != nil { project = try context.path("project") }
        context.project = project ?? principal.defaultProject
    }

    private struct ProjectField: Decodable {
        var projectID: String?

        enum CodingKeys: String, CodingKey {
            case projectID = "project_id"
        }
    }

    private func check(
        _ access: Access,
        _ principal: Principal,
        _ context: APIContext,
        isAboutAll: Bool
    ) async throws {
        guard case .permission(let permission, let place) = access, !principal.grants.isPlatformAdmin else { return }
        let isAllowed: Bool
        switch place {
        case .workspace:
            isAllowed = principal.grants.allowsAnywhere(permission)
        case .projectOrAll where isAboutAll:
            isAllowed = principal.grants.allowsAnywhere(permission)
        case .project, .projectInBody, .projectOrAll:
            isAllowed = try await holds(permission, principal, projectOf: context)
        case .function:
            isAllowed = try await holds(permission, principal, functionOf: context)
        case .invocation:
            // A call that is not there is for the route to say, to those who could see it if it were.
            let owner = try await invocations.owner(of: try context.path("invocation"), workspace: context.workspace)
            isAllowed =
                owner.map { principal.grants.allows(permission, project: $0.project, function: $0.function) }
                ?? principal.grants.allowsAnywhere(permission)
        }
        guard isAllowed else { throw Self.refusal(permission.rawValue, in: context.project) }
    }

    private func holds(_ permission: Permission, _ principal: Principal, projectOf context: APIContext) async throws
        -> Bool
    {
        // An unknown project has no roles: whoever may not create it learns nothing about it.
        guard let project = try await projects.id(of: context.project, workspace: context.workspace) else {
            return false
        }
        return principal.grants.allows(permission, project: project)
    }

    private func holds(_ permission: Permission, _ principal: Principal, functionOf context: APIContext) async throws
        -> Bool
    {
        guard let owner = try await functions.owner(of: try context.functionReference()) else {
            return try await holds(permission, principal, projectOf: context)
        }
        return principal.grants.allows(permission, project: owner.project, function: owner.function)
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
