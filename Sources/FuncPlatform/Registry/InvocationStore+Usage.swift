import Foundation
import GRDB

/// How often a function was called, and when last.
struct FunctionUsage: Sendable, Hashable {
    var calls = 0
    var lastCallAt: Date?
}

// Counts that outlive the records of single calls.
extension InvocationStore {
    /// The counts of all functions that were ever called, by id.
    func usage() async throws -> [String: FunctionUsage] {
        try await registry.read { database in
            try Row.fetchAll(database, sql: "SELECT functionID, calls, lastCallAt FROM functionUsage")
                .reduce(into: [:]) {
                    $0[$1["functionID"]] = FunctionUsage(calls: $1["calls"], lastCallAt: $1["lastCallAt"])
                }
        }
    }

    /// The counts of one function.
    func usage(of functionID: String) async throws -> FunctionUsage {
        try await registry.read { database in
            let sql = "SELECT calls, lastCallAt FROM functionUsage WHERE functionID = :function"
            let row = try Row.fetchOne(database, sql: sql, arguments: ["function": functionID])
            return row.map { FunctionUsage(calls: $0["calls"], lastCallAt: $0["lastCallAt"]) } ?? FunctionUsage()
        }
    }

    /// Counts one more call.
    static func count(_ functionID: String, at time: Date, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO functionUsage (functionID, calls, lastCallAt) VALUES (:function, 1, :time)
                ON CONFLICT (functionID) DO UPDATE SET calls = calls + 1, lastCallAt = :time
                """,
            arguments: ["function": functionID, "time": time]
        )
    }
}
