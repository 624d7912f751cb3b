internal import CArchive

/// libarchive, opened on first use.
enum ArchiveLibrary {
    /// Opens the library, once per process, and prepares the calling thread for it.
    static func load() throws(ArchiveError) {
        try loaded.get()
        hks_archive_use_utf8_names()
    }

    /// Opens the library of this name.
    static func open(_ name: String) -> Result<Void, ArchiveError> {
        var message = [CChar](repeating: 0, count: 512)
        guard hks_archive_load(name, &message, message.count) != 0 else { return .success(()) }
        let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return .failure(.libraryMissing(String(decoding: text, as: UTF8.self)))
    }

    private static let loaded = open("libarchive.so.13")
}

/// What a call of libarchive said, apart from failing.
enum ArchiveStatus {
    case ok
    case end
}

extension ArchiveStatus {
    /// Tells success and end from all that went wrong.
    ///
    /// A warning is a failure too: libarchive warns where a header could be read in part only, and part of a header
    /// is not what the author packed. `retry` means that nothing was done; our callbacks never cause it.
    ///
    /// - Throws: ``ArchiveError/library(operation:status:message:)``.
    @discardableResult
    static func check(
        _ status: some BinaryInteger,
        during operation: String,
        message: () -> String
    ) throws(ArchiveError) -> ArchiveStatus {
        let status = Int(status)
        if status == Int(HKS_ARCHIVE_END.rawValue) { return .end }
        guard status < 0 else { return .ok }
        let kind: ArchiveError.LibraryStatus =
            switch status {
            case Int(HKS_ARCHIVE_RETRY.rawValue): .retry
            case Int(HKS_ARCHIVE_WARN.rawValue): .warning
            case Int(HKS_ARCHIVE_FAILED.rawValue): .failed
            default: .fatal
            }
        throw .library(operation: operation, status: kind, message: message())
    }
}
