import FuncKit
import Hummingbird

/// `/api/v1/organizations/`: who owns workspaces. The built-in organisation `default` owns what a platform starts with.
struct OrganizationRoutes: Sendable {
    let workspaces: WorkspaceStore

    func add(to group: APIRouteGroup) {
        group.on(.get, "", .signedIn) { _, context in
            let all = try await workspaces.organizations(owning: context.principal.visibleProjects)
            return try Response.json(List(organizations: all, total: all.count))
        }
        group.on(.post, "", .platformAdmin) { request, _ in
            let wanted = try await APIBody.decode(NewOrganization.self, from: request)
            return try Response.json(try await workspaces.create(wanted), status: .created)
        }
        group.on(.get, "/{organization}", .permission(.readProject, .organization)) { _, context in
            try Response.json(try await workspaces.organization(context.organization))
        }
    }

    private struct List: Encodable {
        var organizations: [Organization]
        var total: Int
    }
}

extension Principal {
    /// Ids of the projects that they may see; nil where that is all of them.
    var visibleProjects: [String]? {
        grants.isPlatformAdmin ? nil : grants.projects(allowing: .readProject)
    }
}
