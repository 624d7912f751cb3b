import FuncKit
import JWTKit

/// The keys of one issuer, each with the one algorithm that it is good for.
struct VerificationKeys: Sendable {
    private let collection: JWTKeyCollection
    private let algorithms: [String: String]

    /// Takes the usable keys of a set. A key without an identifier is usable where it is the only one.
    init(_ set: WebKeySet) async {
        let collection = JWTKeyCollection()
        var algorithms: [String: String] = [:]
        for key in set.keys {
            guard let algorithm = key.signatureAlgorithm, let id = key.kid ?? (set.keys.count == 1 ? "" : nil),
                await Self.add(key, as: id, to: collection)
            else { continue }
            algorithms[id] = algorithm
        }
        self.collection = collection
        self.algorithms = algorithms
    }

    /// How many keys there are.
    var count: Int { algorithms.count }

    /// Whether there is a key that a token can mean.
    func canVerify(_ token: CompactToken) -> Bool {
        key(for: token) != nil
    }

    /// The claims of a token whose signature is good; what they say is for the caller to check.
    ///
    /// The key decides on the algorithm. A token that names another one, as `none` or `HS256`, is refused before anything
    /// is computed (RFC 8725, section 3.1).
    /// - Throws: ``TokenRefusal``.
    func claims<Claims: JWTPayload>(of token: CompactToken, as type: Claims.Type) async throws(TokenRefusal) -> Claims {
        guard let id = key(for: token), algorithms[id] == token.algorithm else { throw .forged }
        do {
            let algorithm = try await collection.getKey(for: JWKIdentifier(string: id))
            guard algorithm.name == token.algorithm else { throw TokenRefusal.forged }
            return try await collection.verify(token.text, as: type)
        } catch {
            // Whatever is wrong with it, whoever sent it learns no more than that.
            throw .forged
        }
    }

    private func key(for token: CompactToken) -> String? {
        guard let id = token.keyID else { return algorithms.count == 1 ? algorithms.keys.first : nil }
        if algorithms[id] != nil { return id }
        return algorithms.count == 1 && algorithms[""] != nil ? "" : nil
    }

    private static func add(_ key: WebKey, as id: String, to collection: JWTKeyCollection) async -> Bool {
        let name = JWKIdentifier(string: id)
        // A key that cannot be read, or is too small, verifies nothing.
        if let n = key.n, let e = key.e, let rsa = try? Insecure.RSA.PublicKey(modulus: n, exponent: e) {
            await collection.add(rsa: rsa, digestAlgorithm: .sha256, kid: name)
            return true
        }
        if let x = key.x, let y = key.y, let ecdsa = try? ES256PublicKey(parameters: (x, y)) {
            await collection.add(ecdsa: ecdsa, kid: name)
            return true
        }
        return false
    }
}

/// Why a credential is not accepted. Clients only learn that it is not; the difference matters to whoever counts guesses.
enum TokenRefusal: Error, Hashable {
    /// Not made by whom it says: a guess, or an attack.
    case forged
    /// Was good once: expired, revoked, or not good yet, or not for us.
    case notValid
}
