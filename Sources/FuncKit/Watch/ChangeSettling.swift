/// From what was seen to what is handed on: collects changes until they rest, and holds back what may be a rebuild's own
/// doing.
struct ChangeSettling: Sendable {
    /// What is to be told.
    enum Decision: Hashable, Sendable {
        /// Files changed.
        case report([EntryName: WatchedKind])
        /// These files change because of the rebuilds.
        case loop(Set<EntryName>, times: Int)
    }

    /// Changes that wait for the end of an experiment of the ``LoopDetector``.
    private struct Held {
        var files: [EntryName: WatchedKind]
        var changedAt: Duration
        var until: Duration
    }

    private var window: ChangeWindow
    private var detector: LoopDetector
    private var held: Held?
    private var names: Set<EntryName> = []

    /// Settles changes by these times and limits.
    init(_ settings: WatchSettings) {
        window = ChangeWindow(quiet: settings.debounce, longest: settings.longestDebounce)
        detector = LoopDetector(settings.loop)
    }

    /// Whether changes were seen that have not been handed on.
    var isWaiting: Bool { window.began != nil || held != nil }

    /// When there is something to do next, if nothing more happens.
    func due(at now: Duration) -> Duration? {
        [window.remaining(at: now).map { now + $0 }, held?.until].compactMap { $0 }.min()
    }

    /// Counts what was seen.
    mutating func note(_ sighting: TreeObserver.Sighting, at now: Duration) {
        guard !sighting.names.isEmpty else { return }
        names.formUnion(sighting.names)
        window.note(at: now)
        for name in sighting.names {
            if !sighting.kinds.isDisjoint(with: [.closed, .removed]) { window.closed(name) }
            if sighting.kinds.contains(.written) { window.opened(name) }
        }
    }

    /// Files to be examined, where they have been left alone for long enough, and when the first of them was seen.
    mutating func takeRested(at now: Duration) -> (names: Set<EntryName>, since: Duration)? {
        guard let began = window.began, window.remaining(at: now) == .zero else { return nil }
        return (takeNames(), began)
    }

    /// Files to be examined, rested or not.
    mutating func takeNames() -> Set<EntryName> {
        window.reset()
        defer { names = [] }
        return names
    }

    /// Decides about files that did change.
    mutating func decide(_ changed: [EntryName: WatchedKind], since began: Duration, at now: Duration) -> Decision? {
        guard !changed.isEmpty else { return nil }
        guard let held else { return judge(changed, changedAt: began, at: now) }
        detector.changedWhileHeld(at: began)
        return judge(held.files.merging(changed) { $1 }, changedAt: began, at: now)
    }

    /// Decides about what was held back, where its time is over.
    mutating func decideHeld(at now: Duration) -> Decision? {
        guard let held, now >= held.until else { return nil }
        return judge(held.files, changedAt: held.changedAt, at: now)
    }

    /// A rebuild came to its end.
    mutating func rebuildEnded(at now: Duration) { detector.rebuildEnded(at: now) }

    /// Drops all that was seen.
    mutating func forget() {
        _ = takeNames()
        held = nil
    }

    private mutating func judge(
        _ changed: [EntryName: WatchedKind],
        changedAt: Duration,
        at now: Duration
    ) -> Decision? {
        let names = detector.withoutMuted(Set(changed.keys), at: now)
        guard !names.isEmpty else { return nil }
        let files = changed.filter { names.contains($0.key) }
        held = nil
        switch detector.judge(names, changedAt: changedAt, now: now) {
        case .report:
            detector.reported(names, at: now)
            return .report(files)
        case .hold(let until):
            held = Held(files: files, changedAt: changedAt, until: until)
            return nil
        case .loop(let times):
            return .loop(names, times: times)
        }
    }
}
