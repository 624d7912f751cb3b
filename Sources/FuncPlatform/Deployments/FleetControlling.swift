import FuncKit

/// What deployments need of the part that keeps instances running.
protocol FleetControlling: Sendable {
    /// Makes a version known, or adopts a change of its scaling, and gives the pool through which requests reach it.
    /// Starts nothing but the instances that `scaling` always wants.
    /// - Throws: `cancelled` while the platform stops.
    func register(_ spec: InstanceSpec, scaling: Scaling) async throws -> InstancePool

    /// Returns once an instance of a registered version is ready, starting the first one if need be.
    /// - Throws: `readiness_failed` with the last lines in `details`.
    func ensureReady(versionID: String) async throws

    /// Forgets a version and ends its instances after their calls, for which `limit` bounds the wait; nil stands for the
    /// version's own time-out. A version that is registered again meanwhile is a new one.
    func retire(versionID: String, within limit: Duration?) async

    /// Instances of a version that are ready.
    func readyInstances(versionID: String) async -> Int

    /// Why the last instance did not start, or ended by itself; nil once another one is ready.
    func lastFailure(versionID: String) async -> FuncError?
}

extension FleetControlling {
    func lastFailure(versionID: String) async -> FuncError? { nil }
}

/// What deployments need of the gateway.
protocol RouteUpdating: Sendable {
    /// Adds a function's routes or swaps them as a whole.
    func replace(_ route: FunctionRoute)

    /// Removes a function's routes.
    func remove(functionID: String)
}
