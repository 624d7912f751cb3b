import SystemPackage

/// The files of a project that count, how they were when they were last looked at, and the watches on their folders.
struct WatchedTree {
    private let settings: WatchSettings
    private var folder: RootFolder
    private var rules: WatchRules
    private var folders: [EntryName: SourceFolder] = [:]
    private var files = KnownFiles()
    /// Files that may come from elsewhere: those of variables, the manifest, and links out of what is watched.
    private var followed: Set<EntryName> = []
    private var watches = FolderWatches()

    /// Opens the folder; ``attach(to:)`` and ``begin()`` look into it.
    /// - Throws: `file_system` where it cannot be read.
    init(_ path: String, settings: WatchSettings) throws {
        self.settings = settings
        do throws(Errno) {
            folder = try RootFolder(path)
        } catch {
            throw FuncError(.fileSystem, "cannot watch project folder '\(path)': \(error.reason)")
        }
        rules =
            folder.rules(settings)
            ?? WatchRules(include: settings.alsoWatched, exclude: [], environmentFiles: settings.environmentFiles)
    }

    // MARK: The folder itself

    /// Whether the path still leads to the folder that is watched.
    var isInPlace: Bool { folder.isInPlace }

    /// Opens what is at the path now.
    /// - Returns: Whether there is a folder that can be read.
    mutating func reopen() -> Bool {
        guard let fresh = try? RootFolder(folder.path) else { return false }
        folder = fresh
        rules = folder.rules(settings) ?? rules
        return true
    }

    /// Watches all folders with `notifier`, or with none, from the next look on; what was known of the files stays.
    mutating func attach(to notifier: (any FolderNotifier)?) { watches.attach(to: notifier) }

    /// Whether a watch is the one on the project's folder itself.
    func isRoot(_ watch: Int32) -> Bool { watches.folder(of: watch) == .root }

    // MARK: Looking

    /// Takes all files as they are now, with the contents of as many as the settings say.
    mutating func begin() throws(WatchLimitReached) {
        let found = try scan()
        files.reset(to: found)
        var (count, bytes) = (settings.knownFiles, settings.knownBytes)
        // What is read through links first, so that it is always among them.
        for name in Array(followed) + found.keys.filter({ !followed.contains($0) }) {
            guard let stamp = found[name], stamp.size <= bytes else { continue }
            guard count > 0 else { break }
            count -= 1
            bytes -= stamp.size
            files.learn(name, FileStamp.take(name, in: folder.handle, look(at: name).union(.reads)))
        }
    }

    /// Names of files that do not look as they did, anywhere.
    mutating func rescan() throws(WatchLimitReached) -> Set<EntryName> {
        files.differing(from: try scan())
    }

    /// Reads the manifest's lists anew, after it or an ignore file changed; names of files that do not look as they did.
    mutating func reloadRules() throws(WatchLimitReached) -> Set<EntryName> {
        // Where it cannot be read as it is, those before stay.
        rules = folder.rules(settings) ?? rules
        return try rescan()
    }

    /// Names of files that do not look as they did, of those that may come from elsewhere, where not every change is told.
    func differingElsewhere() -> Set<EntryName> {
        followed.filter { files.differs($0, from: FileStamp.take($0, in: folder.handle, .follows)) }
    }

    /// What an event makes worth a look.
    mutating func take(_ event: FolderEvent) throws(WatchLimitReached) -> Set<EntryName> {
        let followers = watches.followers(of: event)
        if event.kinds.contains(.ended) {
            watches.ended(event.watch)
            return followers
        }
        guard let parent = watches.folder(of: event.watch), !event.name.isEmpty, let inside = folders[parent] else {
            return followers
        }
        let name = parent.appending(event.name)
        guard event.kinds.contains(.isFolder) else { return isWatched(name) ? followers.union([name]) : followers }
        return followers.union(try takeFolder(event, name, in: inside))
    }

    private mutating func takeFolder(
        _ event: FolderEvent,
        _ name: EntryName,
        in parent: SourceFolder
    ) throws(WatchLimitReached) -> Set<EntryName> {
        // One that came may have taken the place of another.
        let isOther = !event.kinds.isDisjoint(with: [.removed, .added])
        guard isOther || !watches.isWatched(name) else { return [] }
        let gone = event.kinds.contains(.deleted) ? dropEmpty(name) : drop(name)
        guard !event.kinds.contains(.removed),
            let inside = rules.selection.place(of: event.name, isFolder: true, in: parent).folder
        else { return gone }
        return gone.union(try look(into: inside).files.keys)
    }

