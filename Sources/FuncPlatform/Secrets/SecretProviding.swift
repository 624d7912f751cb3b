import Foundation
import FuncKit

/// The value behind one reference.
struct SecretValue: Sendable {
    var reference: SecretReference
    var value: Data
    /// Which value it is, see ``Secret/revision``.
    var revision: Int
}

/// Gives instances the values of their secrets.
protocol SecretProviding: Sendable {
    /// The value behind each reference, in their order; nothing in between two of them changes.
    /// - Throws: `secret_not_found`, `secret_key_invalid`.
    func values(of references: [SecretReference], project: String) async throws -> [SecretValue]
}

/// A platform without a store of secrets.
struct NoSecrets: SecretProviding {
    func values(of references: [SecretReference], project: String) async throws -> [SecretValue] {
        guard let first = references.first else { return [] }
        throw FuncError(.secretNotFound, "secret '\(first.secret)' not found: no secrets are kept here")
    }
}

/// Values that the caller of a trial run brings along.
struct GivenSecrets: SecretProviding {
    let values: [SecretReference: Data]

    func values(of references: [SecretReference], project: String) async throws -> [SecretValue] {
        try references.map { reference in
            guard let value = values[reference] else {
                throw FuncError(.secretNotFound, "no value was given for secret '\(reference.secret)'")
            }
            return SecretValue(reference: reference, value: value, revision: 1)
        }
    }
}
