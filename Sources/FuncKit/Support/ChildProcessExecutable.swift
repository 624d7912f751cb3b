import Foundation

/// Finds programs the way a shell does.
public enum ChildProcessExecutable {
    /// The path of a program: `name` itself where it holds a slash, else the first executable file of that name on `searchPath`.
    public static func find(_ name: String, searchPath: String?) -> String? {
        if name.contains("/") { return name }
        guard !name.isEmpty else { return nil }
        return (searchPath ?? "").split(separator: ":")
            .filter { $0.hasPrefix("/") }
            .map { "\($0)/\(name)" }
            .first(where: isExecutableFile)
    }

    private static func isExecutableFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
