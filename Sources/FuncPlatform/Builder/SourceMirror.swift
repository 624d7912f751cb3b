import Foundation

/// Keeps a folder of sources for compilers that go by the times of files: only what has changed is written anew.
struct SourceMirror: Sendable {
    let folder: String
    /// Names of folders that are the compiler's own, wherever they lie.
    let outputs: Set<String>

    /// Makes the folder hold what `source` holds, besides the compiler's own.
    func update(from source: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let wanted = try Self.files(in: source).filter { !isOutput($0) }
        for name in try Self.files(in: folder) where !isOutput(name) && !wanted.contains(name) {
            try files.removeItem(atPath: folder + "/" + name)
        }
        for name in wanted {
            let content = try Data(contentsOf: URL(fileURLWithPath: source + "/" + name))
            try write(content, to: name)
        }
    }

    /// Writes a file unless it is the same already.
    func write(_ content: Data, to name: String) throws {
        let file = URL(fileURLWithPath: folder + "/" + name)
        guard FileManager.default.contents(atPath: file.path) != content else { return }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try content.write(to: file)
    }

    private func isOutput(_ name: String) -> Bool {
        name.split(separator: "/").dropLast().contains { outputs.contains(String($0)) }
    }

    private static func files(in folder: String) throws -> Set<String> {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return Set(
            names.filter { name in
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
                return exists && !isFolder.boolValue
            }
        )
    }
}
