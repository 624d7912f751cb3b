import SystemPackage

/// One run of unpacking: what was written so far, and what may still be.
///
/// Three rules keep an archive inside of its folder. Every file is opened relative to an open folder, through folders
/// of which none may be a link. Symbolic links are made last, so that nothing can be written through them. A name is
/// used once only.
struct ArchiveExtraction {
    private enum Known: Hashable {
        case file
        case link
        /// A folder that an entry stands for.
        case folder
        /// A folder that had to be there for something inside; its own entry may follow.
        case impliedFolder
    }

    private let root: FolderHandle
    private let limits: ExtractionLimits
    private let archiveSize: Int
    private let isCancelled: () -> Bool
    private var known: [EntryName: Known] = [:]
    private var links: [EntryName: [UInt8]] = [:]
    private var bytes = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    /// The folder used last: entries mostly come folder by folder.
    private var recent: (name: EntryName, folder: FolderHandle)

    /// Starts with an empty folder.
    init(into root: FolderHandle, limits: ExtractionLimits, archiveSize: Int, isCancelled: @escaping () -> Bool) {
        self.root = root
        self.limits = limits
        self.archiveSize = archiveSize
        self.isCancelled = isCancelled
        recent = (.root, root)
    }

    /// Unpacks all entries but symbolic links.
    ///
    /// - Throws: ``ArchiveError`` for what is refused, `Errno` for what cannot be written.
    mutating func run(_ reader: ArchiveReaderHandle) throws {
        while let entry = try reader.next() {
            guard !isCancelled() else { throw CancellationError() }
            try take(entry, from: reader)
        }
    }

    /// Makes the symbolic links, once all of them are known and lead to the inside.
    ///
    /// - Throws: ``ArchiveError`` for what is refused, `Errno` for what cannot be written.
    mutating func finish() throws {
        let resolver = LinkResolver(links)
        let sorted = links.sorted { $0.key < $1.key }
        for (name, target) in sorted {
            switch resolver.outcome(of: name) {
            case .inside: continue
            case .outside: throw ArchiveError.linkOutside(name.text, target: EntryName.text(target))
            case .loop: throw ArchiveError.linkLoop(name.text)
            }
        }
        for (name, target) in sorted {
            let parent = try folder(name.parent)
            try write(name) { () throws(Errno) in try parent.createLink(name.last, target: target) }
        }
    }

    private mutating func take(_ entry: ArchiveEntry, from reader: ArchiveReaderHandle) throws {
        let name = try Self.name(entry.name)
        guard name != .root else {
            // 'tar -c .' writes the folder itself, too.
            guard entry.kind == .folder else { throw ArchiveError.emptyName }
            return
        }
        if case .special(let kind) = entry.kind { throw ArchiveError.specialFile(name.text, kind: kind) }
        guard !entry.isEncrypted else { throw ArchiveError.encrypted(name.text) }
        let isNew = try claim(name, entry.kind)
        let parent = try folder(name.parent)
        switch entry.kind {
        case .file:
            try takeFile(name, entry, in: parent, from: reader)
        case .folder:
            if isNew { try write(name) { () throws(Errno) in try parent.createFolder(name.last) } }
        case .hardLink(let target):
            try takeHardLink(name, target: target, in: parent)
        case .symbolicLink(let target):
            guard !target.isEmpty else { throw ArchiveError.corrupt("symbolic link without target") }
            links[name] = target
        case .special:
            break
        }
    }

    private mutating func takeFile(
        _ name: EntryName,
        _ entry: ArchiveEntry,
        in parent: FolderHandle,
        from reader: ArchiveReaderHandle
    ) throws {
        let mode: CInterop.Mode = entry.isExecutable ? 0o755 : 0o644
        let file = try write(name) { () throws(Errno) in try parent.createFile(name.last, mode: mode) }
        while true {
            let count = try reader.read(into: &buffer)
            guard count > 0 else { return }
            guard !isCancelled() else { throw CancellationError() }
            bytes += count
            guard bytes <= limits.maxBytes else { throw ArchiveError.tooLarge(limit: limits.maxBytes) }
            // The first comparison keeps the product small.
            if bytes > limits.ratioFloor, bytes / limits.maxRatio > archiveSize {
                throw ArchiveError.ratioTooHigh(limit: limits.maxRatio)
            }
            try file.write(buffer[..<count])
        }
    }

