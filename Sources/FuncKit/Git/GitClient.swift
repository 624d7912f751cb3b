import Foundation
import Synchronization

/// How far a transfer is.
public struct GitProgress: Hashable, Sendable {
    /// Objects that are here.
    public var receivedObjects: Int
    /// Objects to come in all; 0 while that is not known.
    public var totalObjects: Int
    /// Bytes that are here.
    public var receivedBytes: Int
}

/// What the tool does with git repositories, through libgit2: no `git` program is needed.
public struct GitClient: Sendable {
    private let certificateFile: String?
    private let stallLimit: Duration

    /// A client for repositories over https, ssh (with keys of the agent) and on disk.
    ///
    /// - Parameters:
    ///   - certificateFile: PEM file to trust instead of the system's certificates (`SSL_CERT_FILE`).
    ///   - stallLimit: How long a server may stay silent.
    public init(certificateFile: String? = nil, stallLimit: Duration = .seconds(60)) {
        self.certificateFile = certificateFile
        self.stallLimit = stallLimit
    }

    /// Creates an empty repository in a folder; one that is there stays as it is.
    ///
    /// - Throws: ``FuncError`` with code `git_failed` or `library_missing`.
    public func createRepository(in folder: String) async throws {
        try await GitLibrary.run("create a git repository in", folder) { _ in
            _ = try GitRepositoryHandle(creatingIn: folder)
        }
    }

    /// Writes the files of a repository into an empty folder, without its history.
    ///
    /// Only what `ref` needs is fetched; a shortened commit needs all branches and tags.
    /// - Parameters:
    ///   - url: Address of the repository; credentials in it are not shown in errors.
    ///   - ref: Branch, tag or commit; nil for the remote's default branch.
    ///   - folder: Absolute path of a folder that exists and is empty.
    ///   - progress: Told about the transfer; called on another thread.
    /// - Throws: ``FuncError`` with code `template_not_found` (no such ref), `git_failed`, `unauthenticated`,
    ///   `timed_out` or `library_missing`; `CancellationError`.
    public func export(
        _ url: String,
        ref: String?,
        to folder: String,
        progress: @escaping @Sendable (GitProgress) -> Void = { _ in }
    ) async throws {
        let shown = GitURL.withoutCredentials(url)
        let activity = GitActivity()
        let certificates = certificateFile
        try await guarded(activity, shown) {
            try await GitLibrary.run("clone", shown) { isCancelled in
                if let certificates { try GitLibrary.trust(certificateFile: certificates) }
                let observer = GitTransferObserver(isCancelled: isCancelled) { state in
                    activity.touch()
                    if state.totalObjects > 0 { progress(state) }
                }
                try Self.export(url, shown: shown, ref: ref, to: folder, observer)
            }
        }
        do {
            try FileManager.default.removeItem(atPath: folder + "/.git")
        } catch {
            throw FuncError(.fileSystem, "cannot remove '\(folder)/.git'", because: error)
        }
    }

    private static func export(
        _ url: String,
        shown: String,
        ref: String?,
        to folder: String,
        _ observer: GitTransferObserver
    ) throws {
        let repository = try GitRepositoryHandle(creatingIn: folder)
        let remote = try GitRemoteHandle(url: url, in: repository)
        let offered = try remote.connect(observer)
        let wanted = try GitRefChoice.choose(ref, among: offered, of: shown)
        try remote.fetch(wanted.refspecs, observer)
        do throws(GitError) {
            try repository.checkOut(wanted.spec)
        } catch {
            guard [.notFound, .ambiguous, .invalidSpec].contains(error.kind) else { throw error }
            throw FuncError(
                .templateNotFound,
                "'\(wanted.spec)' is not one commit of '\(shown)'",
                hint: "give more digits of the commit",
                cause: error.message
            )
        }
    }

    /// Runs a transfer, but does not wait for it longer than its server stays silent, nor after a cancellation.
    ///
    /// libgit2 cannot be interrupted while it connects. What then still runs is told to stop at its next step, and
    /// only writes to a folder that its caller removes.
    private func guarded(
        _ activity: GitActivity,
        _ shown: String,
        _ transfer: @escaping @Sendable () async throws -> Void
    ) async throws {
        let (outcomes, outcome) = AsyncThrowingStream<Void, any Error>.makeStream()
        // Not child tasks: their scope would wait for both of them to end.
        let work = Task {
            do {
                try await transfer()
                outcome.yield(())
                outcome.finish()
            } catch {
                outcome.finish(throwing: error)
            }
        }
        let watch = Task {
            while activity.idleTime < stallLimit {
                try await Task.sleep(for: stallLimit - activity.idleTime)
            }
            let message = "cannot clone '\(shown)': the server has been silent for \(stallLimit)"
            outcome.finish(throwing: FuncError(.timedOut, message, hint: "check the network, then try again"))
        }
        defer {
            work.cancel()
            watch.cancel()
        }
        for try await _ in outcomes { return }
        throw CancellationError()
    }
}

/// When a transfer last showed life.
private final class GitActivity: Sendable {
    private let last = Mutex(ContinuousClock.now)

    var idleTime: Duration { last.withLock { $0.duration(to: .now) } }

    func touch() {
        last.withLock { $0 = .now }
    }
}
