/// Why an archive could not be read or written; becomes a ``FuncError`` where it leaves this folder.
enum ArchiveError: Error, Hashable, Sendable {
    /// How libarchive graded a failure.
    enum LibraryStatus: String, Hashable, Sendable {
        case retry, warning, failed, fatal
    }

    // The library
    case libraryMissing(String)
    case library(operation: String, status: LibraryStatus, message: String)

    // The file as a whole
    case notAnArchive
    case truncated
    case corrupt(String)
    case checksumMismatch
    case trailingData

    // Its names
    case emptyName
    case absoluteName(String)
    case nameAboveRoot(String)
    case nameTooLong(String)
    case duplicateName(String)
    case nameInsideFile(String, file: String)
    case nameThroughLink(String, link: String)

    // What it holds
    case linkOutside(String, target: String)
    case linkLoop(String)
    case hardLinkOutside(String, target: String)
    case hardLinkToMissing(String, target: String)
    case specialFile(String, kind: String)
    case encrypted(String)

    // Its size
    case tooManyEntries(limit: Int)
    case tooLarge(limit: Int)
    case ratioTooHigh(limit: Int)
}

extension ArchiveError {
    /// The same failure for people.
    ///
    /// - Parameter archive: The archive as the user knows it.
    /// - Returns: The error that leaves FuncKit.
    func funcError(archive: String) -> FuncError {
        switch self {
        case .libraryMissing(let reason):
            FuncError(
                .libraryMissing,
                "cannot open libarchive, which reads and writes archives",
                hint: "install it with 'apt-get install libarchive13'",
                cause: reason
            )
        case .library(let operation, let status, let message):
            FuncError(
                .archiveInvalid,
                "cannot \(operation) of '\(archive)'",
                cause: "libarchive (\(status.rawValue)): \(message)"
            )
        default:
            FuncError(.archiveInvalid, "refused archive '\(archive)': \(reason)", cause: detail)
        }
    }

    /// libarchive's own words, for `--verbose`.
    private var detail: String? {
        guard case .corrupt(let detail) = self else { return nil }
        return detail
    }

    private var reason: String {
        switch self {
        case .libraryMissing, .library: "libarchive failed"
        case .notAnArchive: "it is not a tar, tar.gz or zip archive"
        case .truncated: "it ends too early"
        case .corrupt: "it is damaged"
        case .checksumMismatch: "its checksum does not fit its content"
        case .trailingData: "there is something else after its end"
        case .emptyName: "it holds an entry without a name"
        case .absoluteName(let name): "entry '\(name)' has an absolute name"
        case .nameAboveRoot(let name): "entry '\(name)' points above the archive's root with '..'"
        case .nameTooLong(let name): "the name of entry '\(name.prefix(80))…' is too long or too deep"
        case .duplicateName(let name): "entry '\(name)' is there twice"
        case .nameInsideFile(let name, let file): "entry '\(name)' lies in '\(file)', which is a file"
        case .nameThroughLink(let name, let link): "entry '\(name)' lies behind the symbolic link '\(link)'"
        case .linkOutside(let name, let target): "symbolic link '\(name)' leaves the archive with '\(target)'"
        case .linkLoop(let name): "symbolic link '\(name)' leads back to itself"
        case .hardLinkOutside(let name, let target): "hard link '\(name)' leaves the archive with '\(target)'"
        case .hardLinkToMissing(let name, let target):
            "hard link '\(name)' names '\(target)', which is no file before it"
        case .specialFile(let name, let kind): "entry '\(name)' is a \(kind)"
        case .encrypted(let name): "entry '\(name)' is encrypted"
        case .tooManyEntries(let limit): "it holds more than \(limit) entries"
        case .tooLarge(let limit): "its content is larger than \(ByteCount.text(limit))"
        case .ratioTooHigh(let limit): "its content is more than \(limit) times its own size"
        }
    }
}
