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

        let workspace = routes.group("/api/v1/workspaces/{workspace}")
        ProjectRoutes(projects: projects).add(to: workspace)

        let functions = workspace.group("/functions")
        ProviderRoutes(capabilities: capabilities).add(to: functions)
        SourceRoutes(artifacts: artifacts).add(to: functions)
        let functionRoutes = FunctionRoutes(catalog: catalog, deployer: deployer)
        functionRoutes.add(to: functions)
        functionRoutes.addProjectPaths(to: workspace)
        VersionRoutes(catalog: catalog, deployer: deployer).add(to: functions)
        TrafficRoutes(catalog: catalog, deployments: deployments).add(to: functions)
        let invocationRoutes = InvocationRoutes(service: invocations, store: invocationStore)
        invocationRoutes.add(to: functions)
        invocationRoutes.addStatus(to: workspace)
        LogRoutes(catalog: catalog, logs: logs, events: events, heartbeat: heartbeat).add(to: functions)
        addDialects(to: routes)
        return routes
    }

    /// The same functions for clients that speak otherwise; the path alone tells who they are.
    private func addDialects(to routes: APIRoutes) {
        SDKRoutes(
            catalog: catalog,
            deployer: deployer,
            invocations: invocations,
            invocationStore: invocationStore,
            waiter: FunctionWaiter(store: catalog.store)
        )
        .add(to: routes.group(""))
        UIRoutes(
            catalog: catalog,
            deployer: deployer,
            invocations: invocations,
            logs: logs,
            waiter: FunctionWaiter(store: catalog.store)
        )
        .add(to: routes.group("/api/v1/organizations/{organization}/workspaces/{workspace}"))
    }

    private var deployer: DeployDesk {
        DeployDesk(store: catalog.store, deployments: deployments, artifacts: artifacts, rules: rules)
    }
}
