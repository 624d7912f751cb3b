import Foundation

/// Keeps a folder equal to another one, and leaves alone what is equal already: build tools go by the times of files.
struct FolderMirror: Sendable {
    let folder: String
    /// Names of folders that are a build tool's own, wherever they lie: neither copied nor removed.
    var outputs: Set<String> = []

    /// Makes the folder hold what `source` holds, besides the build tool's own. Blocks.
    func update(from source: String) throws {
        try update(folder, from: source)
    }

    /// Writes a file below the folder unless it holds the same already.
    func write(_ data: Data, to name: String) throws {
        try Self.write(data, to: folder + "/" + name)
    }

    private func update(_ target: String, from source: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        let wanted = Set(try names(in: source))
        for name in try names(in: target) where !wanted.contains(name) {
            try files.removeItem(atPath: target + "/" + name)
        }
        for name in wanted { try update(target + "/" + name, toEntry: source + "/" + name) }
    }

    private func update(_ target: String, toEntry source: String) throws {
        let files = FileManager.default
        let type = try Self.type(of: source)
        if let present = try? Self.type(of: target), present != type || type == .typeSymbolicLink {
            try files.removeItem(atPath: target)
        }
        switch type {
        case .typeDirectory: try update(target, from: source)
        case .typeSymbolicLink:
            try files.createSymbolicLink(
                atPath: target,
                withDestinationPath: files.destinationOfSymbolicLink(atPath: source)
            )
        default:
            try Self.write(try Data(contentsOf: URL(fileURLWithPath: source)), to: target)
            let permissions = try files.attributesOfItem(atPath: source)[.posixPermissions]
            try files.setAttributes([.posixPermissions: permissions ?? 0o644], ofItemAtPath: target)
        }
    }

    /// What lies in a folder besides the build tool's own folders.
    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
            guard outputs.contains(name) else { return true }
            return try Self.type(of: folder + "/" + name) != .typeDirectory
        }
    }

    private static func write(_ data: Data, to path: String) throws {
        guard FileManager.default.contents(atPath: path) != data else { return }
        // Made anew: what is there may be read-only.
        try? FileManager.default.removeItem(atPath: path)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private static func type(of path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }
}
