import Foundation
import FuncKit
import Logging

// How one version gets from accepted to ready, and how the gateway learns of it.
extension DeploymentService {
    /// Builds and starts one version; its failure is its end, not ours.
    /// - Throws: `CancellationError` on the way down, and whatever keeps the registry from being written.
    func bringUp(_ plan: VersionPlan) async throws {
        let versionID = plan.version.id
        if plan.version.status != .pending {
            try await store.advance(versionID, by: .resumed)
        }
        hold(versionID)
        defer { release(versionID) }
        do {
            try await store.advance(versionID, by: .buildStarted)
            report(plan, .building)
            let (bundle, buildTime) = try await timed { try await build(plan) }
            try await store.advance(versionID, by: .built, bundle: bundle, buildTime: buildTime)
            report(plan, .starting)
            var built = plan
            built.bundle = bundle
            let ready = built
            let (_, readyTime) = try await timed { try await start(ready) }
            try await store.promote(versionID, readyTime: readyTime)
        } catch {
            try Task.checkCancellation()
            try await giveUp(plan, because: error)
            return
        }
        logger.info(
            "version ready",
            metadata: ["function": "\(plan.functionName)", "version": "\(plan.version.number)"]
        )
        // The version is ready whatever becomes of this; a restart would restore the routes.
        await refreshOrLog(plan.functionID)
        report(plan, .ready)
    }

    /// Starts the first instance; what keeps it from starting may be what its build did not look for.
    private func start(_ plan: VersionPlan) async throws {
        do {
            try await warmUp(plan)
        } catch let error as FuncError {
            let mask = await mask(of: plan)
            do {
                try await builder.explainFailedStart(of: request(plan, mask))
            } catch let reason as FuncError where reason.code == .buildFailed {
                throw mask?.masked(reason) ?? reason
            } catch let other as FuncError {
                // What is known is told all the same.
                let metadata: Logger.Metadata = ["version": "\(plan.version.id)", "error": "\(other)"]
                logger.warning("failed start not explained", metadata: metadata)
            }
            throw error
        }
    }

    private func report(_ plan: VersionPlan, _ stage: DeploymentProgress.Stage) {
        onProgress?(
            DeploymentProgress(
                functionID: plan.functionID,
                versionID: plan.version.id,
                number: plan.version.number,
                stage: stage
            )
        )
    }

    /// Makes sure that an instance of a version runs, building it anew only where its bundle is gone.
    func warmUp(_ plan: VersionPlan) async throws {
        let state = try await requireRouting(plan)
        _ = try await register(plan, scaling: await scaling(of: plan, in: state))
        try await fleet.ensureReady(versionID: plan.version.id)
    }

    /// Lends the route to one version, whether it has traffic or not.
    func withRoute<T: Sendable>(
        to plan: VersionPlan,
        _ body: @Sendable (FunctionRoute, RoutableVersion) async throws -> T
    ) async throws -> T {
        hold(plan.version.id)
        // Its instance stays for the next call; idleness or the next change of traffic ends it.
        defer { release(plan.version.id) }
        let state = try await requireRouting(plan)
        let pool = try await register(plan, scaling: await scaling(of: plan, in: state))
        let version = RoutableVersion(versionID: plan.version.id, number: plan.version.number, percent: 0, pool: pool)
        let route = FunctionRoute(
            functionID: plan.functionID,
            name: plan.functionName,
            project: state.projectHost,
            timeoutSeconds: await timeout(of: plan),
            shares: [],
            tags: [:]
        )
        return try await body(route, version)
    }

    /// Swaps the gateway's routes for those of the registry, then retires what is no longer reached.
    func refreshRoutes(of functionID: String) async throws {
        try await routeLocks.withLock(functionID) {
            try await self.swapRoutes(of: functionID)
        }
    }

    /// As ``refreshRoutes(of:)`` where the caller has done its part whatever comes of this.
    func refreshOrLog(_ functionID: String) async {
        do {
            try await refreshRoutes(of: functionID)
        } catch {
            logger.error("routes not updated", metadata: ["function": "\(functionID)", "error": "\(error)"])
        }
    }

    private func swapRoutes(of functionID: String) async throws {
        guard let state = try await store.routing(functionID: functionID) else {
            await retireAll(of: functionID)
            return
        }
        var shares: [RoutableVersion] = []
        var tags: [String: RoutableVersion] = [:]
        var timeout = 0
        for route in state.routes {
            let version = RoutableVersion(
                versionID: route.plan.version.id,
                number: route.plan.version.number,
                percent: route.percent,
                pool: try await register(route.plan, scaling: await scaling(of: route.plan, in: state))
            )
            timeout = max(timeout, await self.timeout(of: route.plan))
            if route.percent > 0 { shares.append(version) }
            if let tag = route.tag { tags[tag] = version }
        }
        routes.replace(
            FunctionRoute(
                functionID: functionID,
                name: state.name,
                projectID: state.projectID,
                project: state.projectHost,
                timeoutSeconds: timeout,
                shares: shares,
                tags: tags,
                access: RouteAccess(triggers: state.triggers)
            )
        )
        schedules.follow(functionID: functionID)
        let reached = Set(state.routes.map(\.plan.version.id))
        for versionID in registered[functionID] ?? [] where !reached.contains(versionID) && holds[versionID] == nil {
            registered[functionID]?.remove(versionID)
            retire(versionID)
        }
    }

