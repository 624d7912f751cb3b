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
        while let plan = try await store.nextUnfinished(of: functionID) {
            let failure = VersionFailure(code: .cancelled, message: "a newer change took its place")
            try await store.fail(plan.version.id, with: failure)
            registered[functionID]?.remove(plan.version.id)
            retire(plan.version.id)
        }
        // Cancelled between its promotion and the swap of routes, a version has traffic that the gateway knows nothing of.
        await refreshOrLog(functionID)
    }
}
