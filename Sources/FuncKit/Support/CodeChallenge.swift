import Crypto
import Foundation

/// Proof Key for Code Exchange (RFC 7636), method `S256` alone: `plain` would send the verifier along with the challenge.
package enum CodeChallenge {
    /// The challenge of a verifier (section 4.2).
    package static func make(from verifier: String) -> String {
        Base64URL.encode(SHA256.hash(data: Data(verifier.utf8)))
    }

    /// Whether a text can be a challenge: a SHA-256 digest.
    package static func isValid(_ text: String) -> Bool {
        Base64URL.decode(text)?.count == 32
    }
}
