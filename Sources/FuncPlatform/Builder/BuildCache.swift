import Foundation
import FuncKit

/// Keeps folders of installed dependencies for later builds, under a digest of what they were installed from.
///
/// Files are hard links: bundles and cache entries are immutable.
struct BuildCache: Sendable {
    let folder: String

    /// Entries that are being written.
    var partialFolder: String { folder + "/partial" }

    /// Puts the cached folder at `target`; false where there is none.
    func restore(_ key: String, to target: String) async throws -> Bool {
        let entry = folder + "/" + key
        return try await BlockingWork.run("restore dependencies") { _ in
            guard FileManager.default.fileExists(atPath: entry) else { return false }
            try Self.link(entry, to: target)
            return true
        }
    }

    /// Keeps a folder for later.
    func store(_ source: String, as key: String) async throws {
        let (entry, partial) = (folder + "/" + key, partialFolder + "/" + UUID().uuidString)
        try await BlockingWork.run("keep dependencies") { [partialFolder] _ in
            try FileManager.default.createDirectory(atPath: partialFolder, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: entry).deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Self.link(source, to: partial)
            // Another build may have been first with the same content.
            if rename(partial, entry) != 0 { try FileManager.default.removeItem(atPath: partial) }
        }
    }

    private static func link(_ source: String, to target: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in try files.contentsOfDirectory(atPath: source) {
            let (from, to) = (source + "/" + name, target + "/" + name)
            let type = try files.attributesOfItem(atPath: from)[.type] as? FileAttributeType
            switch type {
            case .typeDirectory: try link(from, to: to)
            case .typeSymbolicLink:
                try files.createSymbolicLink(
                    atPath: to,
                    withDestinationPath: files.destinationOfSymbolicLink(atPath: from)
                )
            default: try files.linkItem(atPath: from, toPath: to)
            }
        }
    }
}
