import Foundation
import FuncKit
import Logging

/// Brings accepted versions to traffic, one after the other per function, and keeps gateway and instances in line with
/// what the registry says.
///
/// The registry is the truth: whatever happens here is repeated from it after a crash.
actor DeploymentService {
    let store: FunctionStore
    let artifacts: ArtifactStore
    let builder: any BundleBuilder
    let fleet: any FleetControlling
    let routes: any RouteUpdating
    let logs: any LogStoring
    let logger: Logger
    /// Values that build logs must not show.
    let secrets: any SecretProviding
    /// Who has to know which triggers there are.
    let schedules: any ScheduleFollowing
    /// Functions that a debugger may stop; nil where none is.
    let debug: DebugDesk?
    /// How long calls of a function that is deleted may go on.
    private let drainTime: Duration

    /// One task per function with versions under way.
    var workers: [String: Task<Void, Never>] = [:]
    /// Functions for whose worker more came in.
    private var isAwaited: Set<String> = []
    /// Versions that the fleet knows, by function.
    var registered: [String: Set<String>] = [:]
    /// Versions that someone starts or calls outside of their routes; they are not retired meanwhile.
    var holds: [String: Int] = [:]
    /// Keeps an older reading of the registry from overwriting the routes of a newer one.
    let routeLocks = KeyedLock()
    private var isStopping = false
    /// Told how far versions are.
    private(set) var onProgress: (@Sendable (DeploymentProgress) -> Void)?

    /// Takes its parts; ``resume()`` starts the work.
    init(
        store: FunctionStore,
        artifacts: ArtifactStore,
        builder: any BundleBuilder,
        fleet: any FleetControlling,
        routes: any RouteUpdating,
        logs: any LogStoring,
        logger: Logger,
        drainTime: Duration = .seconds(10),
        secrets: any SecretProviding = NoSecrets(),
        schedules: any ScheduleFollowing = NoSchedules(),
        debug: DebugDesk? = nil
    ) {
        self.store = store
        self.artifacts = artifacts
        self.builder = builder
        self.fleet = fleet
        self.routes = routes
        self.logs = logs
        self.logger = logger
        self.drainTime = drainTime
        self.secrets = secrets
        self.schedules = schedules
        self.debug = debug
    }

    // MARK: - Life of the service

    /// Takes up what an earlier run of the platform left: deletions, routes, unfinished versions. Without
    /// `restoresTraffic` no version takes requests or is built before it is asked for again.
    func resume(restoresTraffic: Bool = true) async throws {
        let inventory = try await store.inventory()
        for functionID in inventory.deleting {
            try await finishDeletion(of: functionID)
        }
        for functionID in inventory.unfinished where !restoresTraffic { try await abandonUnfinished(of: functionID) }
        for functionID in inventory.routed where restoresTraffic {
            // One function that cannot be restored must not keep the others from their traffic.
            await refreshOrLog(functionID)
        }
        for functionID in inventory.unfinished where restoresTraffic { work(on: functionID) }
        _ = try await artifacts.collectGarbage()
        try await artifacts.removeStaleUploads()
    }

    /// Interrupts builds and starts; they are taken up by the next ``resume()``.
    ///
    /// Does not wait for versions that finish their last calls: whoever stops the instances bounds that.
    func stop() async {
        isStopping = true
        for worker in workers.values { worker.cancel() }
        for worker in workers.values { await worker.value }
    }

    /// Tells `onProgress` from now on how far versions are; it must return at once.
    func observe(_ onProgress: @escaping @Sendable (DeploymentProgress) -> Void) {
        self.onProgress = onProgress
    }

    // MARK: - Deploys

    /// Creates a function with its first version, which is then built.
    func create(_ request: DeployRequest, workspace: String, project: String, author: String?) async throws
        -> FunctionState
    {
        let request = try request.withNormalisedTriggers()
        let created = try await store.create(request, workspace: workspace, project: project, author: author)
        logger.info("function created", metadata: ["function": "\(request.name)"])
        work(on: created.function.id)
        return created.function
    }

    /// Takes a deploy of an existing function.
    func deploy(
        _ request: DeployRequest,
        claim: VersionClaim = VersionClaim(),
        to reference: FunctionReference,
        author: String?
    ) async throws -> Acceptance {
        let request = try request.withNormalisedTriggers()
        let acceptance = try await store.accept(request, claim: claim, for: reference, author: author)
        return try await carryOut(acceptance, of: reference)
    }

    /// Changes settings.
    func update(
        _ reference: FunctionReference,
        ifVersion: Int?,
        ifMatch: EntityTagCondition = .any,
        author: String?,
        merge: @escaping @Sendable (FunctionSettings) throws -> FunctionSettings
    ) async throws -> Acceptance {
        let acceptance = try await store.update(
            reference,
            ifVersion: ifVersion,
            ifMatch: ifMatch,
            author: author
        ) {
            try merge($0).withNormalisedTriggers()
        }
        return try await carryOut(acceptance, of: reference)
    }

    private func carryOut(_ acceptance: Acceptance, of reference: FunctionReference) async throws -> Acceptance {
        let functionID = try await store.function(reference).id
        switch acceptance {
        case .unchanged: break
        case .settings: try await refreshRoutes(of: functionID)
        case .version: work(on: functionID)
        }
        return acceptance
    }

    // MARK: - Traffic

    /// Sends all traffic to a version, once an instance of it is ready.
    func activate(_ selector: VersionSelector, of reference: FunctionReference) async throws {
        let plan = try await store.plan(selector, of: reference)
        try await switchTraffic(of: plan.functionID, after: plan.version.status == .ready ? [plan] : []) { store in
            _ = try await store.activate(selector, of: reference)
        }
    }

    /// Sends all traffic back, once an instance of the earlier version is ready.
    func rollBack(_ reference: FunctionReference, to selector: VersionSelector?, message: String?) async throws
        -> RollbackResult
    {
        let target = VersionSelector.number(try await store.plannedRollback(of: reference, to: selector).to)
        let plan = try await store.plan(target, of: reference)
        return try await switchTraffic(of: plan.functionID, after: [plan]) { store in
            try await store.rollBack(reference, to: target, message: message)
        }
    }

    /// Sets the whole split, once an instance of each version with a share is ready.
    func setTraffic(_ traffic: Traffic, of reference: FunctionReference) async throws -> Traffic {
        try traffic.validate()
        let function = try await store.function(reference)
        var plans: [VersionPlan] = []
        for route in traffic.routes where route.percent > 0 {
            plans.append(try await store.plan(.number(route.version), of: reference))
        }
        let ready = plans.filter { $0.version.status == .ready }
        return try await switchTraffic(of: function.id, after: ready) { store in
            try await store.setTraffic(traffic, of: reference)
        }
    }

    private func switchTraffic<T: Sendable>(
        of functionID: String,
        after plans: [VersionPlan],
        _ change: @Sendable (FunctionStore) async throws -> T
    ) async throws -> T {
        for plan in plans { hold(plan.version.id) }
        let outcome: Result<T, any Error>
        do {
            // The old version serves until the new one can.
            for plan in plans { try await warmUp(plan) }
            outcome = .success(try await change(store))
        } catch {
            outcome = .failure(error)
        }
        for plan in plans { release(plan.version.id) }
        switch outcome {
        case .success(let value):
            try await refreshRoutes(of: functionID)
            return value
        case .failure(let error):
            await refreshOrLog(functionID)
            throw error
        }
    }

    // MARK: - Deletion

    /// Removes a function; a build that runs is cancelled.
    func delete(_ reference: FunctionReference, ifMatch: EntityTagCondition = .any) async throws {
        let functionID = try await store.beginDeletion(of: reference, ifMatch: ifMatch)
        try await finishDeletion(of: functionID)
        logger.info("function deleted", metadata: ["function": "\(reference.function)"])
        _ = try await artifacts.collectGarbage()
    }

    private func finishDeletion(of functionID: String) async throws {
        if let worker = workers[functionID] {
            worker.cancel()
            await worker.value
        }
        await routeLocks.withLock(functionID) {
            await self.retireAll(of: functionID)
        }
        await logs.remove(functionID: functionID)
        try await store.finishDeletion(of: functionID)
    }

    /// Takes a function out of the gateway and waits until its instances are gone.
    func retireAll(of functionID: String) async {
        routes.remove(functionID: functionID)
        schedules.follow(functionID: functionID)
        let known = registered.removeValue(forKey: functionID) ?? []
        await withTaskGroup(of: Void.self) { group in
            for versionID in known {
                group.addTask { [fleet, drainTime] in await fleet.retire(versionID: versionID, within: drainTime) }
            }
        }
    }

    // MARK: - The queue

    /// Makes sure that a task works through the function's unfinished versions.
    private func work(on functionID: String) {
        guard !isStopping else { return }
        isAwaited.insert(functionID)
        guard workers[functionID] == nil else { return }
        // A deploy goes on when the request that asked for it has been answered.
        workers[functionID] = Task {
            await self.workThrough(functionID)
        }
    }

    private func workThrough(_ functionID: String) async {
        defer { workers[functionID] = nil }
        while isAwaited.remove(functionID) != nil {
            do {
                while let plan = try await store.nextUnfinished(of: functionID) {
                    try await bringUp(plan)
                }
            } catch is CancellationError {
                return
            } catch {
                // The registry itself fails; the versions stay unfinished and are taken up again after a restart.
                logger.error("deployment interrupted", metadata: ["function": "\(functionID)", "error": "\(error)"])
                return
            }
        }
    }

    // MARK: - Retiring

    func hold(_ versionID: String) {
        holds[versionID, default: 0] += 1
    }

    func release(_ versionID: String) {
        guard let count = holds[versionID] else { return }
        holds[versionID] = count > 1 ? count - 1 : nil
    }

    /// Ends a version's instances without keeping the caller waiting for their last calls.
    func retire(_ versionID: String) {
        // Takes as long as the calls that run, for which no deploy should wait.
        Task { [fleet] in await fleet.retire(versionID: versionID, within: nil) }
    }
}
