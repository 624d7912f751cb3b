import Foundation
import FuncKit

/// Where a platform keeps what it has: the layout of a data folder.
public struct PlatformLocation: Sendable, Hashable {
    /// The data folder.
    public let dataFolder: String

    /// Names a data folder by its absolute path.
    public init(dataFolder: String) {
        self.dataFolder = dataFolder.count > 1 && dataFolder.hasSuffix("/") ? String(dataFolder.dropLast()) : dataFolder
    }

    /// Desired state.
    public var database: String { dataFolder + "/platform.db" }
    /// Source archives.
    public var artifacts: String { dataFolder + "/artifacts" }
    /// Built programs.
    public var bundles: String { dataFolder + "/bundles" }
    /// Encrypts the values of secrets; mode 0600.
    public var secretKey: String { dataFolder + "/keys/secrets.key" }
    /// What functions and builds wrote.
    public var logs: String { dataFolder + "/logs" }
    /// Who may sign in, and how; written by the user, if at all.
    public var authSettings: String { dataFolder + "/auth.json" }
    /// Sockets, lock and state of a running platform; mode 0700.
    public var run: String { dataFolder + "/run" }
    /// Address and token of a running platform; mode 0600.
    public var stateFile: String { run + "/platform.json" }
    /// Held for as long as a platform runs.
    public var lockFile: String { run + "/platform.lock" }
    /// Where the control API listens, behind the gateway.
    public var apiSocket: String { run + "/api.sock" }

    /// Creates the folders that a platform needs, closed to other users.
    /// - Throws: `file_system`.
    func prepare() throws {
        for folder in [dataFolder, artifacts, bundles, logs, run] {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            } catch {
                throw FuncError(
                    .fileSystem,
                    "cannot create the data folder '\(folder)'",
                    hint: "choose another one with '--data-dir'",
                    because: error
                )
            }
        }
    }
}
