import Foundation
import FuncKit

/// Builds sources by the recipe of their runtime, each combination of inputs once.
public actor SourceBuilder: BundleBuilder {
    /// Unpacks an archive into a folder that is not there yet.
    public typealias Extract = @Sendable (_ archive: String, _ folder: String) async throws -> Void
    /// Finds what a runtime, as the user wrote it, is built and run with.
    public typealias Locate = @Sendable (_ runtime: String) async throws -> ResolvedToolchain

    /// One recipe per family of the catalogue.
    static let allRecipes: [any BuildRecipe] = [
        NodeRecipe(),
        PythonRecipe(),
        CustomRecipe(),
        RubyRecipe(),
        GoRecipe(),
        RustRecipe(),
        PHPRecipe(),
        JavaRecipe(),
        DotNetRecipe(),
    ]

    private struct Running {
        let task: Task<Void, Never>
        var waiters: [UUID: CheckedContinuation<Void, any Error>] = [:]
    }

    private let configuration: PlatformConfiguration
    private let logs: any LogStoring
    private let extract: Extract
    private let locate: Locate
    private let recipes: [String: any BuildRecipe]
    private let incrementalLock = KeyedLock()
    private let store: BundleStore
    private let slots: BuildSlots
    private var running: [String: Running] = [:]
    /// How often each function was to be built anew although nothing had changed.
    private var renewals: [String: Int] = [:]

    /// Builds below the data folder, as many at once as there are processors.
    public init(
        configuration: PlatformConfiguration,
        logs: any LogStoring,
        extract: @escaping Extract,
        locate: @escaping Locate
    ) {
        self.configuration = configuration
        self.logs = logs
        self.extract = extract
        self.locate = locate
        recipes = Dictionary(uniqueKeysWithValues: Self.allRecipes.map { ($0.family, $0) })
        store = BundleStore(dataFolder: configuration.dataFolder, isDurable: configuration.isDurable)
        slots = BuildSlots(count: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Removes what builds of a killed platform left half done. To be called before the first build.
    /// - Throws: ``FuncError`` with code `file_system`.
    public func cleanUp() async throws {
        do {
            try await BlockingWork.run("clean up builds") { [store] _ in try store.removeLeftovers() }
        } catch {
            throw Self.described(error)
        }
    }

    /// Lets the next build of a function begin from its sources, whatever was built of them before.
    func renew(_ functionID: String) {
        renewals[functionID, default: 0] += 1
    }

    /// Removes the bundles that are not among `digests`, except those that are being built.
    /// - Throws: ``FuncError`` with code `file_system`.
    func keepOnly(_ digests: Set<String>) async throws {
        let kept = digests.union(running.keys)
        do {
            try await BlockingWork.run("remove bundles") { [store] _ in try store.keepOnly(kept) }
        } catch {
            throw Self.described(error)
        }
    }

    /// Builds, or finds the bundle that the same inputs led to before, and completes the build log.
    ///
    /// Builds with the same inputs share one run, which ends when the last of their tasks is cancelled.
    /// - Throws: ``FuncError`` with code `build_failed`, `build_timed_out`, `toolchain_missing`, `runtime_unknown`,
    ///   `archive_invalid` or `no_space`, the last lines of output in `details`; `CancellationError`.
    public func build(_ request: BuildRequest) async throws -> Bundle {
        let log = BuildLog(request: request, maxBytes: configuration.maxBuildLogBytes, logs: logs)
        defer { log.finish() }
        do {
            return try await build(request, log)
        } catch is CancellationError {
            log.note(.warn, "the build was cancelled")
            throw CancellationError()
        } catch {
            let described = Self.described(error)
            log.note(.error, described.message)
            throw described
        }
    }

    private func build(_ request: BuildRequest, _ log: BuildLog) async throws -> Bundle {
        let toolchain = try await locate(request.settings.runtime)
        for warning in toolchain.warnings { log.note(.warn, warning) }
        do {
            return try await build(request, with: toolchain, log)
        } catch var error as FuncError {
            // Another version than the one asked for may well be the reason.
            error.details.insert(contentsOf: toolchain.warnings.map { "warning: " + $0 }, at: 0)
            throw error
        }
    }

    private func build(
        _ request: BuildRequest,
        with toolchain: ResolvedToolchain,
        _ log: BuildLog
    ) async throws -> Bundle {
        let job = try await job(request, with: toolchain)
        if store.contains(job.digest) {
            try store.touch(job.digest)
            log.note(.info, "nothing to build: bundle \(job.digest.prefix(12)) is there already")
        } else {
            while try await !share(job, log) {}
            log.note(.info, "built bundle \(job.digest.prefix(12))")
        }
        return job.bundle
    }

    /// Says what is wrong with the sources of a bundle that did not start, where its build did not look.
    /// - Throws: as ``build(_:)``; nothing where the sources are not to blame.
    public func explainFailedStart(of request: BuildRequest) async throws {
        let log = BuildLog(request: request, maxBytes: configuration.maxBuildLogBytes, logs: logs)
        do {
            let toolchain = try await locate(request.settings.runtime)
            try await job(request, with: toolchain).explainFailedStart(log)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw Self.described(error)
        }
    }

    private func job(_ request: BuildRequest, with toolchain: ResolvedToolchain) async throws -> BuildJob {
        guard let recipe = recipes[toolchain.family] else {
            throw FuncError(
                .runtimeUnknown,
                "runtime '\(request.settings.runtime)' cannot be built on the local platform"
            )
        }
        let isOwnProgram = !request.settings.command.isEmpty
        let host =
            try isOwnProgram ? nil : HostFolder(family: recipe.family, hostsFolder: configuration.hostsFolder)
        return try BuildJob(
            request: request,
            toolchain: toolchain,
            recipe: recipe,
            host: host,
            hostDigest: try await BlockingWork.run("read host") { _ in try host?.digest() ?? "" },
            renewals: renewals[request.functionID] ?? 0,
            configuration: configuration,
            store: store,
            extract: extract,
            incrementalLock: incrementalLock
        )
    }

    // MARK: Sharing

    /// Takes part in the build of these inputs; false where it ended for want of others who wait for it.
    private func share(_ job: BuildJob, _ log: BuildLog) async throws -> Bool {
        try Task.checkCancellation()
        if running[job.digest] == nil {
            // Not the caller's own: it goes on while anybody waits for it.
            let task = Task {
                let result: Result<Void, any Error>
                do {
                    result = .success(try await slots.run { try await job.run(log) })
                } catch {
                    result = .failure(error)
                }
                finish(job.digest, result)
            }
            running[job.digest] = Running(task: task)
        } else {
            log.note(.info, "the same build runs already; its log has the details")
        }
        let id = UUID()
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { running[job.digest]?.waiters[id] = $0 }
            } onCancel: {
                // The handler is synchronous, the list of waiters is not.
                Task { await self.leave(id, job.digest) }
            }
            return true
        } catch is CancellationError where !Task.isCancelled {
            return false
        }
    }

    /// The last to leave ends the build, and is told once its processes are gone.
    private func leave(_ id: UUID, _ digest: String) {
        guard let shared = running[digest], let waiter = shared.waiters[id] else { return }
        guard shared.waiters.count > 1 else { return shared.task.cancel() }
        running[digest]?.waiters[id] = nil
        waiter.resume(throwing: CancellationError())
    }

    private func finish(_ digest: String, _ result: Result<Void, any Error>) {
        for waiter in running.removeValue(forKey: digest)?.waiters.values ?? [:].values { waiter.resume(with: result) }
    }

    /// The error that callers and the log get.
    static func described(_ error: any Error) -> FuncError {
        if let error = error as? FuncError { return error }
        let system = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
        if (error as? CocoaError)?.code == .fileWriteOutOfSpace || (system as? POSIXError)?.code == .ENOSPC {
            return FuncError(.noSpace, "there is no space left on the disk", cause: "\(error)")
        }
        return FuncError(.fileSystem, "the build could not read or write its files", because: error)
    }
}
