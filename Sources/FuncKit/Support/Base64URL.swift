import Foundation

/// Base64 for URLs, without padding (RFC 4648, section 5; RFC 7515, section 2).
package enum Base64URL {
    /// Bytes as text.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = Data(bytes).base64EncodedString()
        while text.last == "=" { text.removeLast() }
        return text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    }

    /// The bytes that a text stands for. There is one text only for each: other spellings, which a lenient reader would
    /// take for the same, are refused.
    package static func decode(_ text: some StringProtocol) -> Data? {
        guard let data = decodeLeniently(String(text)), encode(data) == text else { return nil }
        return data
    }

    /// The bytes that a text stands for, with or without padding: for what is shown and not trusted.
    package static func decodeLeniently(_ text: String) -> Data? {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
            .replacingOccurrences(of: "=", with: "")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}
