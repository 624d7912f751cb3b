import FuncKit

/// What brings the code of projects under development to traffic: a platform in this process, or a stand-in.
protocol DevelopDeploying: Sendable {
    /// Brings a project's present files to traffic, and returns when they answer.
    ///
    /// Cancelling the task gives up what is under way; what served before goes on. `renews` builds from scratch although
    /// nothing changed. `report` hears how far it is.
    /// - Throws: `build_failed`, `readiness_failed` … with the last lines in `details`, the same error again for the same
    ///   contents; `CancellationError`.
    func deploy(
        _ project: LoadedProject,
        renews: Bool,
        report: @escaping @Sendable (DevelopStep) async -> Void
    ) async throws -> DevelopOutcome

    /// Ends a function that the projects do not have any more.
    func remove(_ function: String) async throws

    /// Lets requests for a function wait until it has a version.
    func expect(_ project: LoadedProject)
}

/// What answers after a deploy.
struct DevelopOutcome: Hashable, Sendable {
    /// Number of the version.
    var version: Int
    /// Whether it did before.
    var isUnchanged = false
}
