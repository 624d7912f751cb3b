import Foundation
import Synchronization
import SystemPackage

/// Watches the folder of a project: by inotify, or by looking at intervals where that cannot be had.
///
/// What counts are the files that packing takes, and those that the function's variables are read from. The system names
/// the file that changed, and only that one is read and compared; all files are looked at again only when ignore files or
/// the manifest's lists change, when the system lost count, or when polling.
///
/// ``TreeObserver`` says what is worth a look and whether it differs, ``ChangeSettling`` when it is handed on; here is the
/// time at which either is asked.
public actor SourceWatcher: SourceWatching {
    nonisolated private let executor = BlockingExecutor("source.watcher")
    /// Reading files blocks, so that it happens on a queue of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private let settings: WatchSettings
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let makeNotifier: TreeObserver.MakeNotifier
    private let isPolling: Mutex<Bool>

    private var output: AsyncStream<WatchEvent>.Continuation?
    private var run = 0
    private var observer: TreeObserver?
    private var settling: ChangeSettling
    private var nextLook: Duration = .zero
    private var timer: Timer?

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

    init(
        folder: String,
        settings: WatchSettings,
        clock: any Clock<Duration>,
        makeNotifier: @escaping TreeObserver.MakeNotifier
    ) {
        path = folder
        self.settings = settings
        self.clock = clock
        elapsed = clock.stopwatch()
        self.makeNotifier = makeNotifier
        isPolling = Mutex(settings.usesPolling)
        settling = ChangeSettling(settings)
    }

    /// `inotify` or `polling`.
    public nonisolated var method: String { isPolling.withLock { $0 } ? "polling" : "inotify" }

    /// Begins anew; a stream of an earlier call ends.
    /// - Throws: `file_system` where the folder cannot be read.
    public func events() async throws -> AsyncStream<WatchEvent> {
        stop()
        isPolling.withLock { $0 = settings.usesPolling }
        observer = try TreeObserver(path, settings: settings, makeNotifier: settings.usesPolling ? nil : makeNotifier)
        let (stream, output) = AsyncStream.makeStream(of: WatchEvent.self)
        self.output = output
        let run = run
        // Unstructured: the one who listened is gone by then.
        output.onTermination = { _ in Task { await self.stop(run) } }
        nextLook = elapsed() + lookInterval
        // Unstructured: called from the thread that waits for descriptors.
        take(observer?.listen { Task { await self.wake(run) } })
        reschedule()
        return stream
    }

    /// Takes the present contents as seen.
    public func settle() async {
        guard observer?.isMissing == false else { return }
        take(observer?.receive())
        if observer?.isPolling == true { take(observer?.rescan()) }
        _ = examine(settling.takeNames())
        settling.forget()
        reschedule()
    }

    /// Tells the end of a rebuild to the search for loops.
    public func rebuildEnded() async {
        settling.rebuildEnded(at: elapsed())
    }

    /// Whether changes were seen that have not been handed on.
    var isWaiting: Bool { settling.isWaiting }

    // MARK: End

    private func stop(_ number: Int) {
        if number == run { stop() }
    }

    private func stop() {
        run += 1
        timer?.task.cancel()
        timer = nil
        observer?.stop()
        observer = nil
        settling.forget()
        output?.finish()
        output = nil
    }

    // MARK: What happened

    private func wake(_ number: Int) {
        guard number == run else { return }
        take(observer?.receive())
        observer?.listenAgain()
        reschedule()
    }

    /// Counts what the observer saw, and tells what it has to tell.
    private func take(_ sightings: [TreeObserver.Sighting]?) {
        for event in observer?.takeNews() ?? [] {
            if case .polling = event { isPolling.withLock { $0 = true } }
            if event == .missing { settling.forget() }
            output?.yield(event)
        }
        for sighting in sightings ?? [] { settling.note(sighting, at: elapsed()) }
    }

    private func examine(_ names: Set<EntryName>) -> [EntryName: WatchedKind] {
        guard let (changed, further) = observer?.examine(names) else { return [:] }
        take(further)
        return changed
    }

    private func tell(_ decision: ChangeSettling.Decision?) {
        switch decision {
        case .report(let files):
            let texts = files.map { ($0.key.text, $0.value) }
            output?.yield(.changed(SourceChange(files: Dictionary(texts) { $1 })))
        case .loop(let names, let times):
            for name in names.sorted() { output?.yield(.loop(file: name.text, times: times)) }
        case nil: break
        }
    }

    // MARK: Time

    private var lookInterval: Duration {
        guard let observer, observer.isPolling, !observer.isMissing else { return settings.rootInterval }
        return settings.pollInterval
    }

    private func reschedule() {
        guard observer != nil else { return }
        let now = elapsed()
        let due = min(nextLook, settling.due(at: now) ?? nextLook)
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
        take(observer?.receive())
        let now = elapsed()
        if now >= nextLook {
            take(observer?.lookAround())
            // A large tree on a slow disk must not keep the machine busy.
            let took = elapsed() - now
            nextLook = now + took + max(lookInterval, took * 10)
        }
        if let (names, since) = settling.takeRested(at: elapsed()) {
            let changed = examine(names)
            tell(settling.decide(changed, since: since, at: elapsed()))
        }
        tell(settling.decideHeld(at: elapsed()))
        reschedule()
    }
}

extension SourceWatcher {
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
}
