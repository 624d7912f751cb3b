import Foundation
import FuncKit
import Synchronization

/// A project that was built beside the platform, with instances as its tests need them.
public struct FunctionTrial: Sendable {
    private let project: LoadedProject
    private let functionID: String
    private let bundle: Bundle
    private let configuration: PlatformConfiguration
    private let logs: LogStore
    private let secrets: [SecretReference: Data]

    /// Builds a packed project and hands it to `body`; the instances that this starts are gone afterwards.
    ///
    /// Bundles are kept below `configuration.dataFolder` for the next time; what instances have on disk goes below
    /// `temporaryFolder`. Instances get the values of their secrets from `secrets`.
    /// - Throws: `build_failed`, `toolchain_missing` … with the last lines in `details`.
    public static func with<T: Sendable>(
        _ project: LoadedProject,
        archive: SourceArchive,
        configuration: PlatformConfiguration,
        temporaryFolder: String,
        secrets: [SecretReference: Data] = [:],
        warn: @escaping @Sendable (String) -> Void,
        _ body: @Sendable (FunctionTrial) async throws -> T
    ) async throws -> T {
        let folder = "\(temporaryFolder)/hks-func-\(UUID().uuidString.prefix(8))"
        var place = configuration
        place.dataFolder = folder
        let logs = LogStore(configuration: place)
        // By its folder: projects share what their compilers keep, not what is between two builds of one of them.
        let functionID = "trial-\(Digest.sha256(Data(project.root.folder.utf8)).prefix(16))"
        let request = BuildRequest(
            functionID: functionID,
            versionID: functionID,
            versionNumber: 1,
            sourcePath: archive.path,
            sourceDigest: archive.digest,
            settings: project.settings,
            mask: SecretMask(Array(secrets.values))
        )
        do {
            let bundle = try await build(request, configuration, logs: logs, warn: warn)
            let trial = FunctionTrial(
                project: project,
                functionID: functionID,
                bundle: bundle,
                configuration: place,
                logs: logs,
                secrets: secrets
            )
            let result = try await body(trial)
            await remove(folder, logs)
            return result
        } catch {
            await remove(folder, logs)
            throw error
        }
    }

    /// Removes what instances had on disk, once the last line that they wrote is there.
    private static func remove(_ folder: String, _ logs: LogStore) async {
        // Not a child of the caller's task: where that was cancelled, a line still to be written would bring the folder back.
        await Task {
            try? await logs.flush()
            try? FileManager.default.removeItem(atPath: folder)
        }.value
    }

    private static func build(
        _ request: BuildRequest,
        _ configuration: PlatformConfiguration,
        logs: LogStore,
        warn: @escaping @Sendable (String) -> Void
    ) async throws -> Bundle {
        let toolchains = LocalToolchains(environment: configuration.environment)
        let builder = SourceBuilder(configuration: configuration, logs: logs) {
            try await ArchiveExtractor.extract($0, into: $1, limits: configuration.extractionLimits)
        } locate: { runtime in
            let toolchain = try await toolchains.locate(runtime)
            for warning in toolchain.warnings { warn(warning) }
            return toolchain
        }
        return try await builder.build(request)
    }

    /// The settings of the function.
    var settings: FunctionSettings { project.settings }

    /// Starts an instance, ready to be called, and ends it after `body`. Cancelling the task kills it at once.
    ///
    /// `environment` holds variables of the runtime contract that differ from the platform's own.
    /// - Throws: `readiness_failed` with the last lines in `details`; what `body` throws.
    func withInstance<T: Sendable>(
        environment: [String: String] = [:],
        deadline: Duration,
        _ body: @Sendable (TrialInstance) async throws -> T
    ) async throws -> T {
        var place = configuration
        // Each instance writes a log of its own.
        let id = "\(functionID)-\(UUID().uuidString.prefix(8))"
        place.maxBodyBytes = environment["HKS_MAX_BODY_BYTES"].flatMap(Int.init) ?? place.maxBodyBytes
        var bundle = bundle
        bundle.environment.merge(environment) { $1 }
        let supervisor = try Supervisor(configuration: place, logs: logs, secrets: GivenSecrets(values: secrets))
        let spec = InstanceSpec(
            workspace: "default",
            project: "default",
            functionID: id,
            functionName: project.name,
            versionID: id,
            versionNumber: 1,
            bundle: bundle,
            settings: project.settings
        )
        let exit = TrialExit()
        do {
            let running = try await supervisor.start(spec) { exit.set($0) }
            let instance = TrialInstance(functionID: id, running: running, logs: logs, exit: exit, deadline: deadline)
            let result = try await withTaskCancellationHandler {
                try await body(instance)
            } onCancel: {
                // A client that waits for an answer on a thread of its own is let go by this.
                kill(-running.processID, SIGKILL)
            }
            await supervisor.stopAll()
            return result
        } catch {
            await supervisor.stopAll()
            throw error
        }
    }
}
