import Foundation
import FuncKit

/// Deletes what a platform keeps, and nothing else.
public enum PlatformData {
    /// What a data folder holds; a folder that was named by mistake keeps everything that is not in this list.
    private static let names = [
        "platform.db", "platform.db-wal", "platform.db-shm", "platform.log", "artifacts", "bundles", "cache", "keys",
        "logs", "run",
    ]

    /// Names in a data folder that nobody but the user may read: they hold variables, tokens and what functions wrote.
    static let privateNames = [
        "platform.db", "platform.db-wal", "platform.db-shm", "platform.log", "artifacts", "bundles", "keys", "logs",
        "run",
        "run/platform.json", "run/platform.lock", "run/api.sock",
    ]

    /// Removes the platform's files, and the folder itself if nothing else is in it.
    /// - Throws: `platform_already_running` where a platform runs there, `file_system`.
    public static func remove(of location: PlatformLocation) throws {
        if case .running(let descriptor) = try PlatformState.read(location) {
            throw FuncError(
                .platformAlreadyRunning,
                "the platform (process \(descriptor.pid)) still uses '\(location.dataFolder)'",
                hint: "run 'hks-func platform stop'"
            )
        }
        do {
            let files = FileManager.default
            for name in names where files.fileExists(atPath: location.dataFolder + "/" + name) {
                try files.removeItem(atPath: location.dataFolder + "/" + name)
            }
            if try files.contentsOfDirectory(atPath: location.dataFolder).isEmpty {
                try files.removeItem(atPath: location.dataFolder)
            }
        } catch {
            throw FuncError(.fileSystem, "cannot delete all of '\(location.dataFolder)'", because: error)
        }
    }
}
