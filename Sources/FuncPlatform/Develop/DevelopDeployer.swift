import Foundation
import FuncKit
import Synchronization

/// Deploys projects to a platform in this process, by the very parts that serve clients of the control API.
final class DevelopDeployer: DevelopDeploying {
    private let parts: PlatformParts
    private let project: String
    private let processEnvironment: [String: String]
    private let room: WaitingRoom
    private let progress: DevelopProgress
    private let onAccepted: @Sendable (Accepted) -> Void
    /// What could not be built or started, by function: it cannot the next time either.
    private let failed = Mutex<[String: Failed]>([:])

    private struct Failed {
        var digest: String
        var settings: FunctionSettings
        var error: FuncError
    }

    /// What the platform took.
    struct Accepted: Sendable {
        var function: String
        var functionID: String
        var change: Acceptance

        /// Number of the version that answers then.
        var number: Int {
            switch change {
            case .unchanged(let version), .version(let version): version.number
            case .settings(let version): version?.number ?? 0
            }
        }
    }

    /// Deploys into `project`; `onAccepted` hears of each deploy before anything is built or started.
    init(
        parts: PlatformParts,
        project: String,
        processEnvironment: [String: String],
        room: WaitingRoom,
        onAccepted: @escaping @Sendable (Accepted) -> Void
    ) async {
        self.parts = parts
        self.project = project
        self.processEnvironment = processEnvironment
        self.room = room
        self.onAccepted = onAccepted
        let progress = DevelopProgress()
        self.progress = progress
        await parts.deployments.observe { progress.tell($0) }
    }

    func expect(_ project: LoadedProject) {
        room.open(project.name, triggers: project.settings.triggers)
    }

    func deploy(
        _ project: LoadedProject,
        renews: Bool,
        report: @escaping @Sendable (DevelopStep) async -> Void
    ) async throws -> DevelopOutcome {
        do {
            let outcome = try await bringUp(project, renews: renews, report: report)
            failed.withLock { $0[project.name] = nil }
            room.close(project.name)
            return outcome
        } catch let error as FuncError {
            room.refuse(project.name, because: error)
            throw error
        }
    }

    func remove(_ function: String) async throws {
        failed.withLock { $0[function] = nil }
        do {
            try await parts.deployments.delete(reference(function))
        } catch let error as FuncError where error.code == .functionNotFound {
            // It never had a version.
        }
        room.close(function)
    }

    // MARK: Steps

    private func bringUp(
        _ project: LoadedProject,
        renews: Bool,
        report: @escaping @Sendable (DevelopStep) async -> Void
    ) async throws -> DevelopOutcome {
        let digest = try await pack(project)
        let known = failed.withLock { $0[project.name] }
        if let known, known.digest == digest, known.settings == project.settings, !renews { throw known.error }
        var request = DeployRequest(name: project.name, settings: project.settings, sourceDigest: digest)
        request.force = renews
        try await keepSecrets(of: project)
        try await parts.api.rules.check(request)
        let news = progress.subscribe()
        defer { progress.unsubscribe(news.id) }
        let acceptance = try await accept(request)
        onAccepted(acceptance)
        guard case .version(let version) = acceptance.change else {
            try await parts.deployments.restoreTraffic(of: acceptance.functionID)
            return DevelopOutcome(version: acceptance.number, isUnchanged: true)
        }
        do {
            return try await follow(version, of: acceptance.functionID, news.stream, report)
        } catch let error as FuncError {
            failed.withLock {
                $0[project.name] = Failed(digest: digest, settings: project.settings, error: error)
            }
            throw error
        }
    }

    /// Packs below the data folder, so that the archive is moved rather than copied.
    private func pack(_ project: LoadedProject) async throws -> String {
        let staging = try await parts.api.artifacts.makeStagingFolder()
        let result: Result<String, any Error>
        do {
            let packed = try await ProjectPacker(project: project, temporaryFolder: staging).pack()
            result = .success(try await parts.api.artifacts.adopt(packed.archive.path))
        } catch {
            result = .failure(error)
        }
        try await parts.api.artifacts.removeStagingFolder(staging)
        return try result.get()
    }

    private func accept(_ request: DeployRequest) async throws -> Accepted {
        let reference = reference(request.name)
        if let owner = try await parts.api.catalog.store.owner(of: reference) {
            if request.force { await parts.builder.renew(owner.function) }
            let acceptance = try await parts.deployments.deploy(request, to: reference, author: nil)
            return Accepted(function: request.name, functionID: owner.function, change: acceptance)
        }
        let created = try await parts.deployments.create(
            request,
            workspace: reference.workspace,
            project: project,
            author: nil
        )
        guard let version = created.latest else {
            throw FuncError(.internalError, "function '\(request.name)' was made without a version")
        }
        return Accepted(function: request.name, functionID: created.id, change: .version(version))
    }

    /// Waits for the end of a version, and takes it back where the task is cancelled.
    private func follow(
        _ version: FunctionVersion,
        of functionID: String,
        _ news: AsyncStream<DeploymentProgress>,
        _ report: @Sendable (DevelopStep) async -> Void
    ) async throws -> DevelopOutcome {
        for await progress in news where progress.versionID == version.id {
            switch progress.stage {
            case .building: await report(.buildStarted)
            case .starting: await report(.built)
            case .ready:
                await report(.becameReady)
                return DevelopOutcome(version: version.number)
            case .failed(let failure):
                throw FuncError(failure.code, failure.message, details: failure.lastLines)
            }
        }
        // The stream ends with the task, whose cancellation must not keep the version from being taken back.
        try await Task { try await parts.deployments.supersede(functionID) }.value
        parts.logs.finish(.build(functionID: functionID, versionID: version.id))
        throw CancellationError()
    }

    /// Gives the platform the values of the project's secrets that this machine has.
    private func keepSecrets(of project: LoadedProject) async throws {
        guard !project.settings.secrets.isEmpty else { return }
        for (secret, value) in try await localValues(of: project) {
            _ = try await parts.api.secrets.set(
                secret.secret,
                value: value,
                workspace: reference("").workspace,
                project: self.project,
                author: nil
            )
        }
    }

    /// Values that this machine has; none where it lacks some and the platform was given all of them.
    private func localValues(of project: LoadedProject) async throws -> [SecretReference: Data] {
        do {
            return try project.localSecretValues(processEnvironment: processEnvironment)
        } catch {
            let store = parts.api.secrets.store
            let owner = try await parts.api.projects.id(of: self.project, workspace: reference("").workspace)
            guard let owner, (try? await store.records(of: project.settings.secrets, project: owner)) != nil else {
                throw error
            }
            return [:]
        }
    }

    private func reference(_ function: String) -> FunctionReference {
        FunctionReference(project: project, function: function)
    }
}

/// Hands on how far versions are to those who wait for one.
private final class DevelopProgress: Sendable {
    private let listeners = Mutex<[UUID: AsyncStream<DeploymentProgress>.Continuation]>([:])

    func tell(_ progress: DeploymentProgress) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(progress) }
    }

    func subscribe() -> (id: UUID, stream: AsyncStream<DeploymentProgress>) {
        let (stream, listener) = AsyncStream<DeploymentProgress>.makeStream()
        let id = UUID()
        listeners.withLock { $0[id] = listener }
        return (id, stream)
    }

    func unsubscribe(_ id: UUID) {
        listeners.withLock { $0.removeValue(forKey: id) }?.finish()
    }
}
