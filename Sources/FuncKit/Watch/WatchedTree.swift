import SystemPackage

/// The system watches no further folder.
struct WatchLimitReached: Error {
    /// What limit it is, for people.
    let reason: String
}

/// The files of a project as they were when they were last looked at, and the watches on their folders.
struct WatchedTree {
    /// The project's folder; a link to it is followed.
    let path: String
    private(set) var rules: WatchRules
    private let settings: WatchSettings
    private var root: FolderHandle
    private var rootIdentity: FileIdentity
    private var notifier: (any FolderNotifier)?
    private var folders: [EntryName: SourceFolder] = [:]
    private var known: [EntryName: FileStamp] = [:]
    /// Files that changed so shortly before they were looked at that a further change may have left no trace.
    private var fresh: Set<EntryName> = []
    private var folderOfWatch: [Int32: EntryName] = [:]
    private var watchOfFolder: [EntryName: Int32] = [:]

    /// Opens the folder; ``attach(to:)`` looks into it.
    /// - Throws: `file_system` where it cannot be read.
    init(_ path: String, settings: WatchSettings) throws {
        self.path = path
        self.settings = settings
        do throws(Errno) {
            root = try FolderHandle(path: path)
            rootIdentity = try root.status().identity
            _ = try root.names()
        } catch {
            throw FuncError(.fileSystem, "cannot watch project folder '\(path)': \(error.reason)")
        }
        rules = WatchRules(include: settings.alsoWatched, exclude: [], environmentFiles: settings.environmentFiles)
        rules = rulesOfManifest() ?? rules
    }

    /// Number of watched folders.
    var folderCount: Int { folders.count }

    // MARK: The folder itself

    /// Whether the path still leads to the folder that is watched.
    func isInPlace() -> Bool {
        (try? FolderHandle(path: path).status().identity) == rootIdentity
    }

    /// Opens what is at the path now.
    /// - Returns: Whether there is a folder that can be read.
    mutating func reopen() -> Bool {
        guard let folder = try? FolderHandle(path: path), let status = try? folder.status(),
            (try? folder.names()) != nil
        else { return false }
        root = folder
        rootIdentity = status.identity
        rules = rulesOfManifest() ?? rules
        return true
    }

    /// Watches all folders with `notifier`, or with none; what was known of the files stays.
    mutating func attach(to notifier: (any FolderNotifier)?) {
        for watch in folderOfWatch.keys { self.notifier?.unwatch(watch) }
        folderOfWatch = [:]
        watchOfFolder = [:]
        self.notifier = notifier
    }

    /// Whether a watch is the one on the project's folder itself.
    func isRoot(_ watch: Int32) -> Bool { folderOfWatch[watch] == .root }

    // MARK: Looking

    /// Takes all files as they are now, with the contents of as many as the settings say.
    mutating func begin() throws(WatchLimitReached) {
        known = try look(into: rules.selection.root, forgetting: true)
        var (files, bytes) = (settings.knownFiles, settings.knownBytes)
        for (name, stamp) in known where stamp.size <= bytes {
            guard files > 0 else { break }
            files -= 1
            bytes -= stamp.size
            learn(name, FileStamp.read(name, in: root, readsContent: true))
        }
    }

    /// Names of files that do not look as they did, anywhere.
    mutating func rescan() throws(WatchLimitReached) -> Set<EntryName> {
        let found = try look(into: rules.selection.root, forgetting: true)
        var differing = fresh
        for (name, stamp) in found where known[name]?.looksLike(stamp) != true { differing.insert(name) }
        for name in known.keys where found[name] == nil { differing.insert(name) }
        return differing
    }

    /// Names of files outside of the project that do not look as they did.
    func differingOutside() -> Set<EntryName> {
        Set(
            rules.outsideNames.filter { name in
                let stamp = FileStamp.read(name, in: root, readsContent: false)
                switch (stamp, known[name]) {
                case (nil, nil): return false
                case (let now?, let before?): return fresh.contains(name) || !now.looksLike(before)
                default: return true
                }
            }
        )
    }

    /// What an event makes worth a look.
    mutating func take(_ event: FolderEvent) throws(WatchLimitReached) -> Set<EntryName> {
        guard let parent = folderOfWatch[event.watch] else { return [] }
        if event.kinds.contains(.ended) {
            folderOfWatch[event.watch] = nil
            if watchOfFolder[parent] == event.watch { watchOfFolder[parent] = nil }
            return []
        }
        guard !event.name.isEmpty, let folder = folders[parent] else { return [] }
        let name = parent.appending(event.name)
        guard event.kinds.contains(.isFolder) else { return isWatched(name) ? [name] : [] }
        // One that came may have taken the place of another.
        let isOther = !event.kinds.isDisjoint(with: [.removed, .added])
        guard isOther || watchOfFolder[name] == nil else { return [] }
        let gone = event.kinds.contains(.deleted) ? dropEmpty(name) : drop(name)
        guard !event.kinds.contains(.removed),
            let inside = rules.selection.place(of: event.name, isFolder: true, in: folder).folder
        else { return gone }
        return gone.union(try look(into: inside, forgetting: false).keys)
    }

