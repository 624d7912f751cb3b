/// The kinds of archive that sources are packed into.
public enum ArchiveFormat: String, CaseIterable, Hashable, Sendable {
    /// A gzip compressed tar archive; takes every file name.
    case tarGzip = "tar.gz"
    /// A zip archive; file names have to be UTF-8.
    case zip
}

/// One entry of a packed source.
public struct PackedFile: Hashable, Sendable {
    /// What an entry is.
    public enum Kind: String, Hashable, Sendable, Codable {
        case file
        case folder
        case symbolicLink = "symbolic-link"
    }

    /// Path from the project's root on, with slashes; bytes that are not UTF-8 stand as `\xHH`.
    public var path: String
    /// Length in bytes; 0 for what is no file.
    public var size: Int
    /// What it is.
    public var kind: Kind
    /// Whether it may be executed.
    public var isExecutable: Bool

    /// Describes an entry.
    public init(path: String, size: Int, kind: Kind, isExecutable: Bool = false) {
        self.path = path
        self.size = size
        self.kind = kind
        self.isExecutable = isExecutable
    }
}

/// A packed source: the archive and what is in it.
public struct PackedSource: Hashable, Sendable {
    /// The archive on disk.
    public var archive: SourceArchive
    /// Its entries, in their order in the archive.
    public var files: [PackedFile]

    /// Ties an archive to its entries.
    public init(archive: SourceArchive, files: [PackedFile]) {
        self.archive = archive
        self.files = files
    }
}

/// How far packing has come.
public struct PackProgress: Hashable, Sendable {
    /// Entries done.
    public var entries: Int
    /// All entries.
    public var totalEntries: Int
    /// Bytes of files read.
    public var bytes: Int
    /// Bytes of all files.
    public var totalBytes: Int
}

/// What is packed, and how.
public struct PackOptions: Hashable, Sendable {
    /// Kind of archive.
    public var format: ArchiveFormat
    /// Patterns from the project's root on for what is packed although an ignore file says otherwise.
    public var include: [String]
    /// Lines in the form of an ignore file for what is never packed; they win over all others.
    public var exclude: [String]
    /// Largest archive, in bytes.
    public var maxArchiveBytes: Int
    /// Largest sum of all files, in bytes.
    public var maxSourceBytes: Int
    /// Most entries.
    public var maxEntries: Int

    /// Options with the limits of the local platform.
    public init(
        format: ArchiveFormat = .tarGzip,
        include: [String] = [],
        exclude: [String] = [],
        maxArchiveBytes: Int = 512 << 20,
        maxSourceBytes: Int = 2 << 30,
        maxEntries: Int = 100_000
    ) {
        self.format = format
        self.include = include
        self.exclude = exclude
        self.maxArchiveBytes = maxArchiveBytes
        self.maxSourceBytes = maxSourceBytes
        self.maxEntries = maxEntries
    }
}
