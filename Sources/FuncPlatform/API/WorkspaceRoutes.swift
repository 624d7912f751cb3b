import Foundation
import FuncKit
import Hummingbird

/// `…/workspaces/`: the workspaces of an organisation, or all that the caller may see.
struct WorkspaceRoutes: Sendable {
    let workspaces: WorkspaceStore

    /// The routes below `/organizations/{organization}`.
    func add(to organization: APIRouteGroup) {
        organization.on(.get, "/workspaces", .permission(.readProject, .organization)) { request, context in
            try await list(request, context, organization: context.organization)
        }
        organization.on(.post, "/workspaces", .platformAdmin, create)
        organization.on(.get, "/workspaces/{workspace}", .permission(.readProject, .workspace)) { _, context in
            try Response.json(try await workspaces.workspace(context.workspace))
        }
        organization.on(.get, "/workspaces/{workspace}/kubeconfig", .permission(.readProject, .workspace)) {
            _,
            context in
            let error = FuncError(
                .unsupported,
                "workspace '\(try context.path("workspace"))' has no kubeconfig, because there is no cluster behind it",
                hint: "functions run as processes on this machine; deploy them with 'hks-func deploy'"
            )
            return try Response.json(APIError(error), status: .notFound)
        }
    }

    /// `/api/v1/workspaces`, for clients that know no organisation.
    func addIndex(to group: APIRouteGroup) {
        group.on(.get, "/workspaces", .signedIn) { request, context in
            try await list(request, context, organization: nil)
        }
    }

    private func list(_ request: Request, _ context: APIContext, organization: String?) async throws -> Response {
        let query = APIQuery(request)
        let page = try APIPage(query)
        let status = try query.choice("status", as: Status.self)
        let search = query.text("search")
        let visible = context.principal.visibleProjects
        let all = try await workspaces.workspaces(organization: organization, holding: visible).filter { workspace in
            (status ?? .active) == .active
                && search.map { workspace.name.contains(anyCase: $0) || workspace.description.contains(anyCase: $0) }
                    ?? true
        }
        return try Response.json(
            List(workspaces: page.part(of: all), total: all.count, page: page.number, pageSize: page.size)
        )
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let wanted = try await APIBody.decode(NewWorkspace.self, from: request)
        // The organisation in the body gives way to the one in the path.
        let workspace = try await workspaces.create(wanted, organization: context.organization)
        return try Response.json(Created(workspace: workspace, task: FinishedTask(workspace)), status: .created)
    }

    /// All that the API knows; workspaces here are always active.
    private enum Status: String, CaseIterable {
        case provisioning, active, suspended, terminating, terminated
    }

    private struct List: Encodable {
        var workspaces: [Workspace]
        var total: Int
        var page: Int
        var pageSize: Int

        enum CodingKeys: String, CodingKey {
            case workspaces, total, page
            case pageSize = "page_size"
        }
    }

    private struct Created: Encodable {
        var workspace: Workspace
        var task: FinishedTask
    }

    /// Elsewhere a workspace takes minutes to make, and clients wait for this task; here it has ended with the request.
    private struct FinishedTask: Encodable {
        var id: String
        var type = "workspace_creation"
        var status = "completed"
        var progress = 100
        var workspaceID: String
        var createdAt: Date
        var updatedAt: Date
        var completedAt: Date

        init(_ workspace: Workspace) {
            id = Identifier.make("task")
            workspaceID = workspace.id
            createdAt = workspace.createdAt
            updatedAt = workspace.createdAt
            completedAt = workspace.createdAt
        }

        enum CodingKeys: String, CodingKey {
            case id, type, status, progress
            case workspaceID = "workspace_id"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
            case completedAt = "completed_at"
        }
    }
}

extension String {
    /// Whether `text` occurs in it, whatever the case of letters.
    func contains(anyCase text: String) -> Bool {
        range(of: text, options: .caseInsensitive) != nil
    }
}
