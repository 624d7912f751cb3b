import FuncKit

/// The instances of all versions: which version has a pool, and who keeps it filled.
public actor Fleet {
    private let runner: any InstanceRunner
    private let logs: (any LogStoring)?
    private let settings: ScalerSettings
    private let clock: any Clock<Duration>
    private var scalers: [String: VersionScaler] = [:]
    private var isStopped = false

    /// A fleet without versions.
    public init(
        runner: any InstanceRunner,
        logs: (any LogStoring)? = nil,
        settings: ScalerSettings,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.runner = runner
        self.logs = logs
        self.settings = settings
        self.clock = clock
    }

    /// Starts a version's first instance and waits until it is ready, as a deploy does before it switches traffic.
    /// - Returns: the pool to route to. The version serves no traffic yet, see ``update(versionID:scaling:isServing:)``.
    /// - Throws: what the start failed with; the version is forgotten then.
    public func prepare(_ spec: InstanceSpec, scaling: Scaling) async throws -> InstancePool {
        let isNew = scalers[spec.versionID] == nil
        let scaler = try await scaler(for: spec, scaling: scaling, isServing: false)
        do {
            try await scaler.ensureReady()
        } catch {
            if isNew { await retire(spec.versionID) }
            throw error
        }
        return scaler.pool
    }

    /// Makes a version reachable without starting it, as a restart of the platform does: the first request starts it.
    public func adopt(_ spec: InstanceSpec, scaling: Scaling, isServing: Bool) async throws -> InstancePool {
        try await scaler(for: spec, scaling: scaling, isServing: isServing).pool
    }

    /// Waits until an instance of a version that was adopted is ready, and starts the first one if need be.
    /// - Throws: what the start failed with; `version_not_found` for a version that is not in service.
    public func ensureReady(versionID: String) async throws {
        guard let scaler = scalers[versionID] else {
            throw FuncError(.versionNotFound, "version '\(versionID)' is not in service")
        }
        try await scaler.ensureReady()
    }

    /// Changes a version's rules. `isServing` says whether it has a share of the traffic or a tag, which is what keeps its
    /// `minScale` running.
    public func update(versionID: String, scaling: Scaling, isServing: Bool) async {
        await scalers[versionID]?.update(scaling: scaling, isServing: isServing)
    }

    /// The pool of a version that was prepared or adopted.
    public func pool(versionID: String) -> InstancePool? {
        scalers[versionID]?.pool
    }

    /// Takes a version out of service: its requests finish, its instances stop. Returns when they are gone, so a caller that
    /// answers a request should not wait for it. Requests may go on for `limit`; nil stands for the function's time-out.
    public func retire(_ versionID: String, within limit: Duration? = nil) async {
        guard let scaler = scalers.removeValue(forKey: versionID) else { return }
        await scaler.retire(within: limit ?? .seconds(max(1, scaler.spec.settings.timeout)))
    }

    /// Stops everything, for the end of the platform.
    public func stopAll() async {
        isStopped = true
        let all = scalers.values
        scalers = [:]
        let limit = settings.drainTimeout
        await withDiscardingTaskGroup { group in
            for scaler in all { group.addTask { await scaler.retire(within: limit) } }
        }
    }

    /// Replaces the instances that were started with an older value of a secret, new ones first.
    func replaceInstances(using secret: String, before revision: Int, project: String) async {
        for scaler in scalers.values where scaler.spec.project == project {
            guard scaler.spec.settings.secrets.contains(where: { $0.secret == secret }) else { continue }
            await scaler.expect(secret, revision: revision)
        }
    }

    /// What a version's instances do; nil for a version that is not in service.
    public func status(versionID: String) async -> VersionActivity? {
        await scalers[versionID]?.status
    }

    /// What the instances of every version in service do, by version id.
    func activities() async -> [String: VersionActivity] {
        var result: [String: VersionActivity] = [:]
        for (versionID, scaler) in scalers { result[versionID] = await scaler.status }
        return result
    }

    private func scaler(for spec: InstanceSpec, scaling: Scaling, isServing: Bool) async throws -> VersionScaler {
        guard !isStopped else { throw FuncError(.cancelled, "the platform is stopping") }
        if let known = scalers[spec.versionID] { return known }
        let scaler = VersionScaler(
            spec: spec,
            scaling: scaling,
            isServing: isServing,
            runner: runner,
            logs: logs,
            settings: settings,
            clock: clock
        )
        scalers[spec.versionID] = scaler
        await scaler.begin()
        return scaler
    }
}
