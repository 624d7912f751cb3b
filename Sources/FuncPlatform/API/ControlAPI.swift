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
    let firing: FiringService
    let events: EventStore
    let projects: ProjectStore
    let secrets: SecretService
    let artifacts: ArtifactStore
    let logs: any LogStoring
    let metrics: MetricsService
    let rules: SettingsRules
    var capabilities: Capabilities
    let authenticator: any Authenticating
    let auth: AuthParts
    /// File of the OpenAPI document.
    let document: String
    let limiter: RateLimiter
    let repeated: RepeatedRequests
    /// How often a log stream shows that it lives.
    var heartbeat: Duration = .seconds(15)
    /// Web pages that may call the API, in lower case.
    var corsOrigins: Set<String> = []
    /// Less room than this on the disk counts as none.
    var minFreeBytes = 16 << 20

    /// All routes of the API.
    func routes() -> APIRoutes {
        let workspaces = WorkspaceStore(registry: projects.registry, now: projects.now)
        let memberships = MembershipStore(registry: projects.registry, now: projects.now)
        let health = PlatformHealth(registry: projects.registry, minFreeBytes: minFreeBytes)
        let routes = APIRoutes(
            accessGuard: AccessGuard(
                authenticator: authenticator,
                workspaces: workspaces,
                projects: projects,
                functions: catalog.store,
                invocations: invocationStore
            ),
            limiter: limiter,
            repeated: repeated
        )
        routes.router.add(middleware: RequestIDMiddleware())
        routes.router.add(middleware: CORSMiddleware(origins: corsOrigins))
        routes.router.add(middleware: ErrorMiddleware())
        HealthRoutes(version: capabilities.version, health: health).add(to: routes.group(""))
        auth.addRoutes(to: routes.group(""))
        DocumentRoutes(path: document).add(to: routes.group(""))
        ExpositionRoutes(metrics: metrics).add(to: routes.group(""))

        let organizations = routes.group("/api/v1/organizations")
        OrganizationRoutes(workspaces: workspaces).add(to: organizations)
        WorkspaceRoutes(workspaces: workspaces).add(to: organizations.group("/{organization}"))
        WorkspaceRoutes(workspaces: workspaces).addIndex(to: routes.group("/api/v1"))

        let workspace = routes.group("/api/v1/workspaces/{workspace}")
        ProjectRoutes(projects: projects).add(to: workspace)
        MemberRoutes(memberships: memberships).add(to: workspace)
        SecretRoutes(service: secrets).add(to: workspace.group("/secrets"))

        let functions = workspace.group("/functions")
        ProviderRoutes(capabilities: capabilities, health: health).add(to: functions)
        SourceRoutes(artifacts: artifacts).add(to: functions)
        let functionRoutes = FunctionRoutes(catalog: catalog, deployer: deployer)
        functionRoutes.add(to: functions)
        functionRoutes.addProjectPaths(to: workspace)
        VersionRoutes(catalog: catalog, deployer: deployer).add(to: functions)
        TrafficRoutes(catalog: catalog, deployments: deployments).add(to: functions)
        TriggerRoutes(catalog: catalog, deployments: deployments, firing: firing).add(to: functions)
        MetricsRoutes(catalog: catalog, metrics: metrics).add(to: functions)
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
        let console = routes.group("/api/v1/organizations/{organization}/workspaces/{workspace}")
        MetricsRoutes(catalog: catalog, metrics: metrics).addForConsole(to: console)
        UIRoutes(
            catalog: catalog,
            deployer: deployer,
            invocations: invocations,
            logs: logs,
            waiter: FunctionWaiter(store: catalog.store)
        )
        .add(to: console)
    }

    private var deployer: DeployDesk {
        DeployDesk(store: catalog.store, deployments: deployments, artifacts: artifacts, rules: rules)
    }
}
