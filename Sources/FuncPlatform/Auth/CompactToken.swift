import Foundation
import FuncKit

/// A JSON Web Token taken apart, nothing of it verified (RFC 7515, section 7.1).
///
/// It says which key the token claims to be signed with. The key that verifies it is looked up in the keys of the
/// issuer, never taken from the token.
struct CompactToken: Sendable {
    /// Longest token that is looked at.
    static let maxBytes = 16 << 10
    /// Header fields that bring a key along or change how the token is read. None of our issuers needs them.
    private static let refusedFields: Set = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"]

    /// The whole token.
    let text: String
    /// Such as `RS256`.
    let algorithm: String
    /// The key it names.
    let keyID: String?
    /// The issuer it names; only good for choosing whose keys to verify it with.
    let issuer: String?

    /// Takes a token apart; nil where it is not of the strict form.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maxBytes else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Base64URL.decode(parts[2]), !signature.isEmpty,
            Self.refusedFields.isDisjoint(with: head.keys), case .string(let algorithm)? = head["alg"]
        else { return nil }
        switch head["kid"] {
        case nil: keyID = nil
        case .string(let id): keyID = id
        default: return nil
        }
        if case .string(let name)? = claims["iss"] { issuer = name } else { issuer = nil }
        self.text = text
        self.algorithm = algorithm
    }

    private static func object(_ part: Substring) -> [String: JSONValue]? {
        guard let bytes = Base64URL.decode(part) else { return nil }
        // What is no JSON object is no token.
        return try? JSONDecoder().decode([String: JSONValue].self, from: bytes)
    }
}
