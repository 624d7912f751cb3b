import Foundation

/// Folders that only their owner may enter.
package enum PrivateFolder {
    /// Makes a folder, and those above it, where they are missing; `what` names it in a message.
    /// - Throws: `file_system`.
    package static func make(_ path: String, as what: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw FuncError(.fileSystem, "could not create \(what) '\(path)'", because: error)
        }
    }
}
