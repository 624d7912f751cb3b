import SystemPackage

/// The folder of a project, held open: its path may come to lead elsewhere.
struct RootFolder {
    /// The path that it was named by; a link is followed.
    let path: String
    /// The folder itself, wherever it is moved.
    let handle: FolderHandle
    private let identity: FileIdentity
    /// The whole path to it without a link, and the folder above all.
    private let location: EntryName
    private let top: FolderHandle

    /// Opens what is at a path.
    /// - Throws: where it is no folder that can be read.
    init(_ path: String) throws(Errno) {
        self.path = path
        top = try FolderHandle(path: "/")
        handle = try FolderHandle(path: path)
        identity = try handle.status().identity
        location = handle.wholePath ?? EntryName(Array(path.utf8.drop { $0 == UInt8(ascii: "/") }))
        _ = try handle.names()
    }

    /// Whether the path still leads to this folder.
    var isInPlace: Bool { (try? FolderHandle(path: path).status().identity) == identity }

    /// The path to a folder inside.
    func path(of folder: EntryName) -> [UInt8] {
        let start = Array(path.utf8)
        return folder == .root ? start : start + [UInt8(ascii: "/")] + folder.bytes
    }

    /// The way to a file.
    func trail(of name: EntryName) -> LinkTrail { LinkTrail(name, from: location, in: top) }

    /// The name in this folder of the file that a way leads to; nil where it leads out.
    func inside(_ trail: LinkTrail) -> EntryName? { trail.end?.below(location) }

    /// What the manifest says, with the profile of `settings`; nil where it cannot be read as it is.
    func rules(_ settings: WatchSettings) -> WatchRules? {
        guard let bytes = try? handle.fileBehind(Array("function.yaml".utf8)).readAll(),
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
