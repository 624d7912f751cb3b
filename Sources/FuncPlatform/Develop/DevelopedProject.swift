import Foundation
import FuncKit

/// One project while it is developed: watches what happens to its folder, and brings each change to traffic.
///
/// The newest change wins: it ends the work on the one before. What served goes on until the newest code answers.
actor DevelopedProject {
    /// What the project needs of its surroundings.
    struct Surroundings: Sendable {
        /// Reads the project in a folder.
        var load: @Sendable (_ folder: String) throws -> LoadedProject
        /// Brings it to traffic.
        var deployer: any DevelopDeploying
        /// Keeps names of functions apart.
        var names: DevelopNames
        /// Gets all that happens.
        var feed: DevelopFeed
        /// Says what a project runs with.
        var describe: @Sendable (LoadedProject) async -> DevelopProject
        /// Told when the work on a change is at its end.
        var ended: @Sendable () async -> Void = {}
        /// Told when functions have other names than before.
        var renamed: @Sendable () async -> Void = {}
        /// Measures how long a change takes.
        var now: @Sendable () -> ContinuousClock.Instant = { .now }
    }

    nonisolated let folder: String
    private let surroundings: Surroundings
    private var project: LoadedProject
    private var phase = DevelopPhase.loading
    /// What answers; nil before the first version does.
    private var serving: (function: String, version: Int)?
    private var failure: FuncError?
    private var shown: DevelopState?
    private var cycle: Task<Void, Never>?
    private var waiters: [CheckedContinuation<Result<Void, any Error>, Never>] = []
    private var isEnding = false

    /// Takes a project that was read.
    init(_ project: LoadedProject, _ surroundings: Surroundings) {
        folder = project.root.folder
        self.project = project
        self.surroundings = surroundings
    }

    /// Name of the function, as the manifest said last.
    var function: String { project.name }

    /// Where it is and what it runs with, as read last.
    var loaded: LoadedProject { project }

    // MARK: Life

    /// Brings the project to traffic, and every change that `events` tell of, until the task is cancelled.
    func run(_ events: AsyncStream<WatchEvent>) async {
        await announce(project)
        await begin(renews: false)
        for await event in events { await handle(event) }
        // Without a watch the stream has ended, and there are rebuilds still.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        await end()
    }

    /// Builds anew although nothing changed.
    func rebuild() async {
        guard apply(.changed) else { return }
        surroundings.feed.send(.notice(function: function, "building anew, as you asked"))
        await begin(renews: true)
    }

    /// Returns once the newest code answers.
    /// - Throws: what it failed with.
    func untilReady() async throws {
        switch phase {
        case .ready: return
        case .failed where failure != nil: throw failure ?? CancellationError()
        default: break
        }
        guard !isEnding else { throw CancellationError() }
        try await withCheckedContinuation { waiters.append($0) }.get()
    }

    private func end() async {
        isEnding = true
        cycle?.cancel()
        await cycle?.value
        resolveWaiters(.failure(CancellationError()))
    }

    private func handle(_ event: WatchEvent) async {
        switch event {
        case .changed(let change):
            guard apply(.changed) else { return }
            surroundings.feed.send(.changed(function: function, files: change.paths))
            await begin(renews: false)
        case .missing: await vanish()
        case .back:
            guard apply(.returned) else { return }
            surroundings.feed.send(.notice(function: function, "the folder '\(folder)' is there again"))
            await begin(renews: false)
        case .polling(let reason):
            surroundings.feed.send(.warning(function: function, "looking for changes at intervals: \(reason)"))
        case .loop(let file, let times):
            surroundings.feed.send(
                .warning(
                    function: function,
                    "'\(file)' was written by each of the last \(times) rebuilds, so its changes do not count for now; "
                        + "name it in .funcignore"
                )
            )
        }
    }

    private func vanish() async {
        cycle?.cancel()
        await cycle?.value
        guard apply(.vanished) else { return }
        show(.missing)
    }

    // MARK: One change

    private func begin(renews: Bool) async {
        cycle?.cancel()
        await cycle?.value
        guard !isEnding, phase != .missing else { return }
        let start = surroundings.now()
        // Outlives the handling of the event that began it, so that the next one can end it; `end` waits for it.
        cycle = Task { await self.bringUp(renews: renews, since: start) }
    }

    private func bringUp(renews: Bool, since start: ContinuousClock.Instant) async {
        do {
            let fresh = try await load()
            if try await surroundings.names.claim(fresh.name, for: folder) { await surroundings.renamed() }
            if fresh.announces(otherThan: project) { await announce(fresh) }
            project = fresh
            if serving?.function != fresh.name { surroundings.deployer.expect(fresh) }
            let outcome = try await surroundings.deployer.deploy(fresh, renews: renews) { await self.advance($0) }
            await surroundings.ended()
            try await succeed(outcome, fresh, since: start)
        } catch is CancellationError {
            // A newer change took over, or all ends.
        } catch {
            await surroundings.ended()
            fail(error as? FuncError ?? FuncError(.internalError, "could not take the change: \(error)"))
        }
    }

    private func load() async throws -> LoadedProject {
        let (folder, load) = (folder, surroundings.load)
        let fresh = try await BlockingWork.run("read project") { _ in try load(folder) }
        try Task.checkCancellation()
        return fresh
    }

    private func advance(_ step: DevelopStep) {
        guard apply(step) else { return }
        switch phase {
        case .building: show(.building)
        case .starting: show(.starting)
        default: break
        }
    }

    private func succeed(
        _ outcome: DevelopOutcome,
        _ fresh: LoadedProject,
        since start: ContinuousClock.Instant
    ) async throws {
        // The deployer has told of all but this one.
        if outcome.isUnchanged { _ = apply(.unchanged) }
        let (isFirst, before) = (serving == nil, serving?.function)
        serving = (fresh.name, outcome.version)
        failure = nil
        if !outcome.isUnchanged, !isFirst {
            let milliseconds = Int((surroundings.now() - start) / .milliseconds(1))
            let reload = DevelopReload(version: outcome.version, milliseconds: milliseconds)
            surroundings.feed.send(.reloaded(function: fresh.name, reload))
        }
        show(.ready(version: outcome.version))
        resolveWaiters(.success(()))
        guard let before, before != fresh.name else { return }
        surroundings.feed.send(.notice(function: fresh.name, "function '\(before)' is called '\(fresh.name)' now"))
        try await surroundings.deployer.remove(before)
        await surroundings.names.release(before, of: folder)
        await surroundings.renamed()
    }

    private func fail(_ error: FuncError) {
        // A folder that goes away is told of by the watch; what could not be read of it is no news.
        guard FileManager.default.fileExists(atPath: folder), apply(.failed) else { return }
        failure = error
        let state = DevelopState.failed(error, serving: serving?.version)
        if state != shown { surroundings.feed.send(.problem(function: function, error)) }
        show(state)
        resolveWaiters(.failure(error))
    }

    // MARK: Words

    private func announce(_ fresh: LoadedProject) async {
        surroundings.feed.send(.project(await surroundings.describe(fresh)))
        for notice in fresh.notices { surroundings.feed.send(.warning(function: fresh.name, notice)) }
    }

    /// Says how the function is, unless that has been said.
    private func show(_ state: DevelopState) {
        guard state != shown else { return }
        shown = state
        surroundings.feed.send(.state(function: function, state))
    }

    /// Moves on; false where the step means nothing now.
    private func apply(_ step: DevelopStep) -> Bool {
        guard let next = phase.after(step) else { return false }
        phase = next
        return true
    }

    private func resolveWaiters(_ result: Result<Void, any Error>) {
        let resolved = waiters
        waiters = []
        for waiter in resolved { waiter.resume(returning: result) }
    }
}

extension LoadedProject {
    /// Whether people should be told what the project runs with, as it is not what `other` ran with.
    fileprivate func announces(otherThan other: LoadedProject) -> Bool {
        name != other.name || settings != other.settings || environment != other.environment || notices != other.notices
    }
}

/// The names of the functions that are developed together, each taken by one project.
actor DevelopNames {
    private var folders: [String: String] = [:]

    /// All names that are taken.
    var all: [String] { folders.keys.sorted() }

    /// Takes a name for the project in `folder`; true where that is new.
    /// - Throws: `conflict` naming both projects where another one has it.
    @discardableResult
    func claim(_ name: String, for folder: String) throws -> Bool {
        if let other = folders[name], other != folder {
            throw FuncError(
                .conflict,
                "the projects '\(other)' and '\(folder)' both name their function '\(name)'",
                hint: "change 'name' in the function.yaml of one of them"
            )
        }
        return folders.updateValue(folder, forKey: name) == nil
    }

    /// Gives a name up.
    func release(_ name: String, of folder: String) {
        if folders[name] == folder { folders[name] = nil }
    }
}
