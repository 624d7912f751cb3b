/// Proves that whoever redeems a sign-in is who began it (PKCE, RFC 7636).
struct ProofKey: Hashable, Sendable {
    /// Shown when the sign-in is redeemed; 43 characters with 256 bits of chance.
    let verifier: String

    /// Draws a verifier.
    init() {
        self.init(verifier: Base64URL.encode(SecureRandom.bytes(32)))
    }

    /// Takes a verifier that is known.
    init(verifier: String) {
        self.verifier = verifier
    }

    /// Shown when the sign-in begins (`S256`, section 4.2).
    var challenge: String { CodeChallenge.make(from: verifier) }
}
