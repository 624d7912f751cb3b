import Foundation
import FuncKit
import GRDB

/// Request numbers by function, version and interval, in several finenesses at once.
///
/// What is added goes to every tier in one transaction, so each is whole by itself and nothing has to be put together later.
struct MetricsStore: Sendable {
    let registry: Registry
    let tiers: [MetricsTier]

    /// Names of a version in the Prometheus exposition.
    struct Series: Sendable, Hashable {
        var project: String
        var function: String
        var version: Int
        var buildMilliseconds: Int?
    }

    /// Adds numbers to those that are there. Those of functions that are gone are dropped.
    func add(_ deltas: [MetricsDelta]) async throws {
        guard !deltas.isEmpty else { return }
        try await registry.write { [tiers] database in
            var rows: [Key: MetricsBucket] = [:]
            let functions = Set(try String.fetchAll(database, sql: "SELECT id FROM function"))
            for delta in deltas where functions.contains(delta.functionID) {
                for tier in tiers {
                    rows[Key(delta, seconds: tier.seconds), default: MetricsBucket()].add(delta.bucket)
                }
            }
            for (key, added) in rows {
                let stored = try MetricsRecord.filter(key.columns).fetchOne(database)
                var bucket = try stored.map { try MetricsBucket(encoded: $0.data) } ?? MetricsBucket()
                bucket.add(added)
                try MetricsRecord(key, data: bucket.encoded).insert(database, onConflict: .replace)
            }
        }
    }

    /// The numbers of a function, or of one version of it, by the beginning of their interval.
    func buckets(of functionID: String, versionID: String?, seconds: Int, from start: Int64, to end: Int64) async throws
        -> [Int64: MetricsBucket]
    {
        try await registry.read { database in
            var request = MetricsRecord.filter(
                Column("functionID") == functionID && Column("seconds") == seconds && Column("start") >= start
                    && Column("start") < end
            )
            if let versionID { request = request.filter(Column("versionID") == versionID) }
            var result: [Int64: MetricsBucket] = [:]
            let rows = try request.fetchCursor(database)
            while let row = try rows.next() {
                result[row.start, default: MetricsBucket()].add(try MetricsBucket(encoded: row.data))
            }
            return result
        }
    }

    /// Removes what is older than its tier keeps it, and answers with the ids of all versions that there are.
    func prune(now: Date) async throws -> Set<String> {
        try await registry.write { [tiers] database in
            let known = tiers.map(\.seconds)
            try MetricsRecord.filter(!known.contains(Column("seconds"))).deleteAll(database)
            for tier in tiers {
                // A little later than promised, so that a range of just that length is whole.
                let limit = Int64(now.timeIntervalSince1970) - Int64(tier.keepSeconds + tier.seconds + 60)
                try MetricsRecord.filter(Column("seconds") == tier.seconds && Column("start") < limit)
                    .deleteAll(database)
            }
            return Set(try String.fetchAll(database, sql: "SELECT id FROM version"))
        }
    }

    /// The names of all versions by id.
    func series() async throws -> [String: Series] {
        try await registry.read { database in
            let projects = try ProjectRecord.fetchAll(database).reduce(into: [:]) { $0[$1.id] = $1.name }
            let functions = try FunctionRecord.fetchAll(database).reduce(into: [:]) { $0[$1.id] = $1 }
            var result: [String: Series] = [:]
            for version in try VersionRecord.fetchAll(database) {
                guard let function = functions[version.functionID] else { continue }
                result[version.id] = Series(
                    project: projects[function.projectID] ?? function.projectID,
                    function: function.name,
                    version: version.number,
                    buildMilliseconds: version.phases?.buildMilliseconds
                )
            }
            return result
        }
    }
}

private struct Key: Hashable {
    var functionID: String
    var versionID: String
    var seconds: Int
    var start: Int64

    init(_ delta: MetricsDelta, seconds: Int) {
        functionID = delta.functionID
        versionID = delta.versionID
        self.seconds = seconds
        start = delta.start - delta.start % Int64(seconds)
    }

    var columns: SQLExpression {
        Column("functionID") == functionID && Column("seconds") == seconds && Column("start") == start
            && Column("versionID") == versionID
    }
}

/// A row of `requestNumbers`.
private struct MetricsRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "requestNumbers"
    var functionID: String
    var seconds: Int
    var start: Int64
    var versionID: String
    var data: Data

    init(_ key: Key, data: Data) {
        functionID = key.functionID
        seconds = key.seconds
        start = key.start
        versionID = key.versionID
        self.data = data
    }
}
