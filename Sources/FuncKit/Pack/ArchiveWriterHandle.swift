internal import CArchive
import Crypto
import SystemPackage

/// Writes an archive through libarchive, in constant memory, and hashes it on the way.
///
/// The bytes depend on nothing but the calls: no times, owners, host names or locale get in.
final class ArchiveWriterHandle {
    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let format: ArchiveFormat
    private let sink: Sink
    private var isClosed = false

    /// Starts an archive in an empty file.
    ///
    /// - Throws: ``ArchiveError``.
    init(_ format: ArchiveFormat, output: OpenFileHandle, maxBytes: Int) throws {
        try ArchiveLibrary.load()
        guard let archive = hks_archive_write_new() else { throw Errno.noMemory }
        guard let entry = hks_archive_entry_new() else {
            hks_archive_write_free(archive)
            throw Errno.noMemory
        }
        self.archive = archive
        self.entry = entry
        self.format = format
        sink = Sink(output: output, maxBytes: maxBytes)
        try open()
    }

    deinit {
        // Freeing would close, and so write the end of an archive that is not complete.
        if !isClosed { hks_archive_write_fail(archive) }
        hks_archive_write_free(archive)
        hks_archive_entry_free(entry)
    }

    /// Writes the header of an entry; for a file, exactly its size has to follow through ``write(_:)``.
    ///
    /// - Throws: ``ArchiveError``, `Errno`, or ``ArchiveOutputTooLarge``.
    func begin(_ name: EntryName, _ content: EntryContent) throws {
        hks_archive_entry_clear(entry)
        // A fixed time; in a zip archive, which counts from 1980, the absence of one.
        if format == .tarGzip { hks_archive_entry_set_mtime(entry, 0, 0) }
        hks_archive_entry_set_uid(entry, 0)
        hks_archive_entry_set_gid(entry, 0)
        var bytes = name.bytes
        switch content {
        case .file(let size, let isExecutable):
            set(HKS_ARCHIVE_REGULAR, mode: isExecutable ? 0o755 : 0o644, size: size)
        case .folder:
            bytes.append(UInt8(ascii: "/"))
            set(HKS_ARCHIVE_FOLDER, mode: 0o755, size: 0)
        case .symbolicLink(let target):
            set(HKS_ARCHIVE_SYMBOLIC_LINK, mode: 0o777, size: 0)
            hks_archive_entry_copy_symlink(entry, target.map { CChar(bitPattern: $0) } + [0])
        }
        hks_archive_entry_copy_pathname(entry, bytes.map { CChar(bitPattern: $0) } + [0])
        try check(hks_archive_write_header(archive, entry), during: "write the header of '\(name.text)'")
    }

    /// Writes the next bytes of the file that was begun.
    ///
    /// - Throws: ``ArchiveError``, `Errno`, or ``ArchiveOutputTooLarge``.
    func write(_ bytes: ArraySlice<UInt8>) throws {
        let written = bytes.withUnsafeBytes { hks_archive_write_data(archive, $0.baseAddress, $0.count) }
        try check(written, during: "write data")
        guard written == bytes.count else {
            throw ArchiveError.library(operation: "write data", status: .failed, message: "entry is longer than said")
        }
    }

    /// Ends the entry that was begun.
    ///
    /// - Throws: ``ArchiveError``, `Errno`, or ``ArchiveOutputTooLarge``.
    func finishEntry() throws {
        try check(hks_archive_write_finish_entry(archive), during: "end an entry")
    }

    /// Ends the archive; gives the digest and the length of the whole file.
    ///
    /// - Throws: ``ArchiveError``, `Errno`, or ``ArchiveOutputTooLarge``.
    func close() throws -> (digest: String, size: Int) {
        isClosed = true
        try check(hks_archive_write_close(archive), during: "end the archive")
        return (Digest.hex(sink.hash.finalize()), sink.size)
    }

    private func open() throws {
        switch format {
        case .tarGzip:
            // Names are plain bytes in GNU's tar format. In pax they are UTF-8 that libarchive normalises, which
            // would change names, or make two of them one.
            try check(hks_archive_write_set_format_gnutar(archive), during: "choose tar")
            try check(hks_archive_write_add_filter_gzip(archive), during: "choose gzip")
            let options = [("compression-level", "1"), ("timestamp", nil)]
            for (option, value) in options {
                let status = hks_archive_write_set_filter_option(archive, "gzip", option, value)
                try check(status, during: "set gzip's \(option)")
            }
        case .zip:
            try check(hks_archive_write_set_format_zip(archive), during: "choose zip")
            let status = hks_archive_write_set_format_option(archive, "zip", "compression-level", "1")
            try check(status, during: "set zip's compression level")
        }
        try check(hks_archive_write_set_bytes_per_block(archive, 1 << 17), during: "set the block size")
        // No padding after the end.
        try check(hks_archive_write_set_bytes_in_last_block(archive, 1), during: "set the last block's size")
        let client = Unmanaged.passUnretained(sink).toOpaque()
        let status = hks_archive_write_open(archive, client) { archive, client, buffer, length in
            guard let archive, let client, let buffer else { return Int(HKS_ARCHIVE_FATAL.rawValue) }
            let sink = Unmanaged<Sink>.fromOpaque(client).takeUnretainedValue()
            guard sink.take(Array(UnsafeRawBufferPointer(start: buffer, count: length))) else {
                hks_archive_set_error(archive, 0, "output failed")
                return Int(HKS_ARCHIVE_FATAL.rawValue)
            }
            return length
        }
        try check(status, during: "open the output")
    }

    private func set(_ type: hks_archive_file_type, mode: UInt32, size: Int) {
        hks_archive_entry_set_filetype(entry, UInt32(type.rawValue))
        hks_archive_entry_set_perm(entry, mode)
        hks_archive_entry_set_size(entry, Int64(size))
    }

    private func check(_ status: some BinaryInteger, during operation: String) throws {
        do {
            try ArchiveStatus.check(status, during: operation) {
                hks_archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
            }
        } catch {
            throw sink.failure ?? error
        }
    }
}

/// What an entry of an archive is, as far as it is written.
enum EntryContent: Hashable, Sendable {
    case file(size: Int, isExecutable: Bool)
    case folder
    case symbolicLink(target: [UInt8])
}

/// An archive that grew over its limit while it was written.
struct ArchiveOutputTooLarge: Error {
    /// The limit in bytes.
    let limit: Int
}

/// Where an archive's bytes go: file and hash.
private final class Sink {
    var hash = SHA256()
    var size = 0
    var failure: (any Error)?
    private let output: OpenFileHandle
    private let maxBytes: Int

    init(output: OpenFileHandle, maxBytes: Int) {
        self.output = output
        self.maxBytes = maxBytes
    }

    /// Takes the next bytes; false if they could not be kept, with the reason in `failure`.
    func take(_ bytes: [UInt8]) -> Bool {
        do {
            size += bytes.count
            guard size <= maxBytes else { throw ArchiveOutputTooLarge(limit: maxBytes) }
            try output.write(bytes[...])
            hash.update(data: bytes)
            return true
        } catch {
            failure = failure ?? error
            return false
        }
    }
}
