import Crypto
import Foundation
import FuncKit

/// Texts that prove something to those who know them: made here, kept elsewhere as digests only.
enum SecretText {
    /// Random bytes as base64url; 32 of them cannot be guessed.
    static func make(bytes: Int = 32) -> String {
        Base64URL.encode(SecureRandom.bytes(bytes))
    }

    /// What is stored of a secret. Without salt and stretching, because the secrets are random and long.
    static func digest(_ text: String) -> String {
        FuncKit.Digest.sha256(Data(text.utf8))
    }

    /// The SHA-256 digest of a text.
    static func sha256(_ text: String) -> Data {
        Data(SHA256.hash(data: Data(text.utf8)))
    }

    /// Compares in a time that tells nothing: digests, which compare in constant time, hide the length as well.
    static func isEqual(_ first: String, _ second: String) -> Bool {
        SHA256.hash(data: Data(first.utf8)) == SHA256.hash(data: Data(second.utf8))
    }
}
