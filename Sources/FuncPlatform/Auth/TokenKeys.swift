import Foundation
import FuncKit
import JWTKit

/// The platform's own keys for access tokens.
actor TokenKeys {
    /// What signing and verifying needs.
    struct Ring: Sendable {
        /// Holds the one key that signs.
        var signer: JWTKeyCollection
        /// Identifier of that key.
        var signingKeyID: String
        /// What `/.well-known/jwks.json` shows.
        var published: WebKeySet
        /// The published keys at work.
        var verifier: VerificationKeys
    }

    private let folder: TokenKeyFolder
    private let signingKey: Insecure.RSA.PrivateKey?
    private let retired: [Insecure.RSA.PublicKey]
    private var making: Task<Ring, any Error>?

    /// Reads the keys of a folder. A missing one is made when it is first needed, as that takes a moment.
    /// - Throws: `config_invalid`, `file_system`.
    init(folder: TokenKeyFolder) throws {
        self.folder = folder
        signingKey = try folder.signingKey()
        retired = try folder.retiredKeys()
    }

    /// The keys.
    /// - Throws: `no_space`, `file_system`.
    func ring() async throws -> Ring {
        // One task, so that requests that come at the same time do not make a key each.
        let task = making ?? Task { try await makeRing() }
        making = task
        do {
            return try await task.value
        } catch {
            making = nil
            throw error
        }
    }

    private func makeRing() async throws -> Ring {
        let key: Insecure.RSA.PrivateKey
        if let signingKey {
            key = signingKey
        } else {
            let folder = folder
            key = try await BlockingWork.run("make token key") { _ in
                try folder.signingKey() ?? folder.makeSigningKey()
            }
        }
        let own = try WebKey(rsa: key.publicKey)
        let published = try [own] + retired.map { try WebKey(rsa: $0) }.filter { $0.kid != own.kid }
        let id = own.kid ?? ""
        let signer = await JWTKeyCollection()
            .add(rsa: key, digestAlgorithm: .sha256, kid: JWKIdentifier(string: id))
        let set = WebKeySet(keys: published)
        return Ring(
            signer: signer,
            signingKeyID: id,
            published: set,
            verifier: await VerificationKeys(set)
        )
    }
}
