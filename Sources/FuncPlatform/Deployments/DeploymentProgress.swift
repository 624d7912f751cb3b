import FuncKit

/// How far a version is on its way to traffic.
struct DeploymentProgress: Sendable, Hashable {
    /// What it has come to.
    enum Stage: Sendable, Hashable {
        case building
        case starting
        /// It answers, and the gateway knows of it.
        case ready
        case failed(VersionFailure)
    }

    var functionID: String
    var versionID: String
    var number: Int
    var stage: Stage
}

extension DeploymentService {
    /// Gives up the versions of a function that are on their way, because a newer one is to come. What serves goes on.
    /// - Throws: whatever keeps the registry from being written.
    func supersede(_ functionID: String) async throws {
        if let worker = workers[functionID] {
            worker.cancel()
            await worker.value
        }
        try await abandonUnfinished(of: functionID)
        // Cancelled between its promotion and the swap of routes, a version has traffic that the gateway knows nothing of.
        await refreshOrLog(functionID)
    }

    /// Ends versions that are not being worked on any more and will not be again.
    func abandonUnfinished(of functionID: String) async throws {
        while let plan = try await store.nextUnfinished(of: functionID) {
            let failure = VersionFailure(code: .cancelled, message: "a newer change took its place")
            try await store.fail(plan.version.id, with: failure)
            registered[functionID]?.remove(plan.version.id)
            retire(plan.version.id)
        }
    }

    /// Makes sure that the active version of a function answers, and that the gateway sends it requests.
    /// - Throws: `function_not_found`, `version_not_found`, `readiness_failed` …
    func restoreTraffic(of functionID: String) async throws {
        guard let state = try await store.routing(functionID: functionID) else { return }
        for route in state.routes where route.percent > 0 {
            hold(route.plan.version.id)
            defer { release(route.plan.version.id) }
            try await warmUp(route.plan)
        }
        try await refreshRoutes(of: functionID)
    }
}
