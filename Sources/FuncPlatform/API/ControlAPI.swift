import Foundation
import FuncKit
import Hummingbird
import Logging

/// The control API: everything that its routes need, and the router over them.
struct ControlAPI: Sendable {
    let catalog: FunctionCatalog
    let deployments: DeploymentService
    let invocations: InvocationService
    let invocationStore: InvocationStore
    let events: EventStore
    let projects: ProjectStore
    let artifacts: ArtifactStore
    let logs: any LogStoring
    let rules: SettingsRules
    let capabilities: Capabilities
    /// The admin token.
    let token: String
    /// How often a log stream shows that it lives.
    var heartbeat: Duration = .seconds(15)

    /// All routes of the canonical dialect that this platform serves.
    func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: RequestIDMiddleware())
        router.add(middleware: ErrorMiddleware())
        HealthRoutes(version: capabilities.version).add(to: router)

        let guarded = router.group().add(middleware: TokenMiddleware(token: token))
        let workspace = guarded.group("api/v1/workspaces/:workspace")
        ProjectRoutes(projects: projects).add(to: workspace)

        let functions = workspace.group("functions")
        ProviderRoutes(capabilities: capabilities).add(to: functions)
        SourceRoutes(artifacts: artifacts).add(to: functions)
        FunctionRoutes(catalog: catalog, deployments: deployments, rules: rules, projects: projects).add(to: functions)
        VersionRoutes(catalog: catalog, deployments: deployments, rules: rules, projects: projects).add(to: functions)
        TrafficRoutes(catalog: catalog, deployments: deployments, projects: projects).add(to: functions)
        InvocationRoutes(service: invocations, store: invocationStore, projects: projects).add(to: functions)
        LogRoutes(catalog: catalog, logs: logs, events: events, projects: projects, heartbeat: heartbeat)
            .add(to: functions)
        return router
    }
}

extension ProjectStore {
    /// The function that a request's path and query name.
    /// - Throws: `not_found` for an unknown workspace.
    func reference(_ request: Request, _ context: APIContext) async throws -> FunctionReference {
        FunctionReference(
            workspace: try await workspace(try context.path("workspace")),
            project: APIQuery(request).text("project_id") ?? "default",
            function: try context.path("function")
        )
    }
}

/// Who is behind a request. The local platform knows one user, whoever holds its token.
enum Author {
    static let local = "local"
}
