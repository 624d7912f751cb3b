import Foundation

/// The content folder (language hosts and scaffolds) is not where it can be.
public struct ContentNotFound: Error, Equatable, CustomStringConvertible {
    /// Folders that were looked at.
    public let searched: [String]

    /// One sentence that names the folders.
    public var description: String {
        "the language hosts and templates are in none of " + searched.map { "'\($0)'" }.joined(separator: ", ")
    }
}

/// Finds the content that belongs to this tool, wherever the tool was copied to.
///
/// SwiftPM's `Bundle.module` is of no use here: it has the path of the build folder in it and ends the process when
/// that is gone.
public struct ContentLocator: Sendable {
    private let environment: [String: String]
    private let executablePath: String

    /// Looks for the content of the tool at `executablePath`.
    ///
    /// - Parameters:
    ///   - environment: `HKS_FUNC_SHARE` names the folder and ends the search.
    ///   - executablePath: Absolute path of the running program; may be a symbolic link.
    public init(environment: [String: String], executablePath: String) {
        self.environment = environment
        self.executablePath = executablePath
    }

    /// The folder that holds `hosts` and `scaffolds`.
    ///
    /// - Throws: ``ContentNotFound``.
    public func locate() throws(ContentNotFound) -> String {
        let candidates = candidates
        guard let folder = candidates.first(where: Self.isContent) else {
            throw ContentNotFound(searched: candidates)
        }
        return folder
    }

    private var candidates: [String] {
        if let share = environment["HKS_FUNC_SHARE"], !share.isEmpty { return [share] }
        let link = URL(fileURLWithPath: executablePath).standardizedFileURL
        var candidates: [String] = []
        for program in [link, link.resolvingSymlinksInPath()] {
            let folder = program.deletingLastPathComponent()
            for name in [
                "hks-func_Templates.resources/Content", "hks-func_Templates.bundle/Content", "Content",
                "../share/hks-func",
            ] {
                let path = folder.appendingPathComponent(name).standardizedFileURL.path
                if !candidates.contains(path) { candidates.append(path) }
            }
        }
        return candidates
    }

    private static func isContent(_ path: String) -> Bool {
        isFolder(path + "/hosts") && isFolder(path + "/scaffolds")
    }
}

/// Whether there is a folder at `path`.
func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// Names of the folders in `path`, sorted; none where `path` cannot be read.
func folderNames(in path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { !$0.hasPrefix(".") && isFolder(path + "/" + $0) }.sorted()
}
