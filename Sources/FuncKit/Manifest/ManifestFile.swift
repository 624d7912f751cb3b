import Foundation

/// A manifest on disk that is edited as a whole text.
public struct ManifestFile: Sendable {
    /// Where it is.
    public let path: String

    /// Names the file.
    public init(path: String) {
        self.path = path
    }

    /// The text in the present form, and whether it differs from the file.
    /// - Throws: `manifest_invalid`, `file_system`.
    public func migrated() throws -> (text: String, isChanged: Bool) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)'", because: error)
        }
        let before = try ManifestText.decode(data, file: path)
        let after = try ManifestMigration.rewrite(before, file: path, loader: ProjectLoader.manifestLoader)
        return (after, after != before)
    }

    /// Replaces the file all at once; its mode stays.
    /// - Throws: `file_system`.
    public func write(_ text: String) throws {
        do {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path) }
        } catch {
            throw FuncError(.fileSystem, "cannot write '\(path)'", because: error)
        }
    }
}
