import Foundation

/// The folder of a function's project and the manifest that marks it.
public struct ProjectRoot: Hashable, Sendable {
    /// Absolute path of the folder.
    public let folder: String
    /// Absolute path of its `function.yaml`.
    public let manifestPath: String

    /// Names a folder that holds a `function.yaml`.
    public init(folder: String) {
        self.folder = folder
        manifestPath = folder == "/" ? "/function.yaml" : folder + "/function.yaml"
    }

    /// Makes sure that the manifest is there; one further up is another project's.
    /// - Throws: `manifest_not_found`.
    public func check() throws {
        guard !FileManager.default.fileExists(atPath: manifestPath) else { return }
        throw FuncError(.manifestNotFound, "there is no function.yaml in '\(folder)'")
    }
}

/// Finds the project that a command runs in.
public enum ProjectDiscovery {
    /// The nearest folder, going up from `path` to the root of the file system, that holds a `function.yaml`.
    ///
    /// - Parameter path: An absolute path of a folder, or of a file in one.
    /// - Returns: The project around `path`.
    /// - Throws: ``FuncError`` with code `manifest_not_found`, or `invalid_argument` for a relative path.
    public static func find(from path: String) throws -> ProjectRoot {
        guard path.hasPrefix("/") else {
            throw FuncError(.invalidArgument, "cannot look for a project from the relative path '\(path)'")
        }
        let start = URL(fileURLWithPath: path).standardizedFileURL.path
        guard let kind = kind(of: start) else {
            throw FuncError(.manifestNotFound, "cannot look for a project in '\(path)': there is no such folder")
        }
        var folder = kind == .folder ? start : parent(of: start)
        while true {
            let root = ProjectRoot(folder: folder)
            if self.kind(of: root.manifestPath) == .file { return root }
            guard folder != "/" else { throw notFound(from: start) }
            folder = parent(of: folder)
        }
    }

    private static func notFound(from start: String) -> FuncError {
        let lookalike = start == "/" ? "/function.yml" : start + "/function.yml"
        return FuncError(
            .manifestNotFound,
            "no function.yaml in '\(start)' or in any folder above it",
            hint: kind(of: lookalike) == .file
                ? "rename 'function.yml' to 'function.yaml'"
                : "run 'hks-func init' to create a function, or change to the folder of one"
        )
    }

    private enum Kind {
        case file, folder
    }

    private static func kind(of path: String) -> Kind? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        return isFolder.boolValue ? .folder : .file
    }

    private static func parent(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
    }
}
