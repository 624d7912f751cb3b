import Foundation
import FuncKit
import Hummingbird

/// `/health` and `/ready`: probes that need no token.
struct HealthRoutes: Sendable {
    let version: String

    func add(to router: Router<APIContext>) {
        router.get("health") { _, _ in
            try Response.json(Health(status: "healthy", timestamp: Self.now(), version: version))
        }
        router.get("ready") { _, _ in
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

    func add(to group: RouterGroup<APIContext>) {
        group.get("provider/capabilities") { _, _ in try Response.json(capabilities) }
        group.get("provider/health") { _, _ in try Response.json(["status": "healthy"]) }
    }
}

/// `/projects/`: the projects of a workspace.
struct ProjectRoutes: Sendable {
    let projects: ProjectStore

    func add(to group: RouterGroup<APIContext>) {
        group.get("projects") { request, context in
            let workspace = try await projects.workspace(try context.path("workspace"))
            let query = APIQuery(request)
            let size = try query.count("page_size", default: 20, maximum: 100)
            let page = try query.count("page", default: 1, maximum: 1_000_000)
            let all = try await projects.projects(workspace: workspace)
            let shown = all.dropFirst((page - 1) * size).prefix(size)
            return try Response.json(
                Page(projects: Array(shown), total: all.count, page: page, pageSize: size)
            )
        }
        group.post("projects") { request, context in
            let workspace = try await projects.workspace(try context.path("workspace"))
            let body = try await APIBody.decode(NewProject.self, from: request)
            return try Response.json(
                try await projects.create(name: body.name, workspace: workspace),
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
