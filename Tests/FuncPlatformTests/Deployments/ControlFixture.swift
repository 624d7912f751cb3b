import Foundation
import FuncKit
import Hummingbird
import Logging
import NIOConcurrencyHelpers
import NIOCore
import TestSupport

@testable import FuncPlatform

/// The control side of a platform over a temporary folder, with fakes for all that runs processes.
struct ControlFixture: Sendable {
    let folder: TemporaryFolder
    let registry: Registry
    let store: FunctionStore
    let sources: SourceStore
    let artifacts: ArtifactStore
    let invocationStore: InvocationStore
    let builder: FakeBuilder
    let fleet: FakeFleet
    let routes: FakeRoutes
    let logs: FakeLogs
    let invoker: FakeInvoker
    let deployments: DeploymentService
    let invocations: InvocationService
    let vault: SecretVault
    let followers = FakeFollowers()
    let metrics: MetricsService
    let auth: AuthParts

    /// Starts over `folder`, or over what an earlier fixture left in it.
    init(
        folder: TemporaryFolder? = nil,
        maxVersions: Int = 50,
        maxSourceBytes: Int = 1 << 20,
        settings: AuthSettings = AuthSettings(),
        fetcher: any KeySetFetching = FakeKeySets(),
        schedules: any ScheduleFollowing = NoSchedules(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        let folder = try folder ?? TemporaryFolder("control")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.folder = folder
        registry = try Registry.open(path: folder.path("platform.db"))
        store = FunctionStore(registry: registry, maxVersions: maxVersions)
        sources = SourceStore(registry: registry, grace: 0, now: { Date().addingTimeInterval(1) })
        artifacts = ArtifactStore(folder: folder.path("artifacts"), maxBytes: maxSourceBytes, sources: sources)
        invocationStore = InvocationStore(registry: registry, maxPerFunction: 5, maxBodyBytes: 100)
        builder = FakeBuilder(folder: folder.path("bundles"))
        fleet = FakeFleet()
        routes = FakeRoutes()
        logs = FakeLogs()
        invoker = FakeInvoker()
        vault = SecretVault(
            store: SecretStore(registry: registry),
            keyFile: SecretKeyFile(path: folder.path("keys/secrets.key"))
        )
        deployments = DeploymentService(
            store: store,
            artifacts: artifacts,
            builder: builder,
            fleet: fleet,
            routes: routes,
            logs: logs,
            logger: logger,
            secrets: vault,
            schedules: schedules
        )
        invocations = InvocationService(
            invocations: invocationStore,
            functions: store,
            deployments: deployments,
            invoker: invoker,
            logger: logger
        )
        metrics = MetricsService(
            registry: registry,
            tiers: MetricsTier.standard,
            interval: .seconds(5),
            sampler: MetricsSampler(processes: { [] }),
            activities: { [:] },
            logger: logger
        )
        auth = try AuthParts(
            settings: settings,
            keyFolder: folder.path("keys"),
            registry: registry,
            ownerToken: "secret",
            grants: MembershipStore(registry: registry),
            fetcher: fetcher,
            port: { 8787 },
            now: now
        )
    }

    /// Ends what runs, as a clean stop of the platform does.
    func stop() async throws {
        await invocations.stop()
        await deployments.stop()
        try registry.close()
    }

    /// Secrets of this platform; ``followers`` hears of changes.
    var secrets: SecretService {
        SecretService(vault: vault, fleet: followers, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The API over this platform; its token is `secret`.
    func application(
        heartbeat: Duration = .seconds(15),
        authenticator: any Authenticating = OwnerAuthenticator(token: "secret"),
        limiter: RateLimiter = RateLimiter(limits: RateLimits()),
        change: (inout ControlAPI) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        var api = api(heartbeat: heartbeat, authenticator: authenticator, limiter: limiter)
        change(&api)
        return Application(
            router: api.routes().router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Every operation of the API.
    func operations() -> [APIOperation] {
        api().routes().operations
    }

    /// The API itself, of which tests change what they are about.
    func api(
        heartbeat: Duration = .seconds(15),
        authenticator: any Authenticating = OwnerAuthenticator(token: "secret"),
        limiter: RateLimiter = RateLimiter(limits: RateLimits())
    ) -> ControlAPI {
        ControlAPI(
            catalog: FunctionCatalog(store: store, fleet: fleet, port: { 8787 }),
            deployments: deployments,
            invocations: invocations,
            invocationStore: invocationStore,
            firing: FiringService(functions: store, invocations: invocations),
            events: EventStore(registry: registry),
            projects: ProjectStore(registry: registry),
            secrets: secrets,
            artifacts: artifacts,
            logs: logs,
            metrics: metrics,
            rules: SettingsRules { runtime, strict in
                guard !strict || runtime == "python3.11" else {
                    throw FuncError(.toolchainMissing, "'\(runtime)' is not installed", hint: "install it: apt-get")
                }
                guard runtime.hasPrefix("python") || runtime.hasPrefix("nodejs") else {
                    throw FuncError(
                        .runtimeUnknown,
                        "runtime '\(runtime)' is not known",
                        hint: "did you mean 'python'?"
                    )
                }
            },
            capabilities: Capabilities(name: "local", version: "1.2.3"),
            authenticator: authenticator,
            auth: auth,
            document: Repository.path("Sources/Templates/Content/api/openapi.yaml"),
            limiter: limiter,
            repeated: RepeatedRequests(store: ReplyStore(registry: registry)),
            heartbeat: heartbeat
        )
    }

    // MARK: - Steps that many tests take

    /// Stores a source that holds `text` and gives its digest.
    func upload(_ text: String) async throws -> String {
        let bytes = ByteBuffer(string: text)
        let digest = Digest.sha256(Data(text.utf8))
        let body = AsyncStream<ByteBuffer> { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        _ = try await artifacts.receive(digest, range: .whole(length: bytes.readableBytes), body: body)
        return digest
    }

    /// A deploy of function `hello` with a source that holds `text`.
    func request(
        _ text: String,
        tag: String? = nil,
        takesTraffic: Bool = true,
        force: Bool = false,
        ifVersion: Int? = nil,
        change: (inout FunctionSettings) -> Void = { _ in }
    ) async throws -> DeployRequest {
        var settings = FunctionSettings(runtime: "python3.11", handler: "main.handler")
        change(&settings)
        return DeployRequest(
            name: "hello",
            settings: settings,
            sourceDigest: try await upload(text),
            tag: tag,
            takesTraffic: takesTraffic,
            force: force,
            ifVersion: ifVersion
        )
    }

    static let hello = FunctionReference(function: "hello")

    /// Creates `hello` with v1 and waits until it serves.
    @discardableResult
    func createHello(change: (inout FunctionSettings) -> Void = { _ in }) async throws -> FunctionState {
        let request = try await request("v1", change: change)
        let state = try await deployments.create(request, workspace: "default", project: "default", author: "me")
        try await settled()
        try await eventually("v1 is routed") { routes.summary(state.id) == "v1=100" }
        return state
    }

    /// Deploys to `hello` and waits for the end of that.
    @discardableResult
    func deploy(_ request: DeployRequest) async throws -> Acceptance {
        let acceptance = try await deployments.deploy(request, to: Self.hello, author: "me")
        try await settled()
        return acceptance
    }

    /// Waits until no version of `hello` is on its way and its routes are those of the registry.
    func settled() async throws {
        let id = try await store.function(Self.hello).id
        try await eventually("deploys of hello have ended") {
            guard try await store.versions(of: Self.hello).allSatisfy(\.status.isFinal) else { return false }
            return try await routes.summary(id) ?? "" == expectedRoutes(id)
        }
    }

    private func expectedRoutes(_ id: String) async throws -> String {
        guard let state = try await store.routing(functionID: id) else { return "" }
        let shares = state.routes.filter { $0.percent > 0 }.map { "v\($0.plan.version.number)=\($0.percent)" }
        let tags = state.routes.compactMap { route in route.tag.map { "\($0)@v\(route.plan.version.number)" } }
        return (shares + tags.sorted()).joined(separator: " ")
    }

    /// The events of `hello`, oldest first.
    func eventTypes() async throws -> [String] {
        try await EventStore(registry: registry).events(of: Self.hello, limit: 100).map(\.type).reversed()
    }
}
