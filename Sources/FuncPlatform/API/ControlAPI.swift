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
    let authenticator: any Authenticating
    /// How often a log stream shows that it lives.
    var heartbeat: Duration = .seconds(15)
    /// Signing in; without it only the routes that need it are missing.
    var auth: AuthParts?

    /// All routes of the API.
    func routes() -> APIRoutes {
        let routes = APIRoutes(
            accessGuard: AccessGuard(
                authenticator: authenticator,
                projects: projects,
                functions: catalog.store,
                invocations: invocationStore
            )
        )
        routes.router.add(middleware: RequestIDMiddleware())
        routes.router.add(middleware: ErrorMiddleware())
        HealthRoutes(version: capabilities.version).add(to: routes.group(""))
        auth?.addRoutes(to: routes.group(""))

        let workspace = routes.group("/api/v1/workspaces/{workspace}")
        ProjectRoutes(projects: projects).add(to: workspace)

        let functions = workspace.group("/functions")
        ProviderRoutes(capabilities: capabilities).add(to: functions)
        SourceRoutes(artifacts: artifacts).add(to: functions)
        FunctionRoutes(catalog: catalog, deployments: deployments, rules: rules).add(to: functions)
        VersionRoutes(catalog: catalog, deployments: deployments, rules: rules).add(to: functions)
        TrafficRoutes(catalog: catalog, deployments: deployments).add(to: functions)
        InvocationRoutes(service: invocations, store: invocationStore).add(to: functions)
        LogRoutes(catalog: catalog, logs: logs, events: events, heartbeat: heartbeat).add(to: functions)
        return routes
    }
}
