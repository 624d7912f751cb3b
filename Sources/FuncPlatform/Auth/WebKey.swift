import Foundation
import FuncKit
import JWTKit

/// The public part of a key in a key set (RFC 7517).
struct WebKey: Codable, Hashable, Sendable {
    var kty: String
    var use: String?
    var kid: String?
    var alg: String?
    var n: String?
    var e: String?
    var crv: String?
    var x: String?
    var y: String?

    /// The public part of an RSA key that signs with RS256, named by its thumbprint.
    init(rsa key: Insecure.RSA.PublicKey) throws {
        let numbers = try key.getKeyPrimitives()
        kty = "RSA"
        use = "sig"
        alg = "RS256"
        let (modulus, exponent) = (Base64URL.encode(numbers.modulus), Base64URL.encode(numbers.publicExponent))
        n = modulus
        e = exponent
        // RFC 7638, section 3.2: these members, in this order, without spaces.
        let text = #"{"e":"\#(exponent)","kty":"RSA","n":"\#(modulus)"}"#
        kid = Base64URL.encode(SecretText.sha256(text))
    }

    /// The one algorithm that the key is good for here; nil where it is for another purpose or of another kind.
    var signatureAlgorithm: String? {
        guard use == nil || use == "sig" else { return nil }
        switch kty {
        case "RSA" where alg == nil || alg == "RS256": return "RS256"
        case "EC" where crv == "P-256" && (alg == nil || alg == "ES256"): return "ES256"
        default: return nil
        }
    }
}

/// A key set as it stands in a JWKS document. A key of a kind that is not known does not spoil the others.
struct WebKeySet: Codable, Hashable, Sendable {
    var keys: [WebKey]

    init(keys: [WebKey]) {
        self.keys = keys
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        keys = try container.decode([Lenient].self, forKey: .keys).compactMap(\.key)
    }

    private enum CodingKeys: String, CodingKey {
        case keys
    }

    private struct Lenient: Decodable {
        var key: WebKey?

        init(from decoder: any Decoder) throws {
            key = try? WebKey(from: decoder)
        }
    }
}
