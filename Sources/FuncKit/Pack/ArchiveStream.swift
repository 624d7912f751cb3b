/// The bytes of a file, block by block.
final class FileStream {
    /// Bytes handed out so far.
    private(set) var count = 0
    /// The last bytes handed out, eight at most.
    private(set) var tail: [UInt8] = []
    private let file: OpenFileHandle

    /// Reads on from where the file stands.
    init(_ file: OpenFileHandle) {
        self.file = file
    }

    /// The next block; empty at the end.
    func next() throws -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        block.removeLast(block.count - (try file.read(into: &block)))
        count += block.count
        tail = (tail + block.suffix(8)).suffix(8)
        return block
    }
}

/// The unpacked bytes of a gzip file, whose checksum is verified at the end.
///
/// One gzip member is expected. libarchive neither looks at the checksum nor tells what follows the stream.
final class GzipStream {
    private let file: FileStream
    private let reader: ArchiveReaderHandle
    private var checksum = CRC32()
    private var count = 0
    private var isAtEnd = false

    /// Starts at the beginning of a gzip file.
    ///
    /// - Throws: ``ArchiveError``.
    init(_ file: OpenFileHandle) throws {
        let stream = FileStream(file)
        self.file = stream
        reader = try ArchiveReaderHandle(.gzip(stream.next))
        guard try reader.next() != nil else { throw ArchiveError.truncated }
    }

    /// The next block; empty at the end.
    ///
    /// - Throws: ``ArchiveError`` for a damaged stream.
    func next() throws -> [UInt8] {
        guard !isAtEnd else { return [] }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        block.removeLast(block.count - (try reader.read(into: &block)))
        guard block.isEmpty else {
            checksum.update(block)
            count += block.count
            return block
        }
        isAtEnd = true
        try verify()
        return []
    }

    private func verify() throws {
        while try !file.next().isEmpty {}
        guard reader.consumedBytes == file.count else { throw ArchiveError.trailingData }
        guard file.tail.count == 8 else { throw ArchiveError.truncated }
        let word = { (bytes: ArraySlice<UInt8>) in bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        let size = UInt32(truncatingIfNeeded: count)
        guard word(file.tail[..<4]) == checksum.value, word(file.tail[4...]) == size else {
            throw ArchiveError.checksumMismatch
        }
    }
}

/// A tar stream on its way to the reader, watched for its end.
///
/// libarchive takes a stream that just stops between two entries as complete, and does not look behind the end. The
/// end is known by its zero bytes alone: a bare tar that was cut right after two blocks of zeros in a file's content
/// still passes, a compressed one does not.
final class TarStream {
    private let source: ByteSource
    private var count = 0
    /// Where the zero bytes at the end begin.
    private var zerosStart = 0

    /// Watches a stream.
    init(_ source: @escaping ByteSource) {
        self.source = source
    }

    /// The next block; empty at the end.
    func next() throws -> [UInt8] {
        let block = try source()
        if let last = block.lastIndex(where: { $0 != 0 }) { zerosStart = count + last + 1 }
        count += block.count
        return block
    }

    /// Reads what is left and checks that the archive ended with two empty blocks and that nothing follows them.
    ///
    /// - Parameter position: How far the reader came.
    /// - Throws: ``ArchiveError/truncated``, ``ArchiveError/trailingData``, or what the source throws.
    func finish(at position: Int) throws {
        while try !next().isEmpty {}
        guard zerosStart <= position else { throw ArchiveError.trailingData }
        let contentEnd = (zerosStart + 511) / 512 * 512
        guard count - contentEnd >= 1024 else { throw ArchiveError.truncated }
    }
}
