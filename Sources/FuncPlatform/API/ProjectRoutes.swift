import Foundation
import FuncKit
import Hummingbird

/// `/projects/`: the projects of a workspace.
struct ProjectRoutes: Sendable {
    let projects: ProjectStore

    func add(to group: APIRouteGroup) {
        group.on(.get, "/projects", .permission(.readProject, .workspace), list)
        group.on(.post, "/projects", .platformAdmin, create)
        group.on(.get, "/projects/{project}", .permission(.readProject, .projectInPath)) { _, context in
            try Response.json(try await projects.project(context.project, workspace: context.workspace))
        }
        group.on(.put, "/projects/{project}", .permission(.changeProject, .projectInPath), update)
        group.on(.delete, "/projects/{project}", .permission(.changeProject, .projectInPath)) { _, context in
            try await projects.delete(context.project, workspace: context.workspace)
            return try Response.json(["message": "project deleted successfully"])
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = APIQuery(request)
        let page = try APIPage(query)
        let status = try query.choice("status", as: ProjectStatus.self)
        let search = query.text("search")
        let order = try query.choice("sort_by", as: ProjectOrder.self) ?? .created
        let isDescending = try query.choice("sort_order", as: SortOrder.self) ?? .descending == .descending
        let all = try await projects.projects(workspace: context.workspace).filter { project in
            context.principal.grants.allows(.readProject, project: project.id)
                && (status == nil || status == project.status)
                && (search == nil || project.matches(search ?? ""))
        }
        let sorted = all.sorted { isDescending ? order.precedes($1, $0) : order.precedes($0, $1) }
        return try Response.json(
            List(projects: page.part(of: sorted), total: all.count, page: page.number, pageSize: page.size)
        )
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await APIBody.decode(ProjectChange.self, from: request)
        guard let name = body.name else { throw FuncError(.invalidArgument, "field 'name' is missing") }
        try await checkWorkspace(body, context)
        var details = ProjectDetails()
        try body.apply(to: &details)
        let project = try await projects.create(name: name, details: details, workspace: context.workspace)
        return try Response.json(project, status: .created)
    }

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await APIBody.decode(ProjectChange.self, from: request)
        try await checkWorkspace(body, context)
        let project = try await projects.update(context.project, workspace: context.workspace) { name, details in
            if let wanted = body.name, wanted != name {
                throw FuncError(
                    .nameImmutable,
                    "project '\(name)' cannot be renamed to '\(wanted)'",
                    hint: "its name is part of the addresses of its functions; change 'display_name' instead"
                )
            }
            try body.apply(to: &details)
        }
        return try Response.json(project)
    }

    /// Clients repeat the workspace in the body; another one than the path's is a mistake.
    private func checkWorkspace(_ body: ProjectChange, _ context: APIContext) async throws {
        guard let named = body.workspaceID, !named.isEmpty, named != context.workspace,
            try named != context.path("workspace")
        else { return }
        throw FuncError(
            .invalidArgument,
            "field 'workspace_id' is '\(named)', but the path names workspace '\(context.workspace)'"
        )
    }

    private struct List: Encodable {
        var projects: [Project]
        var total: Int
        var page: Int
        var pageSize: Int

        enum CodingKeys: String, CodingKey {
            case projects, total, page
            case pageSize = "page_size"
        }
    }
}

/// The direction of a list.
enum SortOrder: String, CaseIterable {
    case ascending = "asc"
    case descending = "desc"
}

/// What a list of projects may be sorted by.
private enum ProjectOrder: String, CaseIterable {
    case created = "created_at"
    case updated = "updated_at"
    case name
    case displayName = "display_name"

    /// Names break ties, so that pages never overlap.
    func precedes(_ left: Project, _ right: Project) -> Bool {
        switch self {
        case .created: (left.createdAt ?? .distantPast, left.name) < (right.createdAt ?? .distantPast, right.name)
        case .updated: (left.updatedAt ?? .distantPast, left.name) < (right.updatedAt ?? .distantPast, right.name)
        case .name: left.name < right.name
        case .displayName: (left.displayName, left.name) < (right.displayName, right.name)
        }
    }
}

extension Project {
    fileprivate func matches(_ search: String) -> Bool {
        [name, displayName, description].contains { $0.contains(anyCase: search) }
    }
}