    private mutating func takeHardLink(_ name: EntryName, target: [UInt8], in parent: FolderHandle) throws {
        let text = EntryName.text(target)
        guard let other = try? Self.name(target) else {
            throw ArchiveError.hardLinkOutside(name.text, target: text)
        }
        guard known[other] == .file, other != name else {
            throw ArchiveError.hardLinkToMissing(name.text, target: text)
        }
        let otherParent = try folder(other.parent)
        try write(name) { () throws(Errno) in
            try parent.createHardLink(name.last, to: other.last, in: otherParent)
        }
    }

    /// Takes a name for an entry; false if it is the folder's own entry after something in it.
    private mutating func claim(_ name: EntryName, _ kind: ArchiveEntry.Kind) throws -> Bool {
        for ancestor in name.ancestors {
            switch known[ancestor] {
            case .file: throw ArchiveError.nameInsideFile(name.text, file: ancestor.text)
            case .link: throw ArchiveError.nameThroughLink(name.text, link: ancestor.text)
            case .folder, .impliedFolder, nil: continue
            }
        }
        let before = known[name]
        guard before == nil || (before == .impliedFolder && kind == .folder) else {
            throw ArchiveError.duplicateName(name.text)
        }
        switch kind {
        case .file, .hardLink, .special: known[name] = .file
        case .symbolicLink: known[name] = .link
        case .folder: known[name] = .folder
        }
        try checkCount()
        return before == nil
    }

    /// Opens a folder from the root on, component by component, and makes what is missing.
    private mutating func folder(_ name: EntryName) throws -> FolderHandle {
        guard name != recent.name else { return recent.folder }
        var folder = root
        var path = EntryName.root
        for component in name.components.map(Array.init) {
            path = path.appending(component)
            let parent = folder
            if known[path] == nil {
                known[path] = .impliedFolder
                try checkCount()
                try write(path) { () throws(Errno) in try parent.createFolder(component) }
            }
            folder = try write(path) { () throws(Errno) in try parent.folder(component) }
        }
        recent = (name, folder)
        return folder
    }

    private func checkCount() throws {
        guard known.count <= limits.maxFiles else { throw ArchiveError.tooManyEntries(limit: limits.maxFiles) }
    }

    private func write<Value>(_ name: EntryName, _ body: () throws(Errno) -> Value) throws -> Value {
        do {
            return try body()
        } catch .fileNameTooLong {
            throw ArchiveError.nameTooLong(name.text)
        } catch .fileExists {
            // The file system knows fewer names than we do, for example by ignoring case.
            throw ArchiveError.duplicateName(name.text)
        }
    }

    /// Linux opens no longer path.
    private static let maxNameLength = 4096

    /// Deep names cost time for every folder above: more than this only an attack needs.
    private static let maxDepth = 128

    /// The name that an archive's bytes stand for.
    private static func name(_ bytes: [UInt8]) throws -> EntryName {
        guard !bytes.isEmpty else { throw ArchiveError.emptyName }
        let text = EntryName.text(bytes)
        guard bytes.first != UInt8(ascii: "/") else { throw ArchiveError.absoluteName(text) }
        guard bytes.count <= maxNameLength else { throw ArchiveError.nameTooLong(text) }
        let components = EntryName(bytes).components.filter { !$0.elementsEqual(".".utf8) }
        guard components.count <= maxDepth else { throw ArchiveError.nameTooLong(text) }
        guard !components.contains(where: { $0.elementsEqual("..".utf8) }) else {
            throw ArchiveError.nameAboveRoot(text)
        }
        return EntryName(components: components)
    }
}
