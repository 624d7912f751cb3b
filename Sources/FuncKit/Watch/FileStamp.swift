import Crypto
import SystemPackage

/// What is remembered of a file to tell whether it changed.
struct FileStamp: Hashable, Sendable {
    /// The first half of the SHA-256 of a file's bytes or a link's target.
    struct Content: Hashable, Sendable {
        private let high: UInt64
        private let low: UInt64

        init(_ digest: SHA256.Digest) {
            (high, low) = digest.withUnsafeBytes { bytes in
                (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
        }
    }

    /// What the file system said.
    let size: Int
    let modified: Int
    let inode: UInt
    let isLink: Bool
    /// Packed with the file, so that a change of it is one; other modes are not packed.
    let isExecutable: Bool
    /// nil where the bytes were never read.
    var content: Content?

    /// Notes what the file system says.
    init(_ status: FileStatus) {
        size = status.size
        modified = status.modified
        inode = status.identity.inode
        isLink = status.kind == .symbolicLink
        isExecutable = status.isExecutable
    }

    /// Whether nothing suggests that the bytes differ.
    func looksLike(_ other: FileStamp) -> Bool {
        size == other.size && modified == other.modified && inode == other.inode && isLink == other.isLink
            && isExecutable == other.isExecutable
    }

    /// Whether the same would be packed, as far as is known; where it is not, they differ.
    func isSame(as other: FileStamp) -> Bool {
        guard size == other.size, isLink == other.isLink, isExecutable == other.isExecutable else { return false }
        guard let content, let otherContent = other.content else { return looksLike(other) }
        return content == otherContent
    }
}

extension FileStamp {
    /// Bytes up to which a file is read to compare it; larger ones are told apart by size and time.
    static let largestRead = 64 << 20

    /// Reads what has this name; nil where it is no file and no link any more.
    static func read(_ name: EntryName, in root: FolderHandle, readsContent: Bool) -> FileStamp? {
        guard let status = try? root.status(name.bytes) else { return nil }
        var stamp = FileStamp(status)
        switch status.kind {
        case .file:
            if readsContent, status.size <= largestRead { stamp.content = content(of: name, in: root) }
        case .symbolicLink:
            stamp.content = (try? root.linkTarget(name.bytes)).map { Content(SHA256.hash(data: $0)) }
        case .folder, .special: return nil
        }
        return stamp
    }

    /// A file that cannot be read is told by size and time alone.
    private static func content(of name: EntryName, in root: FolderHandle) -> Content? {
        guard let file = try? root.file(name.bytes) else { return nil }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while let count = try? file.read(into: &buffer) {
            guard count > 0 else { return Content(hash.finalize()) }
            hash.update(data: buffer[..<count])
        }
        return nil
    }
}
