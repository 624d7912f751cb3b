import Foundation

/// Where `init --from` takes a template from.
public enum TemplateSource: Hashable, Sendable {
    /// A folder of a git repository.
    case git(GitLocation)
    /// A folder on this machine, as an absolute path.
    case folder(String)
    /// An archive on this machine, as an absolute path.
    case archive(String)

    /// A git repository, what to take of it, and how to name it in messages.
    public struct GitLocation: Hashable, Sendable {
        /// Address for git; may hold credentials and is never to be shown.
        public var url: String
        /// Branch, tag or commit; nil for the remote's default branch.
        public var ref: String?
        /// Folder in the repository; nil for all of it.
        public var path: String?

        /// Names a place in a repository.
        public init(url: String, ref: String? = nil, path: String? = nil) {
            self.url = url
            self.ref = ref
            self.path = path
        }

        /// The address without credentials.
        public var displayURL: String { GitURL.withoutCredentials(url) }
    }

    private static let archiveSuffixes = [".tar.gz", ".tgz", ".tar", ".zip"]

    /// Reads the value of `--from`: `URL[#REF][:PATH]`, a folder or an archive.
    ///
    /// - Parameters:
    ///   - text: `https://`, `ssh://`, `file://` and `user@host:path` are repositories; all else are local paths.
    ///   - workingFolder: What a relative path is relative to.
    /// - Returns: The source; a local one exists.
    /// - Throws: ``FuncError`` with code `invalid_argument`, or `template_not_found` if there is nothing at a path.
    public static func parse(_ text: String, workingFolder: String) throws -> TemplateSource {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw FuncError(
                .invalidArgument,
                "the source of the template is empty",
                hint: "give a git URL, folder or archive"
            )
        }
        if let scheme = text.firstRange(of: "://").map({ text[..<$0.lowerBound].lowercased() }) {
            return .git(try location(text, scheme: scheme))
        }
        let path = text.hasPrefix("/") ? text : workingFolder + "/" + text
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        switch try FileSystem.kind(of: absolute, followingLinks: true) {
        case .folder:
            return .folder(absolute)
        case .file, .link:
            guard archiveSuffixes.contains(where: absolute.lowercased().hasSuffix) else {
                throw FuncError(
                    .invalidArgument,
                    "'\(text)' is neither a folder nor an archive",
                    hint: "archives end in \(archiveSuffixes.joined(separator: ", "))"
                )
            }
            return .archive(absolute)
        case nil:
            if GitURL.isShortForm(text) { return .git(try location(text, scheme: "ssh")) }
            throw FuncError(
                .templateNotFound,
                "there is no file or folder '\(text)'",
                hint: "a git URL starts with https://, ssh:// or file://, or has the form git@host:path"
            )
        }
    }

    private static func location(_ text: String, scheme: String) throws(FuncError) -> GitLocation {
        let halves = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let url = halves[0]
        guard ["https", "ssh", "file"].contains(scheme) else {
            throw FuncError(
                .invalidArgument,
                "cannot take a template over '\(scheme)': it is not protected against changes on the way",
                hint: "use https://, ssh:// or file://"
            )
        }
        guard !url.hasSuffix("://"), !archiveSuffixes.contains(where: url.lowercased().hasSuffix) else {
            throw FuncError(
                .invalidArgument,
                "'\(GitURL.withoutCredentials(url))' is not the address of a git repository",
                hint: "download an archive first, then give its path"
            )
        }
        guard halves.count == 2 else { return GitLocation(url: url) }
        let parts = halves[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let path = parts.count == 2 ? parts[1].trimmingCharacters(in: ["/"]) : ""
        if !path.isEmpty { try TemplatePath.check(path) }
        return GitLocation(url: url, ref: parts[0].isEmpty ? nil : parts[0], path: path.isEmpty ? nil : path)
    }
}
