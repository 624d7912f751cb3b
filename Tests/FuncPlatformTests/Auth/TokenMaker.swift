import Crypto
import Foundation
import FuncKit
import JWTKit

@testable import FuncPlatform

/// Makes tokens of every kind, good and bad.
struct TokenMaker: Sendable {
    typealias Fields = [String: any Sendable]

    /// `header.payload` as it is signed.
    static func input(_ header: Fields, _ claims: Fields) throws -> String {
        try [header, claims].map { fields in
            let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
            return Base64URL.encode(try JSONSerialization.data(withJSONObject: fields, options: options))
        }
        .joined(separator: ".")
    }

    /// A token signed with HMAC.
    static func hmac(_ header: Fields, _ claims: Fields, secret: Data) throws -> String {
        let input = try input(header, claims)
        let code = HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: SymmetricKey(data: secret))
        return input + "." + Base64URL.encode(Data(code))
    }

    /// A token signed with a key of JWTKit, whatever the header says.
    static func signed(_ header: Fields, _ claims: Fields, by keys: JWTKeyCollection) async throws -> String {
        let input = try input(header, claims)
        let signature = try await keys.getKey().sign(Data(input.utf8))
        return input + "." + Base64URL.encode(signature)
    }

    /// The parts of a token as JSON objects.
    static func parts(_ token: String) throws -> (header: [String: Any], claims: Fields) {
        let parts = try token.split(separator: ".").prefix(2).map { part in
            let data = Base64URL.decode(part) ?? Data()
            return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        }
        // JSON values can be shared, which `Any` does not say.
        return (
            parts[0],
            parts[1].compactMapValues { value in
                switch value {
                case let text as String: text as any Sendable
                case let list as [String]: list
                case let number as NSNumber: number.intValue
                default: nil
                }
            }
        )
    }
}
