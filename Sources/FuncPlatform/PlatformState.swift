import FuncKit
import Foundation

/// What a running platform says about itself in `run/platform.json`.
public struct PlatformDescriptor: Codable, Hashable, Sendable {
    /// Process id.
    public var pid: Int32
    /// Address of control API and gateway.
    public var url: String
    /// The admin token.
    public var token: String
    /// When it was ready to serve.
    public var startedAt: Date
    /// Port in `url`.
    public var port: Int
    /// Version of the program.
    public var version: String

    /// Describes a running platform.
    public init(pid: Int32, url: String, token: String, startedAt: Date, port: Int, version: String) {
        self.pid = pid
        self.url = url
        self.token = token
        self.startedAt = startedAt
        self.port = port
        self.version = version
    }

    private enum CodingKeys: String, CodingKey {
        case pid, url, token, port, version
        case startedAt = "started_at"
    }

    /// Puts it where clients look for it, readable by this user only.
    func write(to location: PlatformLocation) throws {
        try DurableFile.replace(location.stateFile, with: JSONEncoder.functionAPI.encode(self))
    }

    /// What an earlier or the running platform left; nil if there is nothing that can be read.
    static func read(from location: PlatformLocation) -> PlatformDescriptor? {
        guard let data = FileManager.default.contents(atPath: location.stateFile) else { return nil }
        return try? JSONDecoder.functionAPI.decode(PlatformDescriptor.self, from: data)
    }
}

/// Whether a platform runs on a data folder.
public enum PlatformState: Hashable, Sendable {
    /// It serves.
    case running(PlatformDescriptor)
    /// Its process is there and does not serve yet, or not any more.
    case starting(pid: Int32?)
    /// It ended without cleaning up.
    case stale(PlatformDescriptor)
    /// None runs.
    case stopped

    /// Looks at lock and state file. The lock tells: it ends with its process, a file does not.
    /// - Throws: `file_system`.
    public static func read(_ location: PlatformLocation) throws -> PlatformState {
        let lock = try PlatformLock.state(path: location.lockFile)
        let descriptor = PlatformDescriptor.read(from: location)
        guard lock.isHeld else { return descriptor.map { .stale($0) } ?? .stopped }
        guard let descriptor, lock.processID == nil || descriptor.pid == lock.processID else {
            return .starting(pid: lock.processID)
        }
        return .running(descriptor)
    }
}
