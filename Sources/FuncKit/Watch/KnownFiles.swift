/// The files of a project as they were when they were last looked at.
struct KnownFiles {
    /// The clock of the file system moves in steps: a file that changed within the last one may change once more and look
    /// the same.
    private static let step = 20_000_000

    private var stamps: [EntryName: FileStamp] = [:]
    /// Files that changed so shortly before they were looked at that a further change may have left no trace.
    private var fresh: Set<EntryName> = []

    /// The file as it was.
    subscript(name: EntryName) -> FileStamp? { stamps[name] }

    /// Names of all files.
    var names: some Sequence<EntryName> { stamps.keys }

    /// Starts anew with `found`.
    mutating func reset(to found: [EntryName: FileStamp]) {
        stamps = found
        fresh = []
    }

    /// Takes a file as it is now; nil where it is gone.
    mutating func learn(_ name: EntryName, _ stamp: FileStamp?) {
        stamps[name] = stamp
        if let stamp, stamp.content != nil, stamp.modified > WallTime.nanoseconds() - Self.step {
            fresh.insert(name)
        } else {
            fresh.remove(name)
        }
    }

    /// Names of files that do not look as they did, where `found` is all there is now.
    func differing(from found: [EntryName: FileStamp]) -> Set<EntryName> {
        var differing = fresh
        for (name, stamp) in found where stamps[name]?.looksLike(stamp) != true { differing.insert(name) }
        for name in stamps.keys where found[name] == nil { differing.insert(name) }
        return differing
    }

    /// Whether a file does not look as it did, being `stamp` now.
    func differs(_ name: EntryName, from stamp: FileStamp?) -> Bool {
        switch (stamp, stamps[name]) {
        case (nil, nil): false
        case (let now?, let before?): fresh.contains(name) || !now.looksLike(before)
        default: true
        }
    }

    /// The bytes that differ between a file as it was and `stamp`.
    func isChange(_ name: EntryName, to stamp: FileStamp?) -> Bool {
        switch (stamps[name], stamp) {
        case (nil, nil): false
        case (let before?, let now?): !before.isSame(as: now)
        default: true
        }
    }
}
