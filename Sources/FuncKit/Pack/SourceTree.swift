import SystemPackage

/// One thing that is to be packed, as it was when the tree was walked.
struct SourceEntry: Hashable, Sendable {
    /// Where it lies.
    var name: EntryName
    /// What it is.
    var content: EntryContent
    /// What the file system said.
    var status: FileStatus

    /// The form that leaves FuncKit.
    var packedFile: PackedFile {
        switch content {
        case .file(let size, let isExecutable):
            PackedFile(path: name.text, size: size, kind: .file, isExecutable: isExecutable)
        case .folder:
            PackedFile(path: name.text, size: 0, kind: .folder)
        case .symbolicLink:
            PackedFile(path: name.text, size: 0, kind: .symbolicLink)
        }
    }

    /// Bytes to be read.
    var size: Int {
        guard case .file(let size, _) = content else { return 0 }
        return size
    }
}

/// Finds what is to be packed in a folder, without reading a byte of anything but ignore files.
///
/// What is ignored is not even entered, unless `include` names something inside.
struct SourceTree {
    private struct Folder {
        var name: EntryName
        var rules: IgnoreRules
        /// Whether it is entered only because `include` may name something inside.
        var isIgnored = false
        /// Whether `include` names it or a folder above.
        var isIncluded = false
    }

    private let root: FolderHandle
    private let rules: IgnoreRules
    private let include: IncludeRules
    private let exclude: IgnoreRules
    private let skipped: Set<FileIdentity>
    private let isCancelled: () -> Bool
    private var entries: [SourceEntry] = []

    /// Looks at a folder.
    ///
    /// - Parameters:
    ///   - root: The project's root.
    ///   - rules: What is ignored before any ignore file is read.
    ///   - include: Patterns for what is packed although it is ignored.
    ///   - exclude: Lines for what is never packed.
    ///   - skipped: Files that are left out by themselves, such as the archive to be written.
    ///   - isCancelled: Ends the walk early.
    init(
        _ root: FolderHandle,
        rules: IgnoreRules = .builtIn,
        include: [String] = [],
        exclude: [String] = [],
        skipped: Set<FileIdentity> = [],
        isCancelled: @escaping () -> Bool = { false }
    ) {
        self.root = root
        self.rules = rules
        self.include = IncludeRules(include)
        self.exclude = IgnoreRules.none.adding(lines: exclude, in: .root)
        self.skipped = skipped
        self.isCancelled = isCancelled
    }

    /// All entries, folders included, sorted bytewise by name.
    ///
    /// - Throws: ``FuncError``: `file_system` for what cannot be read, `project_invalid` for what cannot be packed.
    mutating func walk() throws -> [SourceEntry] {
        entries = []
        var open = [Folder(name: .root, rules: rules)]
        while let folder = open.popLast() {
            guard !isCancelled() else { throw CancellationError() }
            open += try look(into: folder)
        }
        try addFolders()
        entries.sort { $0.name < $1.name }
        try checkLinks()
        return entries
    }

    /// Takes what is in a folder; gives the folders inside that are to be looked into.
    private mutating func look(into folder: Folder) throws -> [Folder] {
        let handle = try open(folder.name)
        let names = try describe(folder.name) { () throws(Errno) in try handle.names() }
        var folder = folder
        if !folder.isIgnored && !folder.isIncluded {
            folder.rules = try addIgnoreFiles(in: folder, handle, names: names)
        }
        var inside: [Folder] = []
        for last in names where !Self.isNeverPacked(last) {
            let name = folder.name.appending(last)
            let status = try describe(name) { () throws(Errno) in try handle.status(last) }
            guard !skipped.contains(status.identity) else { continue }
            let isFolder = status.kind == .folder
            guard exclude.verdict(name, isFolder: isFolder) != true else { continue }
            let isIncluded = folder.isIncluded || include.names(name, isFolder: isFolder)
            let isIgnored =
                !isIncluded
                && (folder.isIgnored || folder.rules.verdict(name, isFolder: isFolder) == true)
            if !isIgnored { try take(name, last, status, in: handle) }
            if isFolder, !isIgnored || include.mayNameInside(name) {
                inside.append(
                    Folder(name: name, rules: folder.rules, isIgnored: isIgnored, isIncluded: isIncluded)
                )
            }
        }
        return inside
    }

