import Foundation

/// Keeps a folder equal to another one, and leaves alone what is equal already: build tools go by the times of files.
enum FolderMirror {
    /// Makes `target` hold what `source` holds. Blocks.
    static func update(_ target: String, from source: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        let wanted = Set(try files.contentsOfDirectory(atPath: source))
        for name in try files.contentsOfDirectory(atPath: target) where !wanted.contains(name) {
            try files.removeItem(atPath: target + "/" + name)
        }
        for name in wanted {
            let (from, to) = (source + "/" + name, target + "/" + name)
            let type = try type(of: from)
            if let present = try? self.type(of: to), present != type || type == .typeSymbolicLink {
                try files.removeItem(atPath: to)
            }
            switch type {
            case .typeDirectory: try update(to, from: from)
            case .typeSymbolicLink:
                try files.createSymbolicLink(
                    atPath: to,
                    withDestinationPath: files.destinationOfSymbolicLink(atPath: from)
                )
            default:
                try write(try Data(contentsOf: URL(fileURLWithPath: from)), to: to)
                let permissions = try files.attributesOfItem(atPath: from)[.posixPermissions]
                try files.setAttributes([.posixPermissions: permissions ?? 0o644], ofItemAtPath: to)
            }
        }
    }

    /// Writes a file unless it holds the same already.
    static func write(_ data: Data, to path: String) throws {
        guard FileManager.default.contents(atPath: path) != data else { return }
        // Made anew: what is there may be read-only.
        try? FileManager.default.removeItem(atPath: path)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private static func type(of path: String) throws -> FileAttributeType? {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }
}
