import Crypto
import Foundation
import FuncKit

/// Texts that prove something to those who know them: made here, kept elsewhere as digests only.
enum SecretText {
    /// Random bytes as base64url; 32 of them cannot be guessed.
    static func make(bytes: Int = 32) -> String {
        var random = SystemRandomNumberGenerator()
        return Base64URL.encode((0..<bytes).map { _ in UInt8.random(in: .min ... .max, using: &random) })
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

/// Base64 for URLs, without padding (RFC 4648, section 5; RFC 7515, section 2).
enum Base64URL {
    /// Bytes as text.
    static func encode(_ bytes: some DataProtocol) -> String {
        var text = Data(bytes).base64EncodedString()
        while text.last == "=" { text.removeLast() }
        return text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    }

    /// The bytes that a text stands for. There is one text only for each: other spellings, which a lenient reader would
    /// take for the same, are refused.
    static func decode(_ text: some StringProtocol) -> Data? {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain + padding), encode(data) == text else { return nil }
        return data
    }
}
