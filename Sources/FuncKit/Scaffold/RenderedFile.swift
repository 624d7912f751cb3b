import Foundation

/// A file of a new project, not yet on disk.
public struct RenderedFile: Hashable, Sendable {
    /// What is at the path.
    public enum Content: Hashable, Sendable {
        /// A regular file.
        case file(Data, isExecutable: Bool)
        /// A symbolic link with a relative target inside the project.
        case link(String)
    }

    /// Path below the project's folder, with `/` between its parts.
    public var path: String
    /// What is there.
    public var content: Content

    /// Describes a file.
    public init(path: String, content: Content) {
        self.path = path
        self.content = content
    }
}

/// The rules that keep a template inside the folder it is written to.
enum TemplatePath {
    /// Refuses a path that could lead outside, or into a `.git` folder, whose hooks git would run.
    static func check(_ path: String) throws(FuncError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for part in parts {
            guard !part.isEmpty, part != ".", part != "..", !part.utf8.contains(0), part.lowercased() != ".git" else {
                throw FuncError(.templateInvalid, "the template may not write to '\(path)'")
            }
        }
    }

    /// Refuses a link that leads outside.
    ///
    /// `..` is allowed in front only: behind another link it could climb further than it seems to.
    static func check(link path: String, target: String) throws(FuncError) {
        let parts = target.split(separator: "/", omittingEmptySubsequences: false)
        let climbs = parts.prefix { $0 == ".." }.count
        let depth = path.split(separator: "/").count - 1
        guard !target.isEmpty, !target.hasPrefix("/"), climbs <= depth, !parts.dropFirst(climbs).contains("..") else {
            throw FuncError(.templateInvalid, "link '\(path)' of the template leads outside, to '\(target)'")
        }
    }

    /// Refuses sets in which two files have one path, or one file is the folder of another.
    static func check(_ files: [RenderedFile]) throws(FuncError) {
        var paths: Set<String> = []
        for file in files {
            try check(file.path)
            if case .link(let target) = file.content { try check(link: file.path, target: target) }
            guard paths.insert(file.path).inserted else {
                throw FuncError(.templateInvalid, "two files of the template are written to '\(file.path)'")
            }
        }
        for path in paths.sorted() {
            if let folder = parents(of: path).first(where: paths.contains) {
                throw FuncError(.templateInvalid, "the template writes '\(folder)' as a file and as a folder")
            }
        }
    }

    /// The folders above a relative path, the outermost first.
    static func parents(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }
}
