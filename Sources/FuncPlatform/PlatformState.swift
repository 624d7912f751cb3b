import Foundation
import FuncKit

extension LocalPlatformDescriptor {
    /// Puts it where clients look for it, readable by this user only.
    func write(to location: PlatformLocation) throws {
        try DurableFile.replace(location.stateFile, with: JSONEncoder.functionAPI.encode(self))
    }

    /// What an earlier or the running platform left; nil if there is nothing that can be read.
    static func read(from location: PlatformLocation) -> LocalPlatformDescriptor? {
        try? read(runFolder: location.run)
    }
}

/// Whether a platform runs on a data folder.
public enum PlatformState: Hashable, Sendable {
    /// It serves.
    case running(LocalPlatformDescriptor)
    /// Its process is there and does not serve yet, or not any more.
    case starting(pid: Int32?)
    /// It ended without cleaning up.
    case stale(LocalPlatformDescriptor)
    /// None runs.
    case stopped

    /// Looks at lock and state file. The lock tells: it ends with its process, a file does not.
    /// - Throws: `file_system`.
    public static func read(_ location: PlatformLocation) throws -> PlatformState {
        let lock = try PlatformLock.state(path: location.lockFile)
        let descriptor = LocalPlatformDescriptor.read(from: location)
        guard lock.isHeld else { return descriptor.map { .stale($0) } ?? .stopped }
        guard let descriptor, lock.processID == nil || descriptor.pid == lock.processID else {
            return .starting(pid: lock.processID)
        }
        return .running(descriptor)
    }
}
