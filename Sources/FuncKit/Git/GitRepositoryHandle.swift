internal import CGit2
import Foundation

/// Owns one open repository. To be used on one thread, within one synchronous function.
final class GitRepositoryHandle {
    fileprivate let pointer: OpaquePointer

    /// Creates an empty repository in `folder`, which may have files in it.
    init(creatingIn folder: String) throws(GitError) {
        pointer = try open("create a git repository in") { hks_git_repository_init(&$0, folder) }
    }

    /// Opens the repository that `folder` is in; nil if it is in none.
    init?(containing folder: String) throws(GitError) {
        do {
            pointer = try open("open the git repository of") { hks_git_repository_open(&$0, folder) }
        } catch  where error.kind == .notFound {
            return nil
        }
    }

    deinit {
        hks_git_repository_free(pointer)
    }

    /// The commit that is checked out; nil before the first one.
    func headCommit() throws(GitError) -> String? {
        guard let head = try GitReferenceHandle(headOf: self) else { return nil }
        return try head.commit().hex
    }

    /// The branch that is checked out; nil if there is none, or no commit yet.
    func branch() throws(GitError) -> String? {
        let detached = hks_git_repository_head_detached(pointer)
        try GitLibrary.check(detached, during: "read the branch of")
        guard detached == 0 else { return nil }
        return try GitReferenceHandle(headOf: self)?.shorthand
    }

    /// Whether a file below `folder` is changed or untracked.
    func hasChanges(below folder: String) throws(GitError) -> Bool {
        let count = hks_git_change_count(pointer, relativePath(of: folder))
        try GitLibrary.check(count, during: "compare files with the git repository of")
        return count > 0
    }

    /// The address of a named remote; nil if there is no such remote.
    func remoteURL(_ name: String) throws(GitError) -> String? {
        do {
            return try GitRemoteHandle(named: name, in: self).url
        } catch  where error.kind == .notFound {
            return nil
        }
    }

    /// Writes the files of a commit, tag or reference into the work tree.
    func checkOut(_ spec: String) throws(GitError) {
        let object = try GitObjectHandle(spec, in: self)
        try GitLibrary.check(hks_git_checkout(pointer, object.pointer), during: "check out")
    }

    /// The folder as libgit2 wants it in path lists: relative to the work tree, nil for all of it.
    private func relativePath(of folder: String) -> String? {
        guard let root = hks_git_repository_workdir(pointer).map({ String(cString: $0) }) else { return nil }
        let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path + "/"
        let realRoot = URL(fileURLWithPath: root).resolvingSymlinksInPath().path + "/"
        return real.hasPrefix(realRoot) && real != realRoot ? String(real.dropFirst(realRoot.count).dropLast()) : nil
    }
}

/// Owns one reference.
private final class GitReferenceHandle {
    private let pointer: OpaquePointer

    init?(headOf repository: GitRepositoryHandle) throws(GitError) {
        do {
            pointer = try open("read the branch of") { hks_git_repository_head(&$0, repository.pointer) }
        } catch  where error.kind == .unbornBranch || error.kind == .notFound {
            return nil
        }
    }

    deinit {
        hks_git_reference_free(pointer)
    }

    var shorthand: String? { hks_git_reference_shorthand(pointer).map { String(cString: $0) } }

    func commit() throws(GitError) -> GitObjectHandle {
        GitObjectHandle(
            owning: try open("read the commit of") { hks_git_reference_peel(&$0, pointer, GIT_OBJECT_COMMIT) }
        )
    }
}

/// Owns one commit, tag, tree or blob.
private final class GitObjectHandle {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    init(_ spec: String, in repository: GitRepositoryHandle) throws(GitError) {
        pointer = try open("find '\(spec)' in") { hks_git_revparse_single(&$0, repository.pointer, spec) }
    }

    deinit {
        hks_git_object_free(pointer)
    }

