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
    private let root: FolderHandle
    private let selection: SourceSelection
    private let skipped: Set<FileIdentity>
    private let isTolerant: Bool
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
        selection = SourceSelection(rules: rules, include: include, exclude: exclude)
        self.skipped = skipped
        isTolerant = false
        self.isCancelled = isCancelled
    }

    /// Looks at a folder that others write to at the same time: what cannot be read or packed is left out, and does not
    /// hide the rest.
    init(watching root: FolderHandle, selection: SourceSelection) {
        self.root = root
        self.selection = selection
        skipped = []
        isTolerant = true
        isCancelled = { false }
    }

    /// All entries, folders included, sorted bytewise by name.
    ///
    /// - Throws: ``FuncError``: `file_system` for what cannot be read, `project_invalid` for what cannot be packed.
    mutating func walk() throws -> [SourceEntry] {
        entries = []
        var open = [selection.root]
        while let folder = open.popLast() {
            guard !isCancelled() else { throw CancellationError() }
            let content = try look(into: folder)
            entries += content.entries
            open += content.folders
        }
        try addFolders()
        entries.sort { $0.name < $1.name }
        try checkLinks()
        return entries
    }

    /// What is in one folder: its own rules, what is packed, and the folders inside that are to be looked into.
    func look(into folder: SourceFolder) throws -> FolderContent {
        let handle = try open(folder.name)
        let names = try describe(folder.name) { () throws(Errno) in try handle.names() }
        var content = FolderContent(folder: folder)
        if !folder.isIgnored && !folder.isIncluded {
            content.folder.rules = try addIgnoreFiles(in: folder, handle, names: names)
        }
        for last in names where !SourceSelection.isNeverPacked(last) {
            let name = folder.name.appending(last)
            let status: FileStatus
            do {
                status = try describe(name) { () throws(Errno) in try handle.status(last) }
            } catch where isTolerant {
                continue
            }
            guard !skipped.contains(status.identity) else { continue }
            let place = selection.place(of: last, isFolder: status.kind == .folder, in: content.folder)
            if place.isPacked {
                do {
                    content.entries.append(try entry(name, last, status, in: handle))
                } catch where isTolerant {
                    continue
                }
            }
            if let inside = place.folder { content.folders.append(inside) }
        }
        return content
    }

    private func entry(
        _ name: EntryName,
        _ last: [UInt8],
        _ status: FileStatus,
        in folder: FolderHandle
    ) throws -> SourceEntry {
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
        return SourceEntry(name: name, content: content, status: status)
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
        in folder: SourceFolder,
        _ handle: FolderHandle,
        names: [[UInt8]]
    ) throws -> IgnoreRules {
        var rules = folder.rules
        for file in IgnoreRules.fileNames.map({ Array($0.utf8) }) where names.contains(file) {
            let name = folder.name.appending(file)
            let kind = try describe(name) { () throws(Errno) in try handle.status(file) }.kind
            // Git does not follow a link either, but only warns. What it was to hide must not get into an archive.
            guard kind != .symbolicLink else {
                if isTolerant { continue }
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
}
