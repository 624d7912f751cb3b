import Foundation
import FuncKit
import Hummingbird

/// `/health` and `/ready`: probes that need no token.
struct HealthRoutes: Sendable {
    let version: String

    func add(to group: APIRouteGroup) {
        group.on(.get, "/health", .open) { _, _ in
            try Response.json(Health(status: "healthy", timestamp: Self.now(), version: version))
        }
        group.on(.get, "/ready", .open) { _, _ in
            try Response.json(Health(status: "ready", timestamp: Self.now(), version: nil))
        }
    }

    private static func now() -> Date {
        Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    }

    private struct Health: Encodable {
        var status: String
        var timestamp: Date
        var version: String?
    }
}

/// `/functions/provider/…`: what the platform can do.
struct ProviderRoutes: Sendable {
    let capabilities: Capabilities

    func add(to group: APIRouteGroup) {
        group.on(.get, "/provider/capabilities", .signedIn) { _, _ in try Response.json(capabilities) }
        group.on(.get, "/provider/health", .signedIn) { _, _ in try Response.json(["status": "healthy"]) }
    }
}

/// `/projects/`: the projects of a workspace.
struct ProjectRoutes: Sendable {
    let projects: ProjectStore

    func add(to group: APIRouteGroup) {
        group.on(.get, "/projects", .permission(.readProject, .workspace)) { request, context in
            let query = APIQuery(request)
            let size = try query.count("page_size", default: 20, maximum: 100)
            let page = try query.count("page", default: 1, maximum: 1_000_000)
            let all = try await projects.projects(workspace: context.workspace)
                .filter { context.principal.grants.allows(.readProject, project: $0.id) }
            let shown = all.dropFirst((page - 1) * size).prefix(size)
            return try Response.json(
                Page(projects: Array(shown), total: all.count, page: page, pageSize: size)
            )
        }
        group.on(.post, "/projects", .platformAdmin) { request, context in
            let body = try await APIBody.decode(NewProject.self, from: request)
            return try Response.json(
                try await projects.create(name: body.name, workspace: context.workspace),
                status: .created
            )
        }
    }

    private struct NewProject: Decodable {
        var name: String
    }

    private struct Page: Encodable {
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
