/// A folder of a tree that is looked into, and the rules in force in it.
struct SourceFolder: Hashable, Sendable {
    /// Where it lies.
    var name: EntryName
    /// Rules of the folders above; with its own ones once it was looked into.
    var rules: IgnoreRules
    /// Whether it is entered only because `include` may name something inside.
    var isIgnored = false
    /// Whether `include` names it or a folder above.
    var isIncluded = false
}

/// What one folder holds.
struct FolderContent: Sendable {
    /// The folder with the rules of its own ignore files.
    var folder: SourceFolder
    /// What in it is packed, in no order.
    var entries: [SourceEntry] = []
    /// Folders inside that are to be looked into.
    var folders: [SourceFolder] = []

    /// Starts with nothing.
    init(folder: SourceFolder) {
        self.folder = folder
    }
}

/// Decides name by name what of a tree is packed: by ignore files, and by the manifest's `include` and `exclude`.
struct SourceSelection: Hashable, Sendable {
    /// What becomes of a name.
    struct Place: Hashable, Sendable {
        /// Whether it is packed.
        var isPacked: Bool
        /// The folder to look into, where it is one and something inside may be packed.
        var folder: SourceFolder?
    }

    private let rules: IgnoreRules
    private let include: IncludeRules
    private let exclude: IgnoreRules

    /// Ties `rules`, which hold before any ignore file is read, to the manifest's lists.
    init(rules: IgnoreRules, include: [String], exclude: [String]) {
        self.rules = rules
        self.include = IncludeRules(include)
        self.exclude = IgnoreRules.none.adding(lines: exclude, in: .root)
    }

    /// The root of the tree, before its ignore files are read.
    var root: SourceFolder { SourceFolder(name: .root, rules: rules) }

    /// What becomes of a name in a folder whose rules are known.
    func place(of last: [UInt8], isFolder: Bool, in folder: SourceFolder) -> Place {
        let name = folder.name.appending(last)
        guard !Self.isNeverPacked(last), exclude.verdict(name, isFolder: isFolder) != true else {
            return Place(isPacked: false)
        }
        let isIncluded = folder.isIncluded || include.names(name, isFolder: isFolder)
        let isIgnored =
            !isIncluded && (folder.isIgnored || folder.rules.verdict(name, isFolder: isFolder) == true)
        guard isFolder, !isIgnored || include.mayNameInside(name) else { return Place(isPacked: !isIgnored) }
        return Place(
            isPacked: !isIgnored,
            folder: SourceFolder(name: name, rules: folder.rules, isIgnored: isIgnored, isIncluded: isIncluded)
        )
    }

    /// What no ignore file and no `include` can bring back.
    ///
    /// `.env` files hold secrets of one machine. A deploy takes its values from the manifest, never from a file that an
    /// archive would keep for ever. The rest is the history, and our own state and half-written archives.
    static func isNeverPacked(_ name: [UInt8]) -> Bool {
        // Asked of every name of a tree; few of them start so.
        guard name.first == UInt8(ascii: ".") else { return false }
        return name.elementsEqual(".git".utf8) || name.elementsEqual(".hks-func".utf8)
            || name.starts(with: ".env".utf8) || name.starts(with: PartialFile.prefix.utf8)
    }
}
