internal import CArchive
import Glibc
import SystemPackage

/// Gives the next bytes of a stream; empty at its end, and from then on.
typealias ByteSource = () throws -> [UInt8]

/// Reads an archive, or a gzip stream, through libarchive.
final class ArchiveReaderHandle {
    /// What is read, and from where.
    enum Input {
        case gzip(ByteSource)
        case tar(ByteSource)
        /// Zip needs to seek: its directory is at the end.
        case zip(OpenFileHandle)
    }

    private let archive: OpaquePointer
    private let input: Input
    private let feed: Feed?

    /// Starts reading.
    ///
    /// - Throws: ``ArchiveError``, or what the byte source throws.
    init(_ input: Input) throws {
        try ArchiveLibrary.load()
        guard let archive = hks_archive_read_new() else { throw Errno.noMemory }
        self.archive = archive
        self.input = input
        switch input {
        case .gzip(let source), .tar(let source): feed = Feed(source)
        case .zip: feed = nil
        }
        try open()
    }

    deinit {
        hks_archive_read_free(archive)
    }

    /// Bytes of the input that were used up so far, for a gzip stream.
    var consumedBytes: Int { Int(hks_archive_filter_bytes(archive, -1)) }

    /// Bytes of the unpacked stream that were used up so far, for a tar archive.
    var consumedStreamBytes: Int { Int(hks_archive_filter_bytes(archive, 0)) }

    /// The header of the next entry; nil at the end.
    ///
    /// - Throws: ``ArchiveError``, or what the byte source throws.
    func next() throws -> ArchiveEntry? {
        var entry: OpaquePointer?
        guard try check(hks_archive_read_next_header(archive, &entry), during: "read an entry") == .ok else {
            return nil
        }
        guard let entry else { throw ArchiveError.corrupt("header without entry") }
        return ArchiveEntry(
            name: nameBytes(hks_archive_entry_pathname(entry)),
            kind: kind(of: entry),
            isExecutable: hks_archive_entry_perm(entry) & 0o100 != 0,
            isEncrypted: hks_archive_entry_is_encrypted(entry) != 0
        )
    }

    /// Reads the next bytes of the current entry into the front of `buffer`; gives their number, 0 at its end.
    ///
    /// - Throws: ``ArchiveError``, or what the byte source throws.
    func read(into buffer: inout [UInt8]) throws -> Int {
        let count = buffer.withUnsafeMutableBytes { hks_archive_read_data(archive, $0.baseAddress, $0.count) }
        try check(count < 0 ? count : 0, during: "read an entry's data")
        return count
    }

    private func open() throws {
        switch input {
        case .gzip:
            try check(hks_archive_read_support_filter_gzip(archive), during: "choose gzip")
            try check(hks_archive_read_support_format_raw(archive), during: "choose the raw format")
        case .tar:
            try check(hks_archive_read_support_format_tar(archive), during: "choose tar")
        case .zip(let file):
            try check(hks_archive_read_support_format_zip_seekable(archive), during: "choose zip")
            try check(hks_archive_read_open_fd(archive, file.descriptor, 1 << 16), during: "open the archive")
        }
        guard let feed else { return }
        let client = Unmanaged.passUnretained(feed).toOpaque()
        let status = hks_archive_read_open(archive, client) { archive, client, buffer in
            guard let archive, let client, let buffer else { return Int(HKS_ARCHIVE_FATAL.rawValue) }
            let feed = Unmanaged<Feed>.fromOpaque(client).takeUnretainedValue()
            guard let bytes = feed.next() else {
                hks_archive_set_error(archive, 0, "input failed")
                return Int(HKS_ARCHIVE_FATAL.rawValue)
            }
            buffer.pointee = bytes.baseAddress
            return bytes.count
        }
        try check(status, during: "open the archive")
        // Without the filter the raw format would hand out the compressed bytes.
        if case .gzip = input, hks_archive_filter_code(archive, 0) != Int32(HKS_ARCHIVE_FILTER_GZIP) {
            throw ArchiveError.truncated
        }
    }

    private func kind(of entry: OpaquePointer) -> ArchiveEntry.Kind {
        if let target = hks_archive_entry_hardlink(entry) { return .hardLink(target: nameBytes(target)) }
        switch hks_archive_file_type(rawValue: hks_archive_entry_filetype(entry)) {
        case HKS_ARCHIVE_REGULAR: return .file
        case HKS_ARCHIVE_FOLDER: return .folder
        case HKS_ARCHIVE_SYMBOLIC_LINK: return .symbolicLink(target: nameBytes(hks_archive_entry_symlink(entry)))
        case HKS_ARCHIVE_CHARACTER_DEVICE, HKS_ARCHIVE_BLOCK_DEVICE: return .special("device")
        case HKS_ARCHIVE_FIFO: return .special("named pipe")
        case HKS_ARCHIVE_SOCKET: return .special("socket")
        default: return .special("unknown kind of file")
        }
    }

    private func nameBytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        return UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
    }

    /// A failure says whether libarchive had asked for bytes that were not there: that is how a cut archive is told
    /// from a damaged one, since libarchive has one code for both.
    @discardableResult
    private func check(_ status: some BinaryInteger, during operation: String) throws -> ArchiveStatus {
        do {
            return try ArchiveStatus.check(status, during: operation) {
                hks_archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
            }
        } catch .library(_, _, let message) {
            if let failure = feed?.failure { throw failure }
            throw feed?.isExhausted == true ? ArchiveError.truncated : ArchiveError.corrupt(message)
        }
    }
}

/// The header of an archive's entry, as it stands there: nothing of it may be trusted.
struct ArchiveEntry: Hashable, Sendable {
    /// What an entry is.
    enum Kind: Hashable, Sendable {
        case file
        case folder
        case symbolicLink(target: [UInt8])
        case hardLink(target: [UInt8])
        /// A device, fifo or socket, in words.
        case special(String)
    }

    /// Its name, in any form.
    var name: [UInt8]
    /// What it is.
    var kind: Kind
    /// Whether its owner may execute it.
    var isExecutable: Bool
    /// Whether its data cannot be read without a password.
    var isEncrypted: Bool
}

/// Hands a byte source to libarchive.
private final class Feed {
    private(set) var failure: (any Error)?
    /// Whether more was asked for than there is.
    private(set) var isExhausted = false
    private let source: ByteSource
    /// libarchive reads a block until it asks for the next one, so the block needs a fixed address.
    private var block = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)

    init(_ source: @escaping ByteSource) {
        self.source = source
    }

    deinit {
        block.deallocate()
    }

    func next() -> UnsafeRawBufferPointer? {
        do {
            let bytes = try source()
            isExhausted = isExhausted || bytes.isEmpty
            if block.count < bytes.count {
                block.deallocate()
                block = .allocate(byteCount: bytes.count, alignment: 1)
            }
            block.copyBytes(from: bytes)
            return UnsafeRawBufferPointer(rebasing: block[..<bytes.count])
        } catch {
            failure = failure ?? error
            return nil
        }
    }
}
