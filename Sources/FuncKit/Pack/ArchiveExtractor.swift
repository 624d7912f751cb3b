import Foundation
import SystemPackage

/// Unpacks archives from anybody into a folder, and nowhere else.
public enum ArchiveExtractor {
    /// Unpacks a tar, tar.gz or zip archive, told apart by their first bytes.
    ///
    /// Files get mode 0644, or 0755 if their owner may execute them; times and owners are not taken over. Links have to
    /// stay inside. If anything is wrong, nothing of the archive is left.
    ///
    /// - Parameters:
    ///   - archive: The archive file.
    ///   - folder: The folder to make; an empty one may be there. It is removed on failure.
    ///   - limits: What the archive may unpack to.
    /// - Throws: `archive_invalid` for what is damaged or refused, `directory_not_empty`, `no_space`, `file_system`,
    ///   `library_missing`.
    public static func extract(
        _ archive: String,
        into folder: String,
        limits: ExtractionLimits = ExtractionLimits()
    ) async throws {
        try await BlockingWork.run("unpack") { isCancelled in
            try NewFolder.checkIsFree(folder)
            do {
                let file = try open(archive)
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try extract(file, into: FolderHandle(path: folder), limits, isCancelled)
            } catch {
                // The failure to be told is the first one.
                try? FileManager.default.removeItem(atPath: folder)
                throw describe(error, archive: archive, folder: folder)
            }
        }
    }

    private static func extract(
        _ file: OpenFileHandle,
        into folder: FolderHandle,
        _ limits: ExtractionLimits,
        _ isCancelled: @escaping () -> Bool
    ) throws {
        var extraction = ArchiveExtraction(
            into: folder,
            limits: limits,
            archiveSize: try file.status().size,
            isCancelled: isCancelled
        )
        switch try kind(of: file) {
        case .zip:
            do {
                try extraction.run(ArchiveReaderHandle(.zip(file)))
            } catch ArchiveError.corrupt(let detail) {
                throw try hasZipDirectory(file) ? ArchiveError.corrupt(detail) : .truncated
            }
        case .gzip:
            try extract(TarStream(GzipStream(file).next), &extraction)
        case .tar:
            try extract(TarStream(FileStream(file).next), &extraction)
        }
        try extraction.finish()
    }

    private static func extract(_ stream: TarStream, _ extraction: inout ArchiveExtraction) throws {
        let reader = try ArchiveReaderHandle(.tar(stream.next))
        try extraction.run(reader)
        try stream.finish(at: reader.consumedStreamBytes)
    }

    private static func open(_ archive: String) throws -> OpenFileHandle {
        do {
            let file = try OpenFileHandle(path: archive)
            guard try file.status().kind == .file else { throw ArchiveError.notAnArchive }
            return file
        } catch let error as Errno {
            throw FuncError(.fileSystem, "cannot read archive '\(archive)': \(error.reason)")
        }
    }

    private static func describe(_ error: any Error, archive: String, folder: String) -> any Error {
        switch error {
        case let error as ArchiveError: error.funcError(archive: archive)
        case Errno.noSpace, Errno.diskQuotaExceeded: FuncError(.noSpace, "no space left to unpack '\(archive)'")
        case let error as Errno: FuncError(.fileSystem, "cannot unpack '\(archive)' into '\(folder)': \(error.reason)")
        case is FuncError, is CancellationError: error
        default: FuncError(.fileSystem, "cannot unpack '\(archive)' into '\(folder)'", because: error)
        }
    }
}

extension ArchiveExtractor {
    private enum Kind {
        case tar, gzip, zip
    }

    /// Tells the formats apart by their first bytes, and leaves the file at its start.
    private static func kind(of file: OpenFileHandle) throws -> Kind {
        var head = [UInt8](repeating: 0, count: 512)
        let count = try file.read(into: &head)
        try file.seek(to: 0)
        if head.starts(with: [0x1F, 0x8B]) { return .gzip }
        if head.starts(with: Array("PK\u{3}\u{4}".utf8)) || head.starts(with: Array("PK\u{5}\u{6}".utf8)) {
            return .zip
        }
        guard count == head.count else { throw ArchiveError.notAnArchive }
        // Archives before POSIX have no mark but the checksum of their header, which counts itself as eight spaces.
        let isEmpty = head.allSatisfy { $0 == 0 }
        let sum = head.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        let digits = head[148..<156].drop { $0 == UInt8(ascii: " ") }.prefix { (48...55).contains($0) }
        let isHeader = !digits.isEmpty && Int(String(decoding: digits, as: UTF8.self), radix: 8) == sum
        if isEmpty || isHeader { return .tar }
        let hasMark = head[257..<262].elementsEqual("ustar".utf8)
        throw hasMark ? ArchiveError.corrupt("checksum of the first header") : ArchiveError.notAnArchive
    }

    /// Whether the end of a zip archive is there: a record that may be followed by a comment of up to 64 KiB.
    private static func hasZipDirectory(_ file: OpenFileHandle) throws -> Bool {
        let size = try file.status().size
        try file.seek(to: max(0, size - (1 << 16) - 22))
        let tail = try file.readAll()
        return tail.firstRange(of: Array("PK\u{5}\u{6}".utf8)) != nil
    }
}
