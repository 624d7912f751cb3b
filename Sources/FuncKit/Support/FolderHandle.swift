import Glibc
import SystemPackage

/// What lies behind a name in a folder.
enum FileKind: Hashable, Sendable {
    case file
    case folder
    case symbolicLink
    /// A fifo, socket or device, in words.
    case special(String)
}

/// What the file system says about a file, without following symbolic links.
struct FileStatus: Hashable, Sendable {
    /// What it is.
    var kind: FileKind
    /// Length in bytes.
    var size: Int
    /// Whether its owner may execute it.
    var isExecutable: Bool
    /// The file itself, whatever its name.
    var identity: FileIdentity
    /// Time of the last change of its bytes, in nanoseconds.
    var modified: Int

    fileprivate init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .symbolicLink
        case S_IFIFO: kind = .special("named pipe")
        case S_IFSOCK: kind = .special("socket")
        case S_IFCHR, S_IFBLK: kind = .special("device")
        default: kind = .special("unknown kind of file")
        }
        size = Int(status.st_size)
        isExecutable = status.st_mode & S_IXUSR != 0
        identity = FileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    }
}

/// What tells one file of a machine from all others.
struct FileIdentity: Hashable, Sendable {
    /// The file system.
    var device: UInt
    /// The file on it.
    var inode: UInt
}

/// An open folder, and what can be done with the names in it.
///
/// Names are bytes relative to the folder. The last component is never followed if it is a symbolic link; where a whole
/// way has to be free of links, open it folder by folder.
final class FolderHandle {
    private let descriptor: CInt

    /// Opens a folder by its path.
    init(path: String) throws(Errno) {
        descriptor = try Self.check(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    private init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Opens a folder inside this one.
    func folder(_ name: [UInt8]) throws(Errno) -> FolderHandle {
        FolderHandle(descriptor: try openat(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
    }

    /// Opens a file for reading; does not hang on a named pipe.
    func file(_ name: [UInt8]) throws(Errno) -> OpenFileHandle {
        OpenFileHandle(descriptor: try openat(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
    }

    /// Opens the file that a name leads to, through links if it is one; does not hang on a named pipe.
    func fileBehind(_ name: [UInt8]) throws(Errno) -> OpenFileHandle {
        OpenFileHandle(descriptor: try openat(name, O_RDONLY | O_NONBLOCK))
    }

    /// Creates a file for writing; fails if there is anything of that name.
    func createFile(_ name: [UInt8], mode: mode_t) throws(Errno) -> OpenFileHandle {
        let file = OpenFileHandle(descriptor: try openat(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode))
        try file.setMode(mode)
        return file
    }

    /// Creates a folder; fails if there is anything of that name.
    func createFolder(_ name: [UInt8]) throws(Errno) {
        _ = try Self.check(mkdirat(descriptor, Self.terminated(name), 0o755))
        // Whatever the umask says.
        _ = try Self.check(fchmodat(descriptor, Self.terminated(name), 0o755, 0))
    }

    /// Creates a symbolic link; fails if there is anything of that name.
    func createLink(_ name: [UInt8], target: [UInt8]) throws(Errno) {
        _ = try Self.check(symlinkat(Self.terminated(target), descriptor, Self.terminated(name)))
    }

    /// Gives a file a second name.
    func createHardLink(_ name: [UInt8], to other: [UInt8], in folder: FolderHandle) throws(Errno) {
        _ = try Self.check(
            linkat(folder.descriptor, Self.terminated(other), descriptor, Self.terminated(name), 0)
        )
    }

    /// What lies behind a name.
    func status(_ name: [UInt8]) throws(Errno) -> FileStatus {
        var result = stat()
        _ = try Self.check(fstatat(descriptor, Self.terminated(name), &result, AT_SYMLINK_NOFOLLOW))
        return FileStatus(result)
    }

    /// What a name leads to, through links if it is one.
    func statusBehind(_ name: [UInt8]) throws(Errno) -> FileStatus {
        var result = stat()
        _ = try Self.check(fstatat(descriptor, Self.terminated(name), &result, 0))
        return FileStatus(result)
    }

    /// What this folder is.
    func status() throws(Errno) -> FileStatus {
        try FileStatus(descriptor: descriptor)
    }

    /// Where a symbolic link points.
    func linkTarget(_ name: [UInt8]) throws(Errno) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = try Self.check(readlinkat(descriptor, Self.terminated(name), &buffer, buffer.count))
        // A target that fills the buffer may be cut.
        guard length < buffer.count else { throw .fileNameTooLong }
        return buffer.prefix(length).map { UInt8(bitPattern: $0) }
    }

    /// All names in the folder but `.` and `..`, in no order.
    func names() throws(Errno) -> [[UInt8]] {
        // fdopendir takes its descriptor over, and shares the position with any copy of it: hence a new one.
        let copy = try openat([UInt8(ascii: ".")], O_RDONLY | O_DIRECTORY)
        guard let stream = fdopendir(copy) else {
            let error = Errno(rawValue: errno)
            close(copy)
            throw error
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw Errno(rawValue: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
        }
    }

    /// Gives a name in this folder to a file of this folder, replacing what had it.
    func rename(_ name: [UInt8], to other: [UInt8]) throws(Errno) {
        _ = try Self.check(renameat(descriptor, Self.terminated(name), descriptor, Self.terminated(other)))
    }

    /// Removes a file's name.
    func remove(_ name: [UInt8]) throws(Errno) {
        _ = try Self.check(unlinkat(descriptor, Self.terminated(name), 0))
    }

    private func openat(_ name: [UInt8], _ flags: CInt, _ mode: mode_t = 0) throws(Errno) -> CInt {
        try Self.check(Glibc.openat(descriptor, Self.terminated(name), flags | O_CLOEXEC, mode))
    }

    private static func terminated(_ name: [UInt8]) -> [CChar] {
        [CChar](unsafeUninitializedCapacity: name.count + 1) { buffer, count in
            for byte in name {
                buffer[count] = CChar(bitPattern: byte)
                count += 1
            }
            buffer[count] = 0
            count += 1
        }
    }

    private static func check<Result: SignedInteger>(_ result: Result) throws(Errno) -> Result {
        guard result >= 0 else { throw Errno(rawValue: errno) }
        return result
    }
}

extension FileStatus {
    /// What lies at a path, without following a link; nil for nothing.
    static func ifPresent(_ path: String) throws(Errno) -> FileStatus? {
        var result = stat()
        if lstat(path, &result) == 0 { return FileStatus(result) }
        let error = Errno(rawValue: errno)
        guard error == .noSuchFileOrDirectory else { throw error }
        return nil
    }

    /// What an open file is.
    init(descriptor: CInt) throws(Errno) {
        var result = stat()
        guard fstat(descriptor, &result) == 0 else { throw Errno(rawValue: errno) }
        self.init(result)
    }
}

extension FolderHandle {
    /// The way to this folder from the top of all, without a link in it; nil where the folder is gone.
    var wholePath: EntryName? {
        guard let path = realpath("/proc/self/fd/\(descriptor)", nil) else { return nil }
        defer { free(path) }
        let bytes = UnsafeBufferPointer(start: path, count: strlen(path)).dropFirst()
        return EntryName(bytes.map { UInt8(bitPattern: $0) })
    }
}

extension Errno {
    /// The system's words for the error, to stand inside a sentence.
    var reason: String {
        let text = description
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
