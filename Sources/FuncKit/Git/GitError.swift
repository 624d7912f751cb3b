import Foundation

/// A failure of libgit2.
struct GitError: Error, Hashable {
    /// What went wrong, as far as callers tell it apart.
    enum Kind: Hashable {
        case notFound, ambiguous, invalidSpec, authentication, certificate, cancelled, unbornBranch, owner, other
    }

    /// libgit2's numeric code.
    let code: Int32
    /// The code's meaning.
    let kind: Kind
    /// What was being done, as in "cannot OPERATION".
    let operation: String
    /// libgit2's message.
    let message: String

    /// The error that leaves FuncKit.
    ///
    /// - Parameter subject: Repository or folder, without credentials.
    /// - Returns: An error with the code that the kind of failure has.
    func asFuncError(about subject: String) -> FuncError {
        switch kind {
        case .authentication:
            FuncError(
                .unauthenticated,
                "cannot \(operation) '\(subject)': the server asks for a sign-in",
                hint: "check the address; for a private repository use ssh and load your key with ssh-add",
                cause: message
            )
        case .certificate:
            FuncError(
                .gitFailed,
                "cannot \(operation) '\(subject)': the server's certificate or host key is not trusted",
                hint:
                    "for ssh, connect once with 'ssh' to check the key; for https, name your CA file in SSL_CERT_FILE",
                cause: message
            )
        case .cancelled:
            FuncError(.cancelled, "stopped to \(operation) '\(subject)'")
        case .owner:
            FuncError(
                .gitFailed,
                "cannot \(operation) '\(subject)': the repository belongs to another user",
                hint: "run 'git config --global --add safe.directory \(subject)' if you trust it",
                cause: message
            )
        default:
            FuncError(.gitFailed, "cannot \(operation) '\(subject)': \(message)", cause: "libgit2 error \(code)")
        }
    }
}
