import Foundation

/// Which state of which repository a folder is in, for the record of a deploy.
public struct GitProvenance: Codable, Hashable, Sendable {
    /// The commit, 40 hex digits; nil before the first one.
    public var commit: String?
    /// The branch; nil when none is checked out.
    public var branch: String?
    /// Whether files of the folder are changed or not in the repository.
    public var isDirty: Bool
    /// Address of `origin` without credentials; nil if there is none.
    public var remoteURL: String?

    /// Describes a state.
    public init(commit: String?, branch: String?, isDirty: Bool, remoteURL: String?) {
        self.commit = commit
        self.branch = branch
        self.isDirty = isDirty
        self.remoteURL = remoteURL
    }

    /// Reads the state of the repository that `folder` is in.
    ///
    /// - Returns: nil if the folder is in no repository.
    /// - Throws: ``FuncError`` with code `git_failed` or `library_missing`.
    public static func read(at folder: String) async throws -> GitProvenance? {
        try await GitLibrary.run("read the git state of", folder) { _ in
            guard let repository = try GitRepositoryHandle(containing: folder) else { return nil }
            return GitProvenance(
                commit: try repository.headCommit(),
                branch: try repository.branch(),
                isDirty: try repository.hasChanges(below: folder),
                remoteURL: try repository.remoteURL("origin").map(GitURL.withoutCredentials)
            )
        }
    }
}