    /// Looks at files closely; gives those that changed, with what they are. What is seen counts as known from now on.
    mutating func examine(_ names: Set<EntryName>) -> [EntryName: WatchedKind] {
        var changed: [EntryName: WatchedKind] = [:]
        for name in names {
            let before = known[name]
            let now = isWatched(name) ? FileStamp.read(name, in: root, readsContent: true) : nil
            learn(name, now)
            switch (before, now) {
            case (nil, nil): continue
            case (let before?, let now?) where before.isSame(as: now): continue
            default: changed[name] = rules.kind(of: name)
            }
        }
        return changed
    }

    /// Reads the manifest's lists anew, after it or an ignore file changed.
    mutating func reloadRules() throws(WatchLimitReached) -> Set<EntryName> {
        rules = rulesOfManifest() ?? rules
        return try rescan()
    }

    // MARK: Parts

    private mutating func learn(_ name: EntryName, _ stamp: FileStamp?) {
        known[name] = stamp
        if let stamp, stamp.content != nil, stamp.modified > WallTime.nanoseconds() - 20_000_000 {
            fresh.insert(name)
        } else {
            fresh.remove(name)
        }
    }

    private func isWatched(_ name: EntryName) -> Bool {
        if rules.isEnvironmentFile(name) { return true }
        guard let folder = folders[name.parent] else { return false }
        return rules.selection.place(of: name.last, isFolder: false, in: folder).isPacked
    }

    /// Watches a folder and those inside, and gives the files found. Each folder is watched before its names are read, so
    /// that what comes into it meanwhile is either read or told.
    private mutating func look(
        into start: SourceFolder,
        forgetting: Bool
    ) throws(WatchLimitReached) -> [EntryName: FileStamp] {
        let tree = SourceTree(watching: root, selection: rules.selection)
        var found: [EntryName: FileStamp] = [:]
        var seen: Set<EntryName> = []
        var open = [start]
        while let folder = open.popLast() {
            try watch(folder.name)
            // What cannot be read now may be when its mode changes, which its parent's watch tells.
            guard let content = try? tree.look(into: folder) else {
                unwatch(folder.name)
                continue
            }
            folders[folder.name] = content.folder
            seen.insert(folder.name)
            for entry in content.entries where entry.content != .folder {
                found[entry.name] = FileStamp(entry.status)
            }
            open += content.folders
        }
        guard forgetting else { return found }
        for name in folders.keys where !seen.contains(name) {
            folders[name] = nil
            unwatch(name)
        }
        for name in rules.environmentNames {
            if let status = try? root.status(name.bytes) { found[name] = FileStamp(status) }
        }
        return found
    }

    private mutating func dropEmpty(_ name: EntryName) -> Set<EntryName> {
        folders[name] = nil
        unwatch(name)
        return [name]
    }

    /// Forgets a folder that is gone; gives the files that were in it.
    private mutating func drop(_ name: EntryName) -> Set<EntryName> {
        guard folders[name] != nil else { return dropEmpty(name) }
        let start = name.bytes + [UInt8(ascii: "/")]
        func isInside(_ other: EntryName) -> Bool { other == name || other.bytes.starts(with: start) }
        for folder in folders.keys where isInside(folder) {
            folders[folder] = nil
            unwatch(folder)
        }
        return Set(known.keys.filter(isInside)).union([name])
    }

    private mutating func watch(_ name: EntryName) throws(WatchLimitReached) {
        guard let notifier, watchOfFolder[name] == nil else { return }
        let start = Array(path.utf8)
        do throws(Errno) {
            let watch = try notifier.watch(name == .root ? start : start + [UInt8(ascii: "/")] + name.bytes)
            folderOfWatch[watch] = name
            watchOfFolder[name] = watch
        } catch .noSpace {
            throw WatchLimitReached(
                reason: "the system's limit of watched folders is reached (fs.inotify.max_user_watches)"
            )
        } catch .noMemory {
            throw WatchLimitReached(reason: "the system has no memory left for watches")
        } catch {
            // Gone again, or not to be read: looking into it says so, too.
        }
    }

    private mutating func unwatch(_ name: EntryName) {
        guard let watch = watchOfFolder.removeValue(forKey: name) else { return }
        folderOfWatch[watch] = nil
        notifier?.unwatch(watch)
    }

    /// The rules that the manifest asks for; nil where it cannot be read as it is, so that those before stay.
    private func rulesOfManifest() -> WatchRules? {
        guard let bytes = try? root.file(Array("function.yaml".utf8)).readAll(),
            let loaded = try? ProjectLoader.manifestLoader.load(
                data: .init(bytes),
                file: "function.yaml",
                profile: settings.profile
            )
        else { return nil }
        return WatchRules(
            include: loaded.manifest.include + settings.alsoWatched,
            exclude: loaded.manifest.exclude,
            environmentFiles: settings.environmentFiles
        )
    }
}
