import SystemPackage

/// Sees what happens to the files of a project: told by the system, or by looking at all of them where it cannot tell.
struct TreeObserver {
    /// Makes the system's notifier; nil where there is none.
    typealias MakeNotifier = @Sendable () throws(Errno) -> (any FolderNotifier)?

    /// Files that are worth a look, and what the system said of them.
    struct Sighting {
        var names: Set<EntryName>
        var kinds: FolderEvent.Kinds = []
    }

    private var tree: WatchedTree
    private var notifier: (any FolderNotifier)?
    /// Whether the folder itself is gone.
    private(set) var isMissing = false
    private var news: [WatchEvent] = []

    /// Takes all files of a project as they are now; a watch by `makeNotifier`, where given, has begun then.
    /// - Throws: `file_system` where the folder cannot be read.
    init(_ path: String, settings: WatchSettings, makeNotifier: MakeNotifier?) throws {
        tree = try WatchedTree(path, settings: settings)
        if let makeNotifier { open(makeNotifier) }
        do throws(WatchLimitReached) {
            try tree.begin()
        } catch {
            usePolling(because: error.reason)
            // Without a notifier there is no limit to reach.
            try tree.begin()
        }
    }

    /// Whether all files have to be looked at to find changes.
    var isPolling: Bool { notifier == nil }

    /// What is to be told besides changes, since the last call.
    mutating func takeNews() -> [WatchEvent] {
        defer { news = [] }
        return news
    }

    // MARK: The notifier

    /// Calls `onReadable` when there is something to ``receive()``; ``listenAgain()`` asks for the next time.
    mutating func listen(onReadable: @escaping @Sendable () -> Void) -> [Sighting] {
        guard let notifier, !notifier.start(onReadable: onReadable) else { return [] }
        return poll(because: "the system refuses to wait for events")
    }

    /// Asks for the next call of what ``listen(onReadable:)`` was given.
    func listenAgain() { notifier?.resume() }

    /// Ends all watches.
    func stop() { notifier?.stop() }

    private mutating func open(_ makeNotifier: MakeNotifier) {
        do throws(Errno) {
            notifier = try makeNotifier()
            guard notifier != nil else {
                return usePolling(because: "this system has no way to tell about changes that we know")
            }
            tree.attach(to: notifier)
        } catch .tooManyOpenFiles {
            usePolling(
                because: "the limit of watches or open files of this user is reached (fs.inotify.max_user_instances)"
            )
        } catch {
            usePolling(because: "the system refuses to watch: \(error.reason)")
        }
    }

    private mutating func usePolling(because reason: String) {
        notifier?.stop()
        notifier = nil
        tree.attach(to: nil)
        news.append(.polling(reason: reason))
    }

    /// Looks at intervals from now on; what the system would have told of may have been missed.
    private mutating func poll(because reason: String) -> [Sighting] {
        usePolling(because: reason)
        return rescan()
    }

    // MARK: Looking

    /// What the system told of since the last call.
    mutating func receive() -> [Sighting] {
        guard let events = notifier?.drain(), !events.isEmpty, !isMissing else { return [] }
        if events.contains(where: { $0.kinds.contains(.selfGone) && tree.isRoot($0.watch) }) { return checkRoot() }
        if events.contains(where: { $0.kinds.contains(.overflow) }) { return rescan() }
        var sightings: [Sighting] = []
        for event in events {
            do throws(WatchLimitReached) {
                sightings.append(Sighting(names: try tree.take(event), kinds: event.kinds))
            } catch {
                return sightings + poll(because: error.reason)
            }
        }
        return sightings
    }

    /// Compares all files with what is known of them.
    mutating func rescan() -> [Sighting] {
        do throws(WatchLimitReached) {
            return [Sighting(names: try tree.rescan())]
        } catch {
            return poll(because: error.reason)
        }
    }

    /// Looks at what the system does not tell of: whether the folder is still the one that is watched, files that come
    /// from elsewhere, and all files where it tells nothing.
    mutating func lookAround() -> [Sighting] {
        let sightings = checkRoot()
        if isMissing { return [] }
        return sightings + (isPolling ? rescan() : [Sighting(names: tree.differingElsewhere())])
    }

    private mutating func checkRoot() -> [Sighting] {
        if isMissing {
            guard tree.reopen() else { return [] }
            isMissing = false
            news.append(.back)
            tree.attach(to: notifier)
            return rescan()
        }
        if !tree.isInPlace {
            isMissing = true
            tree.attach(to: nil)
            news.append(.missing)
        }
        return []
    }

    // MARK: Comparing

    /// Reads files that may have changed; gives those that did, and what is worth a look because of that. The rules are
    /// followed where these changed themselves.
    mutating func examine(
        _ names: Set<EntryName>
    ) -> (changed: [EntryName: WatchedKind], further: [Sighting]) {
        var changed: [EntryName: WatchedKind] = [:]
        do throws(WatchLimitReached) {
            changed = try tree.examine(names)
            guard changed.keys.contains(where: WatchRules.isRule) else { return (changed, []) }
            changed.merge(try tree.examine(try tree.reloadRules())) { $1 }
            return (changed, [])
        } catch {
            return (changed, poll(because: error.reason))
        }
    }
}
