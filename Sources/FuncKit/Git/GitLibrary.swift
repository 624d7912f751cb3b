internal import CGit2
import Foundation

/// The loaded library: its start, its errors, and where its calls run.
enum GitLibrary {
    /// Runs synchronous libgit2 work on a thread of its own and makes its errors ours.
    ///
    /// - Parameters:
    ///   - operation: What is done, as in "cannot OPERATION".
    ///   - subject: Repository or folder, for messages; without credentials.
    ///   - body: The work; its argument tells whether the task was cancelled.
    /// - Returns: What `body` returns.
    /// - Throws: ``FuncError`` with code `library_missing`, `git_failed`, `unauthenticated` …
    static func run<Result: Sendable>(
        _ operation: String,
        _ subject: String,
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
        try await BlockingWork.run("git") { isCancelled in
            try load()
            do {
                return try body(isCancelled)
            } catch let error as GitError {
                if error.kind == .cancelled { throw CancellationError() }
                throw error.asFuncError(about: subject)
            }
        }
    }

    /// Throws what libgit2 says if `status` is a failure.
    ///
    /// Must be called right after the call that gave `status`, on its thread: libgit2 keeps one message per thread.
    static func check(_ status: Int32, during operation: String) throws(GitError) {
        guard status < 0 else { return }
        let message = hks_git_last_message().map { String(cString: $0) } ?? "error \(status)"
        throw GitError(code: status, kind: kind(status), operation: operation, message: message)
    }

    /// Trusts the certificates of a PEM file; holds for the whole process.
    static func trust(certificateFile: String) throws(GitError) {
        try check(hks_git_set_certificate_file(certificateFile), during: "read the certificates in")
    }

    /// Opens the library, once per process.
    /// - Throws: `library_missing`.
    static func load() throws(FuncError) {
        guard let reason = hks_git_load() else { return }
        let version = LIBGIT2_SOVERSION
        throw FuncError(
            .libraryMissing,
            "libgit2 is needed for this, and '\(String(cString: hks_git_library_name()))' cannot be used",
            hint: InstallHints(
                debian: "install it: sudo apt-get install libgit2-\(version)",
                macOS: "install it: brew install libgit2"
            ).here,
            cause: String(cString: reason)
        )
    }

    private static func kind(_ status: Int32) -> GitError.Kind {
        switch status {
        case GIT_ENOTFOUND.rawValue: .notFound
        case GIT_EAMBIGUOUS.rawValue: .ambiguous
        case GIT_EINVALIDSPEC.rawValue: .invalidSpec
        case GIT_EAUTH.rawValue: .authentication
        case GIT_ECERTIFICATE.rawValue: .certificate
        case GIT_EUSER.rawValue: .cancelled
        case GIT_EUNBORNBRANCH.rawValue: .unbornBranch
        case GIT_EOWNER.rawValue: .owner
        default: .other
        }
    }
}
