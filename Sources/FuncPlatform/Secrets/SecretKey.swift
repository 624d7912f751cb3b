import Crypto
import Foundation
import FuncKit

/// Encrypts the values of secrets with AES-GCM (NIST SP 800-38D), a fresh nonce for each.
///
/// What a value belongs to is authenticated with it: a row that was moved to another name, project or revision cannot be
/// decrypted.
struct SecretKey: Sendable {
    /// Length of a key, in bytes.
    static let byteCount = 32

    /// Tells keys from each other without telling anything about them.
    let id: String
    private let key: SymmetricKey

    /// Takes the bytes of a key.
    init(_ bytes: Data) {
        key = SymmetricKey(data: bytes)
        let code = HMAC<SHA256>.authenticationCode(for: Data("hks-func secrets: id of the key".utf8), using: key)
        id = code.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// What a value belongs to.
    struct Owner: Hashable, Sendable {
        var project: String
        var name: String
        var revision: Int

        /// Neither ids nor names hold a zero byte, so that no two owners look the same.
        fileprivate var bytes: Data { Data("\(project)\0\(name)\0\(revision)".utf8) }
    }

    /// Nonce, ciphertext and tag.
    func seal(_ value: Data, for owner: Owner) throws -> Data {
        let box = try AES.GCM.seal(value, using: key, authenticating: owner.bytes)
        guard let combined = box.combined else {
            throw FuncError(.internalError, "a sealed secret has no combined form")
        }
        return combined
    }

    /// The value again.
    /// - Throws: `secret_key_invalid` where the row was changed, or encrypted for another owner.
    func open(_ sealed: Data, for owner: Owner) throws -> Data {
        do {
            return try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: owner.bytes)
        } catch {
            throw FuncError(
                .secretKeyInvalid,
                "secret '\(owner.name)' cannot be decrypted: its row in the database was changed",
                hint: "set it anew: hks-func secrets set \(owner.name)",
                because: error
            )
        }
    }
}
