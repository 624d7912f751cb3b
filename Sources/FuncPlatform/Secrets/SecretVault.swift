import Foundation
import FuncKit

/// Values of secrets, locked and unlocked with the key of this platform.
struct SecretVault: SecretProviding {
    let store: SecretStore
    let keyFile: SecretKeyFile

    func values(of references: [SecretReference], project: String) async throws -> [SecretValue] {
        guard !references.isEmpty else { return [] }
        let records = try await store.records(of: references, project: project)
        guard let key = try keyFile.read() else { throw keyFile.mismatch(isMissing: true) }
        return try zip(references, records).map { reference, record in
            guard record.keyID == key.id else { throw keyFile.mismatch(isMissing: false) }
            let value = try key.open(record.value ?? Data(), for: record.owner)
            return SecretValue(reference: reference, value: value, revision: record.revision)
        }
    }

    /// The key for a new value. It is made with the first value; while there are values that were locked with another
    /// one, nothing is.
    /// - Throws: `secret_key_invalid`, `file_system`, `no_space`.
    func keyForWriting() async throws -> SecretKey {
        let inUse = try await store.keyIDs()
        guard let key = try keyFile.read() else {
            guard inUse.isEmpty else { throw keyFile.mismatch(isMissing: true) }
            return try await BlockingWork.run("make the key of secrets") { [keyFile] _ in try keyFile.create() }
        }
        guard inUse.isSubset(of: [key.id]) else { throw keyFile.mismatch(isMissing: false) }
        return key
    }
}
