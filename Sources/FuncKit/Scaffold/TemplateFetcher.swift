import Foundation

/// Brings a template from elsewhere into a temporary folder.
public struct TemplateFetcher: Sendable {
    /// Unpacks an archive into a folder that exists and is empty; refuses hostile archives.
    public typealias Extract = @Sendable (_ archive: String, _ folder: String) async throws -> Void

    private let temporaryFolder: String
    private let git: GitClient
    private let extract: Extract

    /// Fetches into folders below `temporaryFolder`.
    ///
    /// - Parameters:
    ///   - temporaryFolder: Absolute path; must exist.
    ///   - git: Clones repositories.
    ///   - extract: Unpacks archives.
    public init(temporaryFolder: String, git: GitClient, extract: @escaping Extract) {
        self.temporaryFolder = temporaryFolder
        self.git = git
        self.extract = extract
    }

    /// Makes the template at `source` available while `body` runs; nothing of it stays on disk afterwards.
    ///
    /// - Parameters:
    ///   - source: What to fetch.
    ///   - progress: Told about a clone; called on another thread.
    ///   - body: Gets the template.
    /// - Returns: What `body` returns.
    /// - Throws: ``FuncError`` with code `template_not_found`, `template_invalid`, `git_failed`, `timed_out`,
    ///   `unauthenticated`, `library_missing`, what unpacking throws, and what `body` throws.
    public func withTemplate<Result: Sendable>(
        _ source: TemplateSource,
        progress: @escaping @Sendable (GitProgress) -> Void = { _ in },
        _ body: (ScaffoldTemplate) async throws -> Result
    ) async throws -> Result {
        switch source {
        case .folder(let path):
            return try await body(try ScaffoldTemplate.load(from: path))
        case .git(let location):
            return try await withTemporaryFolder { folder in
                try await git.export(location.url, ref: location.ref, to: folder, progress: progress)
                let path = try subfolder(location.path, of: folder, in: location.displayURL)
                return try await body(try ScaffoldTemplate.load(from: path))
            }
        case .archive(let path):
            return try await withTemporaryFolder { folder in
                try await extract(path, folder)
                return try await body(try ScaffoldTemplate.load(from: try contentRoot(folder)))
            }
        }
    }

    private func withTemporaryFolder<Result: Sendable>(
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = "\(temporaryFolder)/hks-func-template-\(UUID().uuidString)"
        try FileSystem.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// The folder to take of a repository; links are not followed, they could lead out of it.
    private func subfolder(_ path: String?, of folder: String, in url: String) throws(FuncError) -> String {
        guard let path else { return folder }
        for part in TemplatePath.parents(of: path) + [path] {
            guard try FileSystem.kind(of: folder + "/" + part, followingLinks: false) == .folder else {
                throw FuncError(.templateNotFound, "there is no folder '\(part)' in '\(url)'")
            }
        }
        return folder + "/" + path
    }

    /// Archives of repositories have one folder around everything.
    private func contentRoot(_ folder: String) throws -> String {
        let names = try FileSystem.names(in: folder)
        guard names.count == 1, let name = names.first,
            try FileSystem.kind(of: folder + "/" + name, followingLinks: false) == .folder
        else { return folder }
        return folder + "/" + name
    }
}