    /// Looks at files closely; gives those that changed, with what they are. What is seen counts as known from now on.
    mutating func examine(_ names: Set<EntryName>) throws(WatchLimitReached) -> [EntryName: WatchedKind] {
        var changed: [EntryName: WatchedKind] = [:]
        for name in names {
            // Where it leads is watched before it is read, so that a change meanwhile is either read or told.
            try follow(name)
            let now = isWatched(name) ? FileStamp.take(name, in: folder.handle, look(at: name).union(.reads)) : nil
            if files.isChange(name, to: now) { changed[name] = rules.kind(of: name) }
            files.learn(name, now)
        }
        return changed
    }

    // MARK: Folders

    private func isWatched(_ name: EntryName) -> Bool {
        if rules.isEnvironmentFile(name) { return true }
        guard let parent = folders[name.parent] else { return false }
        return rules.selection.place(of: name.last, isFolder: false, in: parent).isPacked
    }

    /// All files there are.
    private mutating func scan() throws(WatchLimitReached) -> [EntryName: FileStamp] {
        var (found, seen) = try look(into: rules.selection.root)
        for name in folders.keys where !seen.contains(name) {
            folders[name] = nil
            watches.unwatch(name)
        }
        for name in rules.environmentNames {
            try follow(name)
            found[name] = FileStamp.take(name, in: folder.handle, .follows)
        }
        for name in followed where found[name] == nil { try follow(name) }
        return found
    }

    /// Watches a folder and those inside, and gives what is found. Each folder is watched before its names are read, so
    /// that what comes into it meanwhile is either read or told.
    private mutating func look(
        into start: SourceFolder
    ) throws(WatchLimitReached) -> (files: [EntryName: FileStamp], folders: Set<EntryName>) {
        let tree = SourceTree(watching: folder.handle, selection: rules.selection)
        var found: [EntryName: FileStamp] = [:]
        var seen: Set<EntryName> = []
        var links: [EntryName] = []
        var open = [start]
        while let next = open.popLast() {
            try watches.watch(next.name, at: folder.path(of: next.name))
            // What cannot be read now may be when its mode changes, which its parent's watch tells.
            guard let content = try? tree.look(into: next) else {
                watches.unwatch(next.name)
                continue
            }
            folders[next.name] = content.folder
            seen.insert(next.name)
            for entry in content.entries where entry.content != .folder {
                found[entry.name] = FileStamp(entry.status)
                if entry.status.kind == .symbolicLink { links.append(entry.name) }
            }
            open += content.folders
        }
        for name in links {
            try follow(name)
            if followed.contains(name) { found[name] = FileStamp.take(name, in: folder.handle, .follows) }
        }
        return (found, seen)
    }

    private mutating func dropEmpty(_ name: EntryName) -> Set<EntryName> {
        folders[name] = nil
        watches.unwatch(name)
        return [name]
    }

    /// Forgets a folder that is gone; gives the files that were in it.
    private mutating func drop(_ name: EntryName) -> Set<EntryName> {
        guard folders[name] != nil else { return dropEmpty(name) }
        let start = name.bytes + [UInt8(ascii: "/")]
        func isInside(_ other: EntryName) -> Bool { other == name || other.bytes.starts(with: start) }
        for inner in folders.keys where isInside(inner) { _ = dropEmpty(inner) }
        return Set(files.names.filter(isInside)).union([name])
    }

    // MARK: Links

    private func look(at name: EntryName) -> FileStamp.Look { followed.contains(name) ? .follows : [] }

    /// Watches where a file comes from, where that may be elsewhere than it seems.
    private mutating func follow(_ name: EntryName) throws(WatchLimitReached) {
        var trail: LinkTrail?
        // The way may change while it is found out and watched.
        for _ in 0..<4 {
            let now = wayOut(of: name)
            guard now != trail || trail == nil else { return }
            trail = now
            try watches.follow(name, along: now?.places ?? [])
            guard now != nil else {
                followed.remove(name)
                return
            }
            followed.insert(name)
        }
    }

    /// How a file is reached, where its content is that of another place: of what is read through links, and of links out
    /// of the files that are watched anyway.
    private func wayOut(of name: EntryName) -> LinkTrail? {
        guard rules.isRead(name) || isWatched(name) && isLink(name) else { return nil }
        let trail = folder.trail(of: name)
        guard !rules.isRead(name), let inside = folder.inside(trail) else { return trail }
        return isWatched(inside) || folders[inside] != nil ? nil : trail
    }

    private func isLink(_ name: EntryName) -> Bool {
        (try? folder.handle.status(name.bytes).kind) == .symbolicLink
    }
}
