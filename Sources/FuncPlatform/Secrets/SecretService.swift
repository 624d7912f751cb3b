import Foundation
import FuncKit
import Logging

/// What follows a change of a secret: instances that were started with the value before.
protocol SecretFollowing: Sendable {
    /// Replaces the instances that use an older value of the secret, new ones first. Returns once that has begun.
    func replaceInstances(using secret: String, before revision: Int, project: String) async
}

/// Sets and deletes secrets, and sees to it that instances get the new values.
struct SecretService: Sendable {
    let vault: SecretVault
    let fleet: any SecretFollowing
    let logger: Logger

    /// The stored secrets, without their values.
    var store: SecretStore { vault.store }

    /// Stores a value under a name.
    /// - Throws: `invalid_argument`, `secret_key_invalid`, `no_space`.
    func set(_ name: String, value: Data, workspace: String, project: String, author: String?) async throws
        -> (secret: Secret, change: SecretStore.Change)
    {
        try Self.check(name, value)
        // A client that hangs up after the commit must not keep the instances from getting the value.
        return try await Task {
            let key = try await vault.keyForWriting()
            let (secret, change) = try await store.put(
                name,
                value: value,
                key: key,
                workspace: workspace,
                project: project,
                author: author
            )
            if change != .unchanged {
                logger.info("secret set", metadata: Self.metadata(secret))
                await fleet.replaceInstances(using: name, before: secret.revision, project: secret.projectID)
            }
            return (secret, change)
        }.value
    }

    /// Removes a secret. Instances that have its value go on.
    /// - Throws: `secret_not_found`, `conflict`.
    func delete(_ name: String, workspace: String, project: String, force: Bool, author: String?) async throws {
        try await store.delete(name, workspace: workspace, project: project, force: force, author: author)
        logger.info("secret deleted", metadata: ["secret": "\(name)", "project": "\(project)"])
    }

    private static func check(_ name: String, _ value: Data) throws {
        guard SecretName.isValid(name) else {
            throw FuncError(
                .invalidArgument,
                "'\(name)' is not a name for a secret",
                hint: "a name is \(SecretName.expectation)"
            )
        }
        guard !value.isEmpty else { throw FuncError(.invalidArgument, "the value of secret '\(name)' is empty") }
        guard value.count <= Secret.maxBytes else {
            throw FuncError(
                .invalidArgument,
                "the value of secret '\(name)' has \(value.count) bytes, more than \(Secret.maxBytes)"
            )
        }
    }

    private static func metadata(_ secret: Secret) -> Logger.Metadata {
        ["secret": "\(secret.name)", "project": "\(secret.projectID)", "revision": "\(secret.revision)"]
    }
}
