import Foundation
import FuncKit
import Logging
import Synchronization

/// The platform's parts, tied to each other.
struct PlatformParts: Sendable {
    let token: String
    let logs: LogStore
    let supervisor: Supervisor
    let debug: DebugDesk?
    let builder: SourceBuilder
    let fleet: Fleet
    let routes: RouteTable
    let deployments: DeploymentService
    let invocations: InvocationService
    /// Fires triggers by hand, and tells of all that fire.
    let firing: FiringService
    let schedules: ScheduleService
    let metrics: MetricsService
    let api: ControlAPI
    let authenticator: any Authenticating
    private let gateway = GatewayReference()

    init(configuration: PlatformConfiguration, location: PlatformLocation, registry: Registry, logger: Logger) throws {
        token = Digest.hex(SecureRandom.bytes(32))
        logs = LogStore(configuration: configuration)
        let vault = SecretVault(
            store: SecretStore(registry: registry),
            keyFile: SecretKeyFile(path: location.secretKey)
        )
        debug = DebugDesk(configuration)
        supervisor = try Supervisor(configuration: configuration, logs: logs, secrets: vault, debug: debug)
        let toolchains = LocalToolchains(environment: configuration.environment)
        builder = SourceBuilder(
            configuration: configuration,
            logs: logs,
            extract: { try await ArchiveExtractor.extract($0, into: $1, limits: configuration.extractionLimits) },
            locate: { try await toolchains.locate($0) }
        )
        let port: @Sendable () -> Int? = { [gateway] in gateway.current?.port }
        let auth = try AuthParts(
            settings: configuration.auth.reading(location.authSettings),
            keyFolder: location.dataFolder + "/keys",
            registry: registry,
            ownerToken: token,
            grants: MembershipStore(registry: registry),
            fetcher: HTTPKeySetFetching(environment: configuration.environment),
            port: port
        )
        authenticator = auth.authenticator
        fleet = Fleet(runner: supervisor, logs: logs, settings: ScalerSettings(platform: configuration))
        routes = RouteTable()
        let functions = FunctionStore(registry: registry, maxVersions: configuration.maxVersionsPerFunction)
        let artifacts = ArtifactStore(
            folder: location.artifacts,
            maxBytes: configuration.maxSourceBytes,
            isDurable: configuration.isDurable,
            sources: SourceStore(registry: registry, grace: configuration.sourceGrace)
        )
        let scheduleSignals = ScheduleSignals()
        deployments = DeploymentService(
            store: functions,
            artifacts: artifacts,
            builder: builder,
            fleet: fleet,
            routes: routes,
            logs: logs,
            logger: logger,
            drainTime: configuration.drainTimeout,
            secrets: vault,
            schedules: scheduleSignals,
            debug: debug
        )
        let invocationStore = InvocationStore(
            registry: registry,
            maxPerFunction: configuration.maxInvocationsPerFunction
        )
        invocations = InvocationService(
            invocations: invocationStore,
            functions: functions,
            deployments: deployments,
            invoker: GatewayInvoking(gateway: gateway, routes: routes, maxResponseBytes: configuration.maxBodyBytes),
            logger: logger
        )
        firing = FiringService(functions: functions, invocations: invocations)
        schedules = ScheduleService(
            store: ScheduleStore(invocations: invocationStore),
            firing: firing,
            logs: logs,
            logger: logger,
            signals: scheduleSignals,
            limits: configuration.schedules
        )
        metrics = MetricsService(
            registry: registry,
            tiers: configuration.metricsTiers,
            interval: configuration.metricsInterval,
            sampler: MetricsSampler(processes: { [supervisor] in await supervisor.processes() }),
            activities: { [fleet] in await fleet.activities() },
            logger: logger
        )
        api = ControlAPI(
            catalog: FunctionCatalog(store: functions, fleet: fleet, port: port),
            deployments: deployments,
            invocations: invocations,
            invocationStore: invocationStore,
            firing: firing,
            events: EventStore(registry: registry),
            projects: ProjectStore(registry: registry),
            secrets: SecretService(vault: vault, fleet: fleet, logger: logger),
            artifacts: artifacts,
            logs: logs,
            metrics: metrics,
            rules: SettingsRules(checkRuntime: { try await toolchains.check($0, strict: $1) }),
            capabilities: configuration.capabilities,
            authenticator: authenticator,
            auth: auth,
            document: configuration.apiDocument,
            limiter: RateLimiter(limits: configuration.rateLimits),
            repeated: RepeatedRequests(store: ReplyStore(registry: registry)),
            corsOrigins: configuration.allowedOrigins,
            minFreeBytes: configuration.minFreeBytes
        )
    }

    /// Tells the parts which gateway they work behind.
    func attach(_ server: GatewayServer) {
        gateway.set(server)
    }
}

/// The gateway, which starts last because it needs everything behind it.
final class GatewayReference: Sendable {
    private let server = Mutex<GatewayServer?>(nil)

    var current: GatewayServer? { server.withLock { $0 } }

    func set(_ new: GatewayServer) {
        server.withLock { $0 = new }
    }
}

/// Calls functions over the gateway's own pools and connections.
struct GatewayInvoking: FunctionInvoking {
    let gateway: GatewayReference
    let routes: RouteTable
    let maxResponseBytes: Int

    func send(
        _ request: InvokeRequest,
        to functionID: String,
        version: (FunctionRoute, RoutableVersion)?,
        id: String
    ) async throws -> InvokeResponse {
        guard let invoker = gateway.current?.invoker else {
            throw FuncError(.overloaded, "the platform is starting", hint: "try again in a moment")
        }
        guard let route = version?.0 ?? routes.route(functionID: functionID) else {
            throw FuncError(.stillPending, "the function has no version that takes traffic")
        }
        let response = try await invoker.invoke(
            route: route,
            version: version?.1,
            method: request.method.isEmpty ? (request.body == nil ? "GET" : "POST") : request.method,
            path: request.target,
            headers: request.headers.flatMap { name, values in values.map { (name, $0) } } + [("x-request-id", id)],
            body: request.body,
            isDirect: request.isDirect,
            timeout: .seconds(min(route.timeoutSeconds, request.timeoutSeconds ?? .max)),
            maxResponseBytes: maxResponseBytes
        )
        return InvokeResponse(
            statusCode: response.status,
            headers: Dictionary(grouping: response.headers) { HeaderRules.spelled($0.0) }.mapValues { $0.map(\.1) },
            body: response.body,
            durationMilliseconds: response.durationMilliseconds,
            coldStart: response.coldStart,
            invocationID: id
        )
    }
}

extension Fleet: FleetControlling {
    func register(_ spec: InstanceSpec, scaling: Scaling) async throws -> InstancePool {
        // A version without a share comes with a minScale of 0, so that "serving" starts nothing for it.
        let pool = try await adopt(spec, scaling: scaling, isServing: true)
        await update(versionID: spec.versionID, scaling: scaling, isServing: true)
        return pool
    }

    func retire(versionID: String, within limit: Duration?) async {
        await retire(versionID, within: limit)
    }

    func readyInstances(versionID: String) async -> Int {
        await status(versionID: versionID)?.ready ?? 0
    }

    func lastFailure(versionID: String) async -> FuncError? {
        await status(versionID: versionID)?.lastFailure
    }
}

extension Fleet: SecretFollowing {}

extension RouteTable: RouteUpdating {}