    var hex: String {
        var digits = [CChar](repeating: 0, count: Int(GIT_OID_HEXSZ) + 1)
        hks_git_object_hex(&digits, pointer)
        return String(decoding: digits.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Owns one remote of a repository.
final class GitRemoteHandle {
    /// A reference that a remote offers.
    struct Reference: Hashable {
        /// Full name, such as `refs/heads/main` or `HEAD`.
        var name: String
        /// 40 hex digits.
        var commit: String
    }

    private let pointer: OpaquePointer

    /// A remote that is not written into the repository's configuration, where its credentials would stay.
    init(url: String, in repository: GitRepositoryHandle) throws(GitError) {
        pointer = try open("use the address") { hks_git_remote_create_anonymous(&$0, repository.pointer, url) }
    }

    /// A remote that the repository has.
    init(named name: String, in repository: GitRepositoryHandle) throws(GitError) {
        pointer = try open("read the remote of") { hks_git_remote_lookup(&$0, repository.pointer, name) }
    }

    deinit {
        hks_git_remote_free(pointer)
    }

    /// Its address, with credentials if there are any in it.
    var url: String? { hks_git_remote_url(pointer).map { String(cString: $0) } }

    /// Connects, and gives what the remote offers.
    func connect(_ observer: GitTransferObserver) throws(GitError) -> [Reference] {
        try observer.withTransfer { (transfer) throws(GitError) in
            try GitLibrary.check(hks_git_remote_connect(pointer, transfer), during: "connect to")
        }
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try GitLibrary.check(hks_git_remote_list(&heads, &count, pointer), during: "list the branches of")
        return UnsafeBufferPointer(start: heads, count: count).compactMap { head in
            guard let head = head?.pointee, let name = head.name else { return nil }
            let commit = withUnsafeBytes(of: head.oid.id) { Digest.hex($0) }
            return Reference(name: String(cString: name), commit: commit)
        }
    }

    /// Fetches by refspecs such as `+refs/heads/main:refs/template`.
    func fetch(_ refspecs: [String], _ observer: GitTransferObserver) throws(GitError) {
        var specs: [UnsafeMutablePointer<CChar>?] = refspecs.map { strdup($0) }
        defer { for spec in specs { free(spec) } }
        try observer.withTransfer { (transfer) throws(GitError) in
            let status = hks_git_remote_fetch(pointer, &specs, specs.count, transfer)
            try GitLibrary.check(status, during: "fetch from")
        }
    }
}

/// Takes part in a transfer: hears of its progress, ends it when it is cancelled, and allows one try to sign in.
final class GitTransferObserver {
    private let isCancelled: () -> Bool
    private let progress: (GitProgress) -> Void
    private var attempts = 0

    init(isCancelled: @escaping () -> Bool, progress: @escaping (GitProgress) -> Void) {
        self.isCancelled = isCancelled
        self.progress = progress
    }

    fileprivate func withTransfer(_ body: (UnsafePointer<hks_git_transfer>) throws(GitError) -> Void) throws(GitError) {
        var transfer = hks_git_transfer(
            context: Unmanaged.passUnretained(self).toOpaque(),
            progress: { received, total, bytes, context in
                GitTransferObserver.from(context)?.received(Int(received), of: Int(total), bytes) ?? GIT_EUSER.rawValue
            },
            may_authenticate: { context in
                GitTransferObserver.from(context)?.mayAuthenticate() ?? GIT_EUSER.rawValue
            }
        )
        // The observer outlives the call, because the caller holds it.
        try withExtendedLifetime(self) { () throws(GitError) in try body(&transfer) }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> GitTransferObserver? {
        context.map { Unmanaged<GitTransferObserver>.fromOpaque($0).takeUnretainedValue() }
    }

    private func received(_ objects: Int, of total: Int, _ bytes: Int) -> Int32 {
        if isCancelled() { return GIT_EUSER.rawValue }
        progress(GitProgress(receivedObjects: objects, totalObjects: total, receivedBytes: bytes))
        return 0
    }

    /// libgit2 asks again after each refusal; a user name and then the agent's keys are all there is to offer.
    private func mayAuthenticate() -> Int32 {
        if isCancelled() { return GIT_EUSER.rawValue }
        attempts += 1
        return attempts <= 2 ? 0 : GIT_EAUTH.rawValue
    }
}

/// Calls a function of libgit2 that hands out an object, and checks it.
private func open(
    _ operation: String,
    _ call: (inout OpaquePointer?) -> Int32
) throws(GitError) -> OpaquePointer {
    var pointer: OpaquePointer?
    try GitLibrary.check(call(&pointer), during: operation)
    guard let pointer else { throw GitError(code: 0, kind: .other, operation: operation, message: "no object given") }
    return pointer
}
