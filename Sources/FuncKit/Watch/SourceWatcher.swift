import Foundation
import Synchronization
import SystemPackage

/// Watches the folder of a project: by inotify, or by looking at intervals where that cannot be had.
///
/// What counts are the files that packing takes, and those that the function's variables are read from. The system names
/// the file that changed, and only that one is read and compared; all files are looked at again only when ignore files or
/// the manifest's lists change, when the system lost count, or when polling.
public actor SourceWatcher: SourceWatching {
    /// Makes the system's notifier; nil where there is none.
    typealias MakeNotifier = @Sendable () throws(Errno) -> (any FolderNotifier)?

    nonisolated private let executor = BlockingExecutor("source.watcher")
    /// Reading files blocks, so that it happens on a queue of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private let settings: WatchSettings
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let makeNotifier: MakeNotifier
    private let isPolling: Mutex<Bool>

    private var output: AsyncStream<WatchEvent>.Continuation?
    private var run = 0
    private var notifier: (any FolderNotifier)?
    private var tree: WatchedTree?
    private var isMissing = false
    private var dirty: Set<EntryName> = []
    private var window: ChangeWindow
    private var detector: LoopDetector
    private var held: Held?
    private var nextLook: Duration = .zero
    private var timer: Timer?

    /// Changes that wait for the end of an experiment of the ``LoopDetector``.
    private struct Held {
        var files: [EntryName: WatchedKind]
        var changedAt: Duration
        var until: Duration
    }

    private struct Timer {
        var due: Duration
        var task: Task<Void, Never>
    }

    /// Watches the project in `folder`, an absolute path, which may be a link.
    public init(
        folder: String,
        settings: WatchSettings = WatchSettings(),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(folder: folder, settings: settings, clock: clock) { () throws(Errno) in try SystemNotifier.make() }
    }

    /// Watches a loaded project, and all files that its variables were or may be read from with `profile`.
    /// `alsoWatched` names what counts although it is not packed, such as tests.
    public init(
        _ project: LoadedProject,
        profile: String? = nil,
        usesPolling: Bool = false,
        alsoWatched: [String] = []
    ) {
        let resolver = EnvironmentResolver(
            folder: project.root.folder,
            profile: profile,
            processEnvironment: [:]
        )
        let options = project.environment.files.filter(\.isFromOption).map(\.name)
        self.init(
            folder: project.root.folder,
            settings: WatchSettings(
                environmentFiles: resolver.fileNames + options,
                alsoWatched: alsoWatched,
                profile: profile,
                usesPolling: usesPolling
            )
        )
    }

    init(folder: String, settings: WatchSettings, clock: any Clock<Duration>, makeNotifier: @escaping MakeNotifier) {
        path = folder
        self.settings = settings
        self.clock = clock
        elapsed = clock.stopwatch()
        self.makeNotifier = makeNotifier
        isPolling = Mutex(settings.usesPolling)
        window = ChangeWindow(quiet: settings.debounce, longest: settings.longestDebounce)
        detector = LoopDetector(settings.loop)
    }

    /// `inotify` or `polling`.
    public nonisolated var method: String { isPolling.withLock { $0 } ? "polling" : "inotify" }

    /// Begins anew; a stream of an earlier call ends.
    /// - Throws: `file_system` where the folder cannot be read.
    public func events() async throws -> AsyncStream<WatchEvent> {
        stop()
        tree = try WatchedTree(path, settings: settings)
        let (stream, output) = AsyncStream.makeStream(of: WatchEvent.self)
        self.output = output
        let run = run
        // Unstructured: the one who listened is gone by then.
        output.onTermination = { _ in Task { await self.stop(run) } }
        isPolling.withLock { $0 = settings.usesPolling }
        if !settings.usesPolling { openNotifier() }
        do throws(WatchLimitReached) {
            try tree?.begin()
        } catch {
            usePolling(because: error.reason)
            // Without a notifier there is no limit to reach.
            try tree?.begin()
        }
        nextLook = elapsed() + lookInterval
        listen()
        reschedule()
        return stream
    }

    /// Takes the present contents as seen.
    public func settle() async {
        guard tree != nil, !isMissing else { return }
        receive()
        if notifier == nil { rescan() }
        _ = examineDirty()
        window.reset()
        held = nil
        reschedule()
    }

    /// Tells the end of a rebuild to the search for loops.
    public func rebuildEnded() async {
        detector.rebuildEnded(at: elapsed())
    }

    /// Whether changes were seen that have not been handed on.
    var isWaiting: Bool { window.began != nil || held != nil }

    // MARK: Begin and end

    private func stop(_ number: Int) {
        if number == run { stop() }
    }

    private func stop() {
        run += 1
        timer?.task.cancel()
        timer = nil
        notifier?.stop()
        notifier = nil
        tree = nil
        isMissing = false
        dirty = []
        held = nil
        window.reset()
        output?.finish()
        output = nil
    }

    private func openNotifier() {
        do throws(Errno) {
            notifier = try makeNotifier()
            guard notifier != nil else {
                return usePolling(because: "this system has no way to tell about changes that we know")
            }
            tree?.attach(to: notifier)
        } catch .tooManyOpenFiles {
            usePolling(
                because: "the limit of watches or open files of this user is reached (fs.inotify.max_user_instances)"
            )
        } catch {
            usePolling(because: "the system refuses to watch: \(error.reason)")
        }
    }

    /// Looks at intervals from now on.
    private func usePolling(because reason: String) {
        notifier?.stop()
        notifier = nil
        isPolling.withLock { $0 = true }
        output?.yield(.polling(reason: reason))
        tree?.attach(to: nil)
    }

    /// The same where it was told about changes until now, some of which may have been missed.
    private func poll(because reason: String) {
        usePolling(because: reason)
        rescan()
    }

    private func listen() {
        guard let notifier else { return }
        let run = run
        // Unstructured: called from the thread that waits for descriptors.
        let canTell = notifier.start { Task { await self.wake(run) } }
        if !canTell { poll(because: "the system refuses to wait for events") }
    }

    private func wake(_ number: Int) {
        guard number == run else { return }
        receive()
        notifier?.resume()
        reschedule()
    }

    // MARK: What happened

    private func receive() {
        guard let events = notifier?.drain(), !events.isEmpty, !isMissing else { return }
        if events.contains(where: { $0.kinds.contains(.selfGone) && tree?.isRoot($0.watch) == true }) {
            return checkRoot()
        }
        if events.contains(where: { $0.kinds.contains(.overflow) }) { return rescan() }
        for event in events {
            do throws(WatchLimitReached) {
                note(try tree?.take(event) ?? [], event.kinds)
            } catch {
                return poll(because: error.reason)
            }
        }
    }

    private func note(_ names: Set<EntryName>, _ kinds: FolderEvent.Kinds = []) {
        guard !names.isEmpty else { return }
        dirty.formUnion(names)
        window.note(at: elapsed())
        for name in names {
            if !kinds.isDisjoint(with: [.closed, .removed]) { window.closed(name) }
            if kinds.contains(.written) { window.opened(name) }
        }
    }

    private func rescan() {
        do {
            note(try tree?.rescan() ?? [])
        } catch {
            poll(because: error.reason)
        }
    }

    // MARK: The folder itself

    private func checkRoot() {
        guard let tree else { return }
        if isMissing {
            guard self.tree?.reopen() == true else { return }
            isMissing = false
            output?.yield(.back)
            self.tree?.attach(to: notifier)
            rescan()
        } else if !tree.isInPlace() {
            isMissing = true
            self.tree?.attach(to: nil)
            dirty = []
            held = nil
            window.reset()
            output?.yield(.missing)
        }
    }

    private var lookInterval: Duration { notifier == nil && !isMissing ? settings.pollInterval : settings.rootInterval }

    private func lookAround(_ now: Duration) {
        checkRoot()
        if !isMissing {
            // No watch tells of files in other folders.
            notifier == nil ? rescan() : note(tree?.differingOutside() ?? [])
        }
        // A large tree on a slow disk must not keep the machine busy.
        let took = elapsed() - now
        nextLook = now + took + max(lookInterval, took * 10)
    }

    // MARK: Time

    private func reschedule() {
        guard tree != nil else { return }
        let now = elapsed()
        let dues = [nextLook, window.remaining(at: now).map { now + $0 }, held?.until].compactMap { $0 }
        guard let due = dues.min() else { return }
        if let timer {
            guard timer.due != due else { return }
            timer.task.cancel()
        }
        let (run, clock) = (run, clock)
        // Unstructured, because it outlives every call; `stop()` and the next one cancel it.
        let task = Task { [weak self] in
            guard (try? await clock.sleep(for: max(.zero, due - now))) != nil else { return }
            await self?.tick(run)
        }
        timer = Timer(due: due, task: task)
    }

    private func tick(_ number: Int) {
        guard number == run else { return }
        timer = nil
        receive()
        let now = elapsed()
        if now >= nextLook { lookAround(now) }
        if let remaining = window.remaining(at: elapsed()), remaining <= .zero { flush() }
        if let held, elapsed() >= held.until { decide(held.files, changedAt: held.changedAt) }
        reschedule()
    }

    // MARK: Decisions

    /// Compares what may have changed; follows the rules where these changed themselves.
    private func examineDirty() -> [EntryName: WatchedKind] {
        var changed = tree?.examine(dirty) ?? [:]
        dirty = []
        guard changed.keys.contains(where: WatchRules.isRule) else { return changed }
        do {
            let differing = try tree?.reloadRules() ?? []
            changed.merge(tree?.examine(differing) ?? [:]) { $1 }
        } catch {
            poll(because: error.reason)
        }
        return changed
    }

    private func flush() {
        let began = window.began ?? elapsed()
        let changed = examineDirty()
        window.reset()
        guard !changed.isEmpty else { return }
        if let held {
            detector.changedWhileHeld(at: began)
            return decide(held.files.merging(changed) { $1 }, changedAt: began)
        }
        decide(changed, changedAt: began)
    }

    private func decide(_ changed: [EntryName: WatchedKind], changedAt: Duration) {
        let now = elapsed()
        let names = detector.withoutMuted(Set(changed.keys), at: now)
        guard !names.isEmpty else { return }
        let files = changed.filter { names.contains($0.key) }
        held = nil
        switch detector.judge(names, changedAt: changedAt, now: now) {
        case .report:
            detector.reported(names, at: now)
            let texts = files.map { ($0.key.text, $0.value) }
            output?.yield(.changed(SourceChange(files: Dictionary(texts) { $1 })))
        case .hold(let until):
            held = Held(files: files, changedAt: changedAt, until: until)
        case .loop(let times):
            for name in names.sorted() { output?.yield(.loop(file: name.text, times: times)) }
        }
    }
}
