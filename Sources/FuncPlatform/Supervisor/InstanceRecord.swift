import Foundation
import FuncKit

/// What a platform must know about an instance that an earlier, killed platform left running.
struct InstanceRecord: Codable, Hashable, Sendable {
    /// Name of the instance.
    var id: String
    /// Process id, group and session of the process.
    var processID: Int32
    /// Together with the boot id tells the process from a later one with the same number.
    var startTime: UInt64
    var bootID: String
    /// The socket it listens on; also found in the environment of all that it started.
    var socket: String

    /// Writes the record before the process runs.
    ///
    /// It must outlive this process, not the machine: no process survives a loss of power, so there is no need to sync.
    func write(to path: String) throws {
        try JSONEncoder.functionAPI.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// The record, or nil where the platform died before it was written: then the process never ran.
    static func read(_ path: String) -> InstanceRecord? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONDecoder.functionAPI.decode(InstanceRecord.self, from: data)
    }

    private enum CodingKeys: String, CodingKey {
        case id, socket
        case processID = "pid"
        case startTime = "start_time"
        case bootID = "boot_id"
    }
}