    /// A version without a share of the traffic has no instance while nobody calls it.
    private func scaling(of plan: VersionPlan, in state: RoutingState) async -> Scaling {
        var scaling = state.scaling
        let hasShare = state.routes.contains { $0.plan.version.id == plan.version.id && $0.percent > 0 }
        if !hasShare { scaling.minScale = 0 }
        guard let debug else { return scaling }
        return await debug.scaling(of: plan.functionName, project: plan.projectID, scaling, hasTraffic: hasShare)
    }

    private func timeout(of plan: VersionPlan) async -> Int {
        let seconds = plan.settings.timeout
        guard let debug else { return seconds }
        return await debug.timeoutSeconds(of: plan.functionName, project: plan.projectID, seconds)
    }

    private func requireRouting(_ plan: VersionPlan) async throws -> RoutingState {
        guard let state = try await store.routing(functionID: plan.functionID) else {
            throw FuncError(.functionNotFound, "function '\(plan.functionName)' not found")
        }
        return state
    }

    private func register(_ plan: VersionPlan, scaling: Scaling) async throws -> InstancePool {
        let bundle: Bundle
        if let known = plan.bundle, known.isForDebugger == needsDebugBuild(plan),
            FileManager.default.fileExists(atPath: known.folder)
        {
            bundle = known
        } else {
            bundle = try await build(plan)
            try await store.keep(bundle, of: plan.version.id)
        }
        registered[plan.functionID, default: []].insert(plan.version.id)
        return try await fleet.register(plan.spec(bundle: bundle), scaling: scaling)
    }

    private func build(_ plan: VersionPlan) async throws -> Bundle {
        let stream = LogStream.build(functionID: plan.functionID, versionID: plan.version.id)
        defer { if !Task.isCancelled { logs.finish(stream) } }
        let mask = await mask(of: plan)
        do {
            return try await builder.build(request(plan, mask))
        } catch let error as FuncError {
            throw mask?.masked(error) ?? error
        }
    }

    private func request(_ plan: VersionPlan, _ mask: SecretMask?) -> BuildRequest {
        var request = BuildRequest(
            functionID: plan.functionID,
            versionID: plan.version.id,
            versionNumber: plan.version.number,
            sourcePath: artifacts.path(of: plan.sourceDigest),
            sourceDigest: plan.sourceDigest,
            settings: plan.settings,
            mask: mask
        )
        request.isForDebugger = needsDebugBuild(plan)
        return request
    }

    private func needsDebugBuild(_ plan: VersionPlan) -> Bool {
        guard let debug, debug.request.includes(plan.functionName), plan.settings.command.isEmpty else { return false }
        return RuntimeCatalog.normalise(plan.settings.runtime).map { LanguageDebuggers.needsOwnBuild($0.family) }
            ?? false
    }

    /// Keeps the version's secrets out of its build log.
    private func mask(of plan: VersionPlan) async -> SecretMask? {
        guard !plan.settings.secrets.isEmpty else { return nil }
        do {
            return SecretMask(try await secrets.values(of: plan.settings.secrets, project: plan.projectID).map(\.value))
        } catch {
            // The start of an instance fails for the same reason, and says so; a build needs no secrets.
            logger.warning("build log not masked", metadata: ["version": "\(plan.version.id)", "error": "\(error)"])
            return nil
        }
    }

    /// Field of a log line that names what it tells of.
    static let eventField = "event"
    /// A version came to a bad end.
    static let failureEvent = "version_failed"

    private func giveUp(_ plan: VersionPlan, because error: any Error) async throws {
        let failure: VersionFailure
        if let error = error as? FuncError {
            failure = VersionFailure(code: error.code, message: error.message, lastLines: error.details)
        } else {
            logger.error("deployment failed", metadata: ["version": "\(plan.version.id)", "error": "\(error)"])
            failure = VersionFailure(code: .internalError, message: "the platform could not deploy the version")
        }
        try await store.fail(plan.version.id, with: failure)
        registered[plan.functionID]?.remove(plan.version.id)
        retire(plan.version.id)
        logger.info(
            "version failed",
            metadata: [
                "function": "\(plan.functionName)", "version": "\(plan.version.number)",
                "code": "\(failure.code.rawValue)",
            ]
        )
        logs.append(
            [
                LogEntry(
                    timestamp: store.now(),
                    level: .error,
                    message: "v\(plan.version.number) failed: \(failure.message)",
                    source: "platform",
                    version: plan.version.number,
                    fields: [Self.eventField: Self.failureEvent]
                )
            ],
            to: .function(id: plan.functionID)
        )
        report(plan, .failed(failure))
    }

    private func timed<T: Sendable>(_ body: () async throws -> T) async rethrows -> (T, Int) {
        let start = ContinuousClock.now
        let value = try await body()
        return (value, Int((ContinuousClock.now - start) / .milliseconds(1)))
    }
}
