import CryptoExtras
import Foundation
import FuncKit
import JWTKit

/// The files that hold the keys of access tokens.
///
/// `token.pem` signs. Every `token-….pem` beside it, with a private or a public key, is accepted besides: renaming the
/// first to one of these makes the next start sign with a new key, while tokens of the old one stay good.
struct TokenKeyFolder: Sendable {
    /// Absolute path.
    let path: String

    private var signingFile: String { path + "/token.pem" }

    /// The key that signs; nil where none was made yet.
    /// - Throws: `config_invalid`, `file_system`.
    func signingKey() throws -> JWTKit.Insecure.RSA.PrivateKey? {
        guard FileManager.default.fileExists(atPath: signingFile) else { return nil }
        let text = try read(signingFile)
        do {
            return try JWTKit.Insecure.RSA.PrivateKey(pem: text)
        } catch {
            throw Self.invalid(signingFile, "private", cause: error)
        }
    }

    /// Keys that verify besides, by file name.
    /// - Throws: `config_invalid`, `file_system`.
    func retiredKeys() throws -> [JWTKit.Insecure.RSA.PublicKey] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { $0.hasPrefix("token-") && $0.hasSuffix(".pem") }
            .map { name in
                let file = path + "/" + name
                let text = try read(file)
                do {
                    if let key = try? JWTKit.Insecure.RSA.PrivateKey(pem: text) { return key.publicKey }
                    return try JWTKit.Insecure.RSA.PublicKey(pem: text)
                } catch {
                    throw Self.invalid(file, "private or public", cause: error)
                }
            }
    }

    /// Makes the key that signs. Blocks for as long as finding two large primes takes.
    /// - Throws: `no_space`, `file_system`.
    func makeSigningKey() throws -> JWTKit.Insecure.RSA.PrivateKey {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw FuncError(.fileSystem, "cannot create the folder '\(path)'", because: error)
        }
        let key = try JWTKit.Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
        try DurableFile.replace(signingFile, with: Data((key.pemRepresentation + "\n").utf8))
        return key
    }

    /// Reads a key, and closes its file to others where somebody opened it.
    private func read(_ file: String) throws -> String {
        do {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw FuncError(.fileSystem, "cannot read the key file '\(file)'", because: error)
        }
    }

    private static func invalid(_ file: String, _ kind: String, cause: any Error) -> FuncError {
        FuncError(
            .configInvalid,
            "'\(file)' holds no \(kind) RSA key of at least 2048 bits in PEM form",
            hint: "move it away; without 'token.pem' a new key is made, and everyone has to sign in again",
            cause: "\(cause)"
        )
    }
}
