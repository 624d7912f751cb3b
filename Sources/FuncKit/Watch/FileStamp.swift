import Crypto
import SystemPackage

/// What is remembered of a file to tell whether it changed.
struct FileStamp: Hashable, Sendable {
    /// The first half of the SHA-256 of a file's bytes and a link's target.
    struct Content: Hashable, Sendable {
        private let high: UInt64
        private let low: UInt64

        init(_ digest: SHA256.Digest) {
            (high, low) = digest.withUnsafeBytes { bytes in
                (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
        }
    }

    /// What the file system said: of the file that a followed link leads to, else of the file or link itself.
    let size: Int
    let modified: Int
    let inode: UInt
    /// The link's own number; nil for what is none.
    let link: UInt?
    /// Packed with the file, so that a change of it is one; other modes are not packed.
    let isExecutable: Bool
    /// nil where the bytes were never read.
    var content: Content?

    /// Notes what the file system says: of a name, and of the file `behind` it where a link is followed.
    init(_ status: FileStatus, behind: FileStatus? = nil) {
        let file = behind ?? status
        size = file.size
        modified = file.modified
        inode = file.identity.inode
        link = status.kind == .symbolicLink ? status.identity.inode : nil
        isExecutable = file.isExecutable
    }

    /// Whether nothing suggests that the bytes differ.
    func looksLike(_ other: FileStamp) -> Bool {
        size == other.size && modified == other.modified && inode == other.inode && link == other.link
            && isExecutable == other.isExecutable
    }

    /// Whether the same would be packed and read, as far as is known; where it is not, they differ.
    func isSame(as other: FileStamp) -> Bool {
        guard size == other.size, (link == nil) == (other.link == nil), isExecutable == other.isExecutable else {
            return false
        }
        guard let content, let otherContent = other.content else { return looksLike(other) }
        return content == otherContent
    }
}

extension FileStamp {
    /// Bytes up to which a file is read to compare it; larger ones are told apart by size and time.
    static let largestRead = 64 << 20

    /// How closely to look at a file.
    struct Look: OptionSet {
        let rawValue: Int

        /// Reads the bytes, too.
        static let reads = Look(rawValue: 1)
        /// Takes the file behind a link as its content.
        static let follows = Look(rawValue: 2)
    }

    /// Looks at what has this name; nil where it is no file and no link any more.
    static func take(_ name: EntryName, in root: FolderHandle, _ look: Look) -> FileStamp? {
        guard let status = try? root.status(name.bytes) else { return nil }
        switch status.kind {
        case .file:
            var stamp = FileStamp(status)
            if look.contains(.reads) {
                stamp.content = content(stamp, hashing: SHA256()) { () throws(Errno) in try root.file(name.bytes) }
            }
            return stamp
        case .symbolicLink:
            let behind = look.contains(.follows) ? try? root.statusBehind(name.bytes) : nil
            return link(name, in: root, status, behind?.kind == .file ? behind : nil, look)
        case .folder, .special: return nil
        }
    }

    private static func link(
        _ name: EntryName,
        in root: FolderHandle,
        _ status: FileStatus,
        _ behind: FileStatus?,
        _ look: Look
    ) -> FileStamp {
        var stamp = FileStamp(status, behind: behind)
        guard look.contains(.reads), let target = try? root.linkTarget(name.bytes) else { return stamp }
        var hash = SHA256()
        hash.update(data: target)
        guard behind != nil else {
            stamp.content = Content(hash.finalize())
            return stamp
        }
        hash.update(data: [0])
        stamp.content = content(stamp, hashing: hash) { () throws(Errno) in try root.fileBehind(name.bytes) }
        return stamp
    }

    /// A file that cannot be read is told by size and time alone.
    private static func content(
        _ stamp: FileStamp,
        hashing hash: SHA256,
        open: () throws(Errno) -> OpenFileHandle
    ) -> Content? {
        guard stamp.size <= largestRead, let file = try? open(), (try? file.status().kind) == .file else { return nil }
        var (hash, rest) = (hash, largestRead)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while rest > 0, let count = try? file.read(into: &buffer) {
            guard count > 0 else { return Content(hash.finalize()) }
            hash.update(data: buffer[..<count])
            rest -= count
        }
        return nil
    }
}
