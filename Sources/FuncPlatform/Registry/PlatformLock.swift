import Foundation
import FuncKit
import SystemPackage

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps a second platform away from a data folder for as long as the first one lives, however it ends.
final class PlatformLock: Sendable {
    private let file: FileDescriptor

    private init(file: FileDescriptor) {
        self.file = file
    }

    deinit {
        // Closing alone would not do: a child that is being started shares the file until it runs its program.
        flock(file.rawValue, LOCK_UN)
        try? file.close()
    }

    /// Takes the lock at `path` for this process.
    /// - Throws: `platform_already_running` naming the process that has it; `file_system`.
    static func acquire(path: String) async throws -> PlatformLock {
        let file = try openFile(path)
        let lock = PlatformLock(file: file)
        // Someone who only looks whether the lock is taken holds it for an instant.
        for attempt in 1... {
            if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { break }
            guard errno == EWOULDBLOCK else { throw DurableFile.failure("lock", path) }
            guard attempt < 20 else {
                let owner = try owner(in: file).map { " as process \($0)" } ?? ""
                throw FuncError(
                    .platformAlreadyRunning,
                    "a platform runs already on this data folder\(owner)",
                    hint: "run 'hks-func platform status' to see it, 'hks-func platform stop' to end it"
                )
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        guard ftruncate(file.rawValue, 0) == 0 else { throw DurableFile.failure("truncate", path) }
        try file.writeAll(toAbsoluteOffset: 0, "\(getpid())\n".utf8)
        return lock
    }

    /// Whether some process holds the lock at `path`, and which one if it said so already.
    static func state(path: String) throws -> (isHeld: Bool, processID: Int32?) {
        guard FileManager.default.fileExists(atPath: path) else { return (false, nil) }
        let file = try openFile(path)
        defer { try? file.close() }
        guard flock(file.rawValue, LOCK_SH | LOCK_NB) != 0 else { return (false, nil) }
        guard errno == EWOULDBLOCK else { throw DurableFile.failure("lock", path) }
        return (true, try owner(in: file))
    }

    private static func openFile(_ path: String) throws -> FileDescriptor {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw DurableFile.failure("open", path) }
        return FileDescriptor(rawValue: descriptor)
    }

    private static func owner(in file: FileDescriptor) throws -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
        return Int32(String(decoding: bytes.prefix(count), as: UTF8.self).trimmingCharacters(in: .newlines))
    }
}