    private mutating func take(
        _ name: EntryName,
        _ last: [UInt8],
        _ status: FileStatus,
        in folder: FolderHandle
    ) throws {
        let content: EntryContent
        switch status.kind {
        case .file: content = .file(size: status.size, isExecutable: status.isExecutable)
        case .folder: content = .folder
        case .symbolicLink:
            content = .symbolicLink(
                target: try describe(name) { () throws(Errno) in try folder.linkTarget(last) }
            )
        case .special(let kind):
            throw FuncError(
                .projectInvalid,
                "cannot pack '\(name.text)': it is a \(kind)",
                hint: "remove it, or name it in .funcignore"
            )
        }
        entries.append(SourceEntry(name: name, content: content, status: status))
    }

    /// Adds the folders above what `include` took out of ignored folders.
    private mutating func addFolders() throws {
        var known = Set(entries.lazy.filter { $0.content == .folder }.map(\.name))
        for name in entries.map(\.name) {
            for folder in name.ancestors where known.insert(folder).inserted {
                let status = try describe(folder) { () throws(Errno) in try root.status(folder.bytes) }
                entries.append(SourceEntry(name: folder, content: .folder, status: status))
            }
        }
    }

    private func checkLinks() throws {
        var targets: [EntryName: [UInt8]] = [:]
        for entry in entries {
            if case .symbolicLink(let target) = entry.content { targets[entry.name] = target }
        }
        let resolver = LinkResolver(targets)
        for entry in entries {
            guard case .symbolicLink(let target) = entry.content else { continue }
            let fault: String
            switch resolver.outcome(of: entry.name) {
            case .inside: continue
            case .outside: fault = "points outside of the project, to '\(EntryName.text(target))'"
            case .loop: fault = "leads back to itself"
            }
            throw FuncError(
                .projectInvalid,
                "cannot pack '\(entry.name.text)': the symbolic link \(fault)",
                hint: "replace it by what it points to, or name it in .funcignore"
            )
        }
    }

    private func addIgnoreFiles(
        in folder: Folder,
        _ handle: FolderHandle,
        names: [[UInt8]]
    ) throws -> IgnoreRules {
        var rules = folder.rules
        for file in IgnoreRules.fileNames.map({ Array($0.utf8) }) where names.contains(file) {
            let name = folder.name.appending(file)
            let kind = try describe(name) { () throws(Errno) in try handle.status(file) }.kind
            // Git does not follow a link either, but only warns. What it was to hide must not get into an archive.
            guard kind != .symbolicLink else {
                throw FuncError(
                    .projectInvalid,
                    "cannot read ignore file '\(name.text)': it is a symbolic link",
                    hint: "replace it by the file it points to"
                )
            }
            guard kind == .file else { continue }
            let bytes = try describe(name) { () throws(Errno) in try handle.file(file).readAll() }
            rules = rules.adding(file: bytes, in: folder.name)
        }
        return rules
    }

    private func open(_ folder: EntryName) throws -> FolderHandle {
        guard folder != .root else { return root }
        return try describe(folder) { () throws(Errno) in try root.folder(folder.bytes) }
    }

    private func describe<Value>(_ name: EntryName, _ body: () throws(Errno) -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(name == .root ? "." : name.text)': \(error.reason)")
        }
    }

    /// What no ignore file and no `include` can bring back.
    ///
    /// `.env` files hold secrets of one machine. A deploy takes its values from the manifest, never from a file that an
    /// archive would keep for ever. The rest is the history, and our own state and half-written archives.
    private static func isNeverPacked(_ name: [UInt8]) -> Bool {
        name == Array(".git".utf8) || name == Array(".hks-func".utf8) || name.starts(with: ".env".utf8)
            || name.starts(with: PartialFile.prefix.utf8)
    }
}
