import FuncKit
import NIOCore
import Synchronization

/// Holds requests for functions that have no version yet, so that functions which call each other may start in any order.
///
/// A function that waits has a route with a pool without instances. Once the route of its first version is in place the
/// pool is closed, which sends those that wait on to that version.
final class WaitingRoom: Sendable {
    private let routes: any RouteUpdating
    private let project: String
    private let limits: InstancePool.Limits
    private let pools = Mutex<[String: InstancePool]>([:])

    /// Puts routes of functions of `project` into `routes`; requests wait for at most `longest`.
    init(routes: any RouteUpdating, project: String, longest: Duration = .seconds(60)) {
        self.routes = routes
        self.project = project
        limits = InstancePool.Limits(queueTimeout: TimeAmount(longest))
    }

    /// Lets requests for a function wait from now on; `triggers` say who may call it.
    func open(_ function: String, triggers: [TriggerSpec]) {
        let (pool, isNew) = pools.withLock { pools -> (InstancePool, Bool) in
            if let known = pools[function] { return (known, false) }
            let pool = InstancePool(limits: limits)
            pools[function] = pool
            return (pool, true)
        }
        pool.allowWaiting()
        guard isNew else { return }
        let version = RoutableVersion(versionID: Self.id(function), number: 0, percent: 100, pool: pool)
        routes.replace(
            FunctionRoute(
                functionID: Self.id(function),
                name: function,
                project: project,
                timeoutSeconds: Int(limits.queueTimeout.nanoseconds / 1_000_000_000),
                shares: [version],
                tags: [:],
                // Triggers with faults are refused when the function is deployed; nobody is let in by one.
                access: RouteAccess(triggers: triggers.compactMap { try? HTTPTrigger($0) })
            )
        )
    }

    /// Answers those that wait, and those to come, with the reason for which there is no version.
    func refuse(_ function: String, because error: FuncError) {
        pools.withLock { $0[function] }?.refuse(with: error, retryAfterSeconds: 1)
    }

    /// Sends those that wait on to the version that has the route by now.
    func close(_ function: String) {
        guard let pool = pools.withLock({ $0.removeValue(forKey: function) }) else { return }
        routes.remove(functionID: Self.id(function))
        pool.close()
    }

    /// The function that an id of this room stands for.
    static func name(ofID id: String) -> String? {
        id.hasPrefix(prefix) ? String(id.dropFirst(prefix.count)) : nil
    }

    private static let prefix = "waiting-"

    private static func id(_ function: String) -> String { prefix + function }
}
