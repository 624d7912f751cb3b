import Crypto
import Foundation

/// Proves that whoever redeems a sign-in is who began it (PKCE, RFC 7636).
struct ProofKey: Hashable, Sendable {
    /// Shown when the sign-in is redeemed; 43 characters with 256 bits of chance.
    let verifier: String

    /// Draws a verifier.
    init() {
        // The system's generator is one for secrets.
        var generator = SystemRandomNumberGenerator()
        self.init(
            verifier: URLSafeBase64.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        )
    }

    /// Takes a verifier that is known.
    init(verifier: String) {
        self.verifier = verifier
    }

    /// Shown when the sign-in begins (`S256`, section 4.2).
    var challenge: String { URLSafeBase64.encode(SHA256.hash(data: Data(verifier.utf8))) }
}
