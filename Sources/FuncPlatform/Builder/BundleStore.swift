import CProcess
import Foundation
import FuncKit

/// Bundles on disk: `bundles/sha256/<digest>/`, each built beside and renamed when it is complete. Its methods block.
struct BundleStore: Sendable {
    private let finished: String
    private let building: String
    private let isDurable: Bool
    /// What later builds can use again.
    let cacheFolder: String

    /// Keeps bundles below `dataFolder`; one is on disk before it counts as stored unless `isDurable` is false.
    init(dataFolder: String, isDurable: Bool = true) {
        self.isDurable = isDurable
        finished = dataFolder + "/bundles/sha256"
        building = dataFolder + "/bundles/building"
        cacheFolder = dataFolder + "/cache"
    }

    /// The folder of a bundle, whether it is there or not.
    func folder(of digest: String) -> String {
        finished + "/" + digest
    }

    func contains(_ digest: String) -> Bool {
        FileManager.default.fileExists(atPath: folder(of: digest))
    }

    /// Makes an empty folder to build in.
    func makeBuildFolder(for digest: String) throws -> String {
        let folder = building + "/\(digest.prefix(16))-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return folder
    }

    /// Makes a complete build folder the bundle. It is there as a whole, or not at all, whenever the power fails.
    func publish(_ buildFolder: String, as digest: String) throws {
        try FileManager.default.createDirectory(atPath: finished, withIntermediateDirectories: true)
        if isDurable { try Self.sync(buildFolder) }
        if rename(buildFolder, folder(of: digest)) != 0 {
            throw FuncError(
                errno == ENOSPC ? .noSpace : .fileSystem,
                "could not store the bundle in '\(folder(of: digest))'",
                cause: String(cString: strerror(errno))
            )
        }
        if isDurable { try Self.sync(finished) }
    }

    /// Notes that a bundle is about to be used.
    func touch(_ digest: String) throws {
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: folder(of: digest))
    }

    /// Removes all bundles but these, and those that were built or found lately: their versions may not be known yet.
    func keepOnly(_ digests: Set<String>, now: Date = Date()) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: finished) else { return }
        for name in try files.contentsOfDirectory(atPath: finished) where !digests.contains(name) {
            let path = finished + "/" + name
            let changed = try files.attributesOfItem(atPath: path)[.modificationDate] as? Date
            if let changed, now.timeIntervalSince(changed) < Self.grace { continue }
            try files.removeItem(atPath: path)
        }
    }

    private static let grace: TimeInterval = 60

    /// Removes a build folder.
    func discard(_ buildFolder: String) {
        // What is left is removed at the next start.
        try? FileManager.default.removeItem(atPath: buildFolder)
    }

    /// Removes what builds of a killed platform left half done.
    func removeLeftovers() throws {
        if FileManager.default.fileExists(atPath: building) { try FileManager.default.removeItem(atPath: building) }
        let partial = BuildCache(folder: cacheFolder).partialFolder
        if FileManager.default.fileExists(atPath: partial) { try FileManager.default.removeItem(atPath: partial) }
    }

    private static func sync(_ folder: String) throws {
        let error = hks_sync_folder(folder)
        guard error == 0 else {
            throw FuncError(
                error == ENOSPC ? .noSpace : .fileSystem,
                "could not write '\(folder)' to disk",
                cause: String(cString: strerror(error))
            )
        }
    }
}
