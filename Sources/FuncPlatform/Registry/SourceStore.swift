import Foundation
import FuncKit
import GRDB

/// Which sources are stored and needed; the files are ``ArtifactStore``'s.
struct SourceStore: Sendable {
    let registry: Registry
    /// How long a source that no version uses is kept after a client last asked for it or sent it.
    let grace: TimeInterval
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, grace: TimeInterval = 3600, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.grace = grace
        self.now = now
    }

    /// Notes that a source is there and that someone means to use it.
    func touch(_ digest: String, size: Int) async throws {
        let now = now()
        try await registry.write { database in
            var record =
                try SourceRecord.fetchOne(database, key: digest)
                ?? SourceRecord(digest: digest, size: size, createdAt: now, touchedAt: now)
            record.touchedAt = now
            try record.save(database)
        }
    }

    /// Notes that someone has shown that they have a source's bytes.
    func note(holder principalID: String, of digest: String) async throws {
        let now = now()
        try await registry.write { database in
            let record = SourceHolderRecord(digest: digest, principalID: principalID, createdAt: now)
            try record.insert(database, onConflict: .ignore)
        }
    }

    /// Whether someone has shown that they have a source's bytes, or a function of one of these projects is made of them.
    func isOpen(_ digest: String, to principalID: String, in projects: [String]) async throws -> Bool {
        try await registry.read { database in
            let key = ["digest": digest, "principalID": principalID]
            if try SourceHolderRecord.exists(database, key: key) { return true }
            let functions = FunctionRecord.filter(projects.contains(Column("projectID"))).select(Column("id"))
            let versions = VersionRecord.filter(Column("sourceDigest") == digest)
                .filter(functions.contains(Column("functionID")))
            return try !versions.isEmpty(database)
        }
    }

    /// Forgets a source whose file is not there.
    func forget(_ digest: String) async throws {
        _ = try await registry.write { try SourceRecord.deleteOne($0, key: digest) }
    }

    /// Sources that no version uses and nobody asked for lately.
    func unused() async throws -> [String] {
        let limit = now().addingTimeInterval(-grace)
        return try await registry.read { try String.fetchAll($0, Self.unused(before: limit)) }
    }

    /// Forgets a source if it is unused still; a deploy that comes later is told that it is not stored.
    func forgetIfUnused(_ digest: String) async throws -> Bool {
        let limit = now().addingTimeInterval(-grace)
        return try await registry.write { database in
            guard try String.fetchAll(database, Self.unused(before: limit)).contains(digest) else { return false }
            return try SourceRecord.deleteOne(database, key: digest)
        }
    }

    private static func unused(before limit: Date) -> SQLRequest<String> {
        """
        SELECT digest FROM source WHERE touchedAt < \(limit)
        AND NOT EXISTS (SELECT 1 FROM version WHERE sourceDigest = source.digest)
        """
    }
}
