import Foundation
import FuncKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The few file operations that a database of files needs: positioned writes, and renames that survive a power cut.
/// All of them block; callers run them on a thread pool.
enum DurableFile {
    /// Writes `bytes` at `offset`, creating the file where it is missing.
    /// - Throws: `no_space`, `file_system`.
    static func write(_ bytes: some DataProtocol, at offset: Int, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var position = off_t(offset)
        for region in bytes.regions {
            try region.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let count = pwrite(
                        descriptor,
                        UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                        rest.count,
                        position
                    )
                    if count < 0 {
                        if errno == EINTR { continue }
                        throw failure("write", path)
                    }
                    rest = rest.dropFirst(count)
                    position += off_t(count)
                }
            }
        }
    }

    /// Cuts or extends a file.
    /// - Throws: `no_space`, `file_system`.
    static func truncate(_ path: String, to size: Int) throws {
        guard systemTruncate(path, off_t(size)) == 0 else { throw failure("truncate", path) }
    }

    /// Length of a file; nil if there is none.
    static func size(of path: String) -> Int? {
        // `lstat` would say the same, but which module its structure belongs to depends on the order of compilation.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        return attributes[.size] as? Int
    }

    /// Moves a file to its final name once its bytes are on disk, and waits until the name is as well; without
    /// `synchronizes` it is moved as it is.
    /// - Throws: `no_space`, `file_system`.
    static func publish(_ path: String, as final: String, synchronizes: Bool = true) throws {
        if synchronizes { try synchronize(path) }
        guard rename(path, final) == 0 else { throw failure("rename", path) }
        if synchronizes { try synchronize((final as NSString).deletingLastPathComponent) }
    }

    /// Writes a small file beside `path` and renames it over what is there.
    /// - Throws: `no_space`, `file_system`.
    static func replace(_ path: String, with bytes: Data) throws {
        let beside = path + ".new"
        unlink(beside)
        try write(bytes, at: 0, to: beside)
        try publish(beside, as: path)
    }

    /// Waits until a file's bytes, or a folder's names, are on disk.
    static func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("synchronize", path) }
    }

    /// Names what the system refused.
    static func failure(_ operation: String, _ path: String) -> FuncError {
        let number = errno
        let text = String(cString: strerror(number))
        guard number == ENOSPC || number == EDQUOT else {
            return FuncError(.fileSystem, "cannot \(operation) '\(path)': \(text.lowercased())", cause: text)
        }
        return FuncError(
            .noSpace,
            "no space left on the disk that holds '\(path)'",
            hint: "free some space, then try again",
            cause: text
        )
    }
}

/// `truncate(2)` under a name that the method above does not hide.
private func systemTruncate(_ path: String, _ size: off_t) -> Int32 {
    truncate(path, size)
}
