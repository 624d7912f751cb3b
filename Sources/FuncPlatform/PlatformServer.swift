import Foundation
import FuncKit
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// The local platform: every part put together, started in order and stopped in order. The only wiring there is.
public struct PlatformServer: Sendable {
    private let configuration: PlatformConfiguration
    private let location: PlatformLocation
    private let logger: Logger
    private let observer: PlatformObserver

    /// Describes a platform; ``run(onReady:)`` starts it.
    public init(
        configuration: PlatformConfiguration,
        logger: Logger = Logger(label: "hks-func.platform", factory: { StreamLogHandler.standardError(label: $0) })
    ) {
        self.init(configuration: configuration, logger: logger, observer: PlatformObserver())
    }

    /// Describes a platform that somebody in this process works with.
    init(configuration: PlatformConfiguration, logger: Logger, observer: PlatformObserver) {
        self.configuration = configuration
        self.logger = logger
        self.observer = observer
        location = PlatformLocation(dataFolder: configuration.dataFolder)
    }

    /// Serves until the task is cancelled; then finishes running requests, ends all instances and returns.
    /// - Parameter onReady: called once, when clients can reach the platform.
    /// - Throws: `platform_already_running`, `database_corrupt`, `port_in_use`, `file_system`, `platform_start_failed`.
    public func run(onReady: @escaping @Sendable (LocalPlatformDescriptor) -> Void) async throws {
        try location.prepare()
        let lock = try await PlatformLock.acquire(path: location.lockFile)
        defer { withExtendedLifetime(lock) {} }
        let registry = try Registry.open(path: location.database, isDurable: configuration.isDurable)
        let parts = try PlatformParts(
            configuration: configuration,
            location: location,
            registry: registry,
            logger: logger
        )
        let socket = try controlSocket()
        let reclaimed = try await parts.supervisor.reclaimOrphans()
        if reclaimed > 0 { logger.info("orphaned instances ended", metadata: ["processes": "\(reclaimed)"]) }
        try await parts.builder.cleanUp()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let isListening = AsyncStream.makeStream(of: Void.self)
            group.addTask { try await serveAPI(parts, at: socket) { isListening.continuation.yield() } }
            group.addTask { await parts.metrics.run() }
            group.addTask {
                for await _ in isListening.stream { break }
                try Task.checkCancellation()
                try await serve(parts, over: socket, onReady: onReady)
            }
            defer { group.cancelAll() }
            // The API ends with an error or not at all; the others end when the platform is to stop.
            try await group.next()
        }
        try removeSocket(socket)
        try instanceFolders().removeFarSocketFolder()
        try registry.close()
    }

    /// Where the control API listens; a data folder with a long path has its sockets elsewhere.
    private func controlSocket() throws -> String {
        guard location.apiSocket.utf8.count >= InstanceFolders.maxSocketPathBytes else { return location.apiSocket }
        return try instanceFolders().sockets + "/api.sock"
    }

    private func instanceFolders() throws -> InstanceFolders {
        try InstanceFolders(
            dataFolder: configuration.dataFolder,
            temporaryFolder: configuration.environment["TMPDIR"] ?? "/tmp"
        )
    }

    private func removeSocket(_ socket: String) throws {
        if FileManager.default.fileExists(atPath: socket) { try FileManager.default.removeItem(atPath: socket) }
    }

    /// The control API on a socket that only this user can open, behind the gateway.
    private func serveAPI(
        _ parts: PlatformParts,
        at socket: String,
        onListening: @escaping @Sendable () -> Void
    ) async throws {
        // A killed platform leaves its socket; one that is in use cannot be there, as we hold the lock.
        try removeSocket(socket)
        let application = Application(
            router: parts.api.routes().router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: socket)),
            onServerRunning: { _ in onListening() },
            logger: logger
        )
        try await application.run()
    }

    private func serve(
        _ parts: PlatformParts,
        over socket: String,
        onReady: @escaping @Sendable (LocalPlatformDescriptor) -> Void
    ) async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: socket)
        observer.onParts(parts)
        let gateway = try await listen(parts, before: socket)
        do {
            parts.attach(gateway)
            try await parts.deployments.resume(restoresTraffic: configuration.develop == nil)
            try await parts.invocations.resume()
            let descriptor = describe(gateway, token: parts.token)
            try descriptor.write(to: location)
            logger.info("platform ready", metadata: ["url": "\(descriptor.url)"])
            onReady(descriptor)
            // Ends with the task's cancellation and not before.
            await parts.schedules.run()
            throw CancellationError()
        } catch {
            await stop(parts, gateway)
            guard error is CancellationError else { throw error }
        }
    }

    /// The configured port, or one of those that follow where it is taken.
    private func listen(_ parts: PlatformParts, before socket: String) async throws -> GatewayServer {
        var gateway = GatewayConfiguration(platform: configuration, control: .unixSocket(path: socket))
        let callers = CallerAuthenticator(authenticator: parts.authenticator)
        let lastPort = min(configuration.port + 100, 65_535)
        while true {
            do {
                return try await GatewayServer.start(
                    gateway,
                    table: parts.routes,
                    callers: callers,
                    onLoad: { [hub = parts.metrics.hub] in hub.change($0) },
                    onRequest: { [hub = parts.metrics.hub, observer] record in
                        hub.finish(record)
                        observer.onRequest(record)
                    }
                )
            } catch let error as FuncError where error.code == .portInUse {
                guard configuration.takesNextFreePort, gateway.port != 0, gateway.port < lastPort else { throw error }
                gateway.port += 1
            }
        }
    }

    private func describe(_ gateway: GatewayServer, token: String) -> LocalPlatformDescriptor {
        let host = configuration.listenHost.contains(":") ? "[\(configuration.listenHost)]" : configuration.listenHost
        return LocalPlatformDescriptor(
            pid: getpid(),
            url: "http://\(host):\(gateway.port)",
            token: token,
            startedAt: Date(),
            port: gateway.port,
            version: configuration.programVersion
        )
    }

    /// Runs to its end although the task is cancelled and whatever a step meets: clients first, then deployments, then
    /// instances.
    private func stop(_ parts: PlatformParts, _ gateway: GatewayServer) async {
        logger.info("platform stopping")
        let (location, drainTimeout) = (location, configuration.drainTimeout)
        await Task {
            // Whoever looks for a platform must not find one that goes away.
            await attempt("remove state file") {
                guard FileManager.default.fileExists(atPath: location.stateFile) else { return }
                try FileManager.default.removeItem(atPath: location.stateFile)
            }
            await parts.schedules.stop(within: drainTimeout)
            await parts.deployments.stop()
            await parts.invocations.stop()
            await attempt("close gateway") { try await gateway.shutdown(within: drainTimeout) }
            await parts.fleet.stopAll()
            await parts.supervisor.stopAll()
            await parts.debug?.stop()
            await attempt("write metrics") { try await parts.metrics.flush() }
            await attempt("write logs") { try await parts.logs.flush() }
        }
        .value
    }

    /// One step of the way down; its failure must not keep the next ones from being taken.
    private func attempt(_ step: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            logger.error("platform not stopped cleanly", metadata: ["step": "\(step)", "error": "\(error)"])
        }
    }
}
