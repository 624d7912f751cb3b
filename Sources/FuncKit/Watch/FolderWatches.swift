import SystemPackage

/// The system watches no further folder.
struct WatchLimitReached: Error {
    /// What limit it is, for people.
    let reason: String
}

/// The notifier's watches, and what each is for: a folder of the tree, places that files of it are links to, or both, as
/// the system has one watch per folder.
struct FolderWatches {
    private var notifier: (any FolderNotifier)?
    private var folderOfWatch: [Int32: EntryName] = [:]
    private var watchOfFolder: [EntryName: Int32] = [:]
    /// Files of the tree that lead through names in a watched folder.
    private var followers: [Int32: [[UInt8]: Set<EntryName>]] = [:]
    private var trails: [EntryName: [(watch: Int32, last: [UInt8])]] = [:]

    /// Ends all watches, and takes the next ones from `notifier`, or none.
    mutating func attach(to notifier: (any FolderNotifier)?) {
        for watch in Set(folderOfWatch.keys).union(followers.keys) { self.notifier?.unwatch(watch) }
        self = FolderWatches(notifier: notifier)
    }

    init(notifier: (any FolderNotifier)? = nil) {
        self.notifier = notifier
    }

    // MARK: Folders of the tree

    /// The folder of the tree that a watch is on.
    func folder(of watch: Int32) -> EntryName? { folderOfWatch[watch] }

    /// Whether a folder of the tree is watched.
    func isWatched(_ folder: EntryName) -> Bool { watchOfFolder[folder] != nil }

    /// Watches a folder of the tree.
    mutating func watch(_ folder: EntryName, at path: [UInt8]) throws(WatchLimitReached) {
        guard watchOfFolder[folder] == nil, let watch = try begin(path) else { return }
        folderOfWatch[watch] = folder
        watchOfFolder[folder] = watch
    }

    /// Forgets a folder of the tree.
    mutating func unwatch(_ folder: EntryName) {
        guard let watch = watchOfFolder.removeValue(forKey: folder), folderOfWatch[watch] == folder else { return }
        folderOfWatch[watch] = nil
        endIfUnused(watch)
    }

    /// Forgets a watch that the system has ended.
    mutating func ended(_ watch: Int32) {
        if let folder = folderOfWatch.removeValue(forKey: watch), watchOfFolder[folder] == watch {
            watchOfFolder[folder] = nil
        }
        followers[watch] = nil
    }

    // MARK: Links

    /// Watches every place on the way that a file of the tree takes, instead of those before.
    mutating func follow(_ name: EntryName, along places: [LinkTrail.Place]) throws(WatchLimitReached) {
        let before = trails.removeValue(forKey: name) ?? []
        var trail: [(watch: Int32, last: [UInt8])] = []
        // Before the old ones end, so that a watch that is still of use goes on.
        for place in places {
            guard let watch = try begin([UInt8(ascii: "/")] + place.folder.bytes) else { continue }
            trail.append((watch, place.last))
        }
        for (watch, last) in before { followers[watch]?[last]?.remove(name) }
        for (watch, last) in trail { followers[watch, default: [:]][last, default: []].insert(name) }
        for (watch, last) in before where followers[watch]?[last]?.isEmpty == true {
            followers[watch]?[last] = nil
            if followers[watch]?.isEmpty == true { followers[watch] = nil }
            endIfUnused(watch)
        }
        if !trail.isEmpty { trails[name] = trail }
    }

    /// Files of the tree whose way an event is about.
    func followers(of event: FolderEvent) -> Set<EntryName> {
        guard let names = followers[event.watch] else { return [] }
        return event.name.isEmpty ? names.values.reduce(into: []) { $0.formUnion($1) } : names[event.name] ?? []
    }

    // MARK: The notifier

    /// The watch on a folder; nil without a notifier, and for a folder that is gone again or not to be read: looking into
    /// it says so, too.
    private func begin(_ path: [UInt8]) throws(WatchLimitReached) -> Int32? {
        guard let notifier else { return nil }
        do throws(Errno) {
            return try notifier.watch(path)
        } catch .noSpace {
            throw WatchLimitReached(
                reason: "the system's limit of watched folders is reached (fs.inotify.max_user_watches)"
            )
        } catch .noMemory {
            throw WatchLimitReached(reason: "the system has no memory left for watches")
        } catch {
            return nil
        }
    }

    private func endIfUnused(_ watch: Int32) {
        guard folderOfWatch[watch] == nil, followers[watch] == nil else { return }
        notifier?.unwatch(watch)
    }
}
