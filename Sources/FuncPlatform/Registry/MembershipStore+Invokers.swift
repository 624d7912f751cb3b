import Foundation
import FuncKit
import GRDB

// The right to call one function. Each change is in the function's audit trail.
extension MembershipStore {
    /// Everyone who may call a function besides the developers of its project, by id.
    /// - Throws: `function_not_found`.
    func invokers(of reference: FunctionReference) async throws -> [Invoker] {
        try await registry.read { database in
            let function = try FunctionStore.find(reference, in: database)
            return try InvokerRecord.filter(Column("functionID") == function.id).order(Column("principalID"))
                .fetchAll(database).map { Invoker(principal: $0.principalID, createdAt: $0.createdAt) }
        }
    }

    /// One of ``invokers(of:)``.
    /// - Throws: `function_not_found`, `not_found`.
    func invoker(_ principalID: String, of reference: FunctionReference) async throws -> Invoker {
        try await registry.read { database in
            let function = try FunctionStore.find(reference, in: database)
            let key = ["functionID": function.id, "principalID": principalID]
            guard let record = try InvokerRecord.fetchOne(database, key: key) else {
                throw Self.noInvoker(principalID, function)
            }
            return Invoker(principal: record.principalID, createdAt: record.createdAt)
        }
    }

    /// Lets someone call a function; who may already, still may.
    /// - Throws: `function_not_found`, `invalid_argument`, `conflict` for the platform's owner.
    func addInvoker(_ principalID: String, to reference: FunctionReference, author: String) async throws -> Invoker {
        try Self.check(principalID)
        let now = now()
        return try await registry.write { database in
            let function = try FunctionStore.find(reference, in: database)
            let key = ["functionID": function.id, "principalID": principalID]
            if let known = try InvokerRecord.fetchOne(database, key: key) {
                return Invoker(principal: known.principalID, createdAt: known.createdAt)
            }
            try InvokerRecord(functionID: function.id, principalID: principalID, createdAt: now).insert(database)
            try EventStore.add(
                "invoker_added",
                "'\(principalID)' may call the function",
                metadata: ["principal": principalID, "author": author],
                of: function,
                at: now,
                in: database
            )
            return Invoker(principal: principalID, createdAt: now)
        }
    }

    /// Takes the right to call a function away.
    /// - Throws: `function_not_found`, `not_found`.
    func removeInvoker(_ principalID: String, from reference: FunctionReference, author: String) async throws {
        let now = now()
        try await registry.write { database in
            let function = try FunctionStore.find(reference, in: database)
            let key = ["functionID": function.id, "principalID": principalID]
            guard try InvokerRecord.deleteOne(database, key: key) else {
                throw Self.noInvoker(principalID, function)
            }
            try EventStore.add(
                "invoker_removed",
                "'\(principalID)' may no longer call the function",
                metadata: ["principal": principalID, "author": author],
                of: function,
                at: now,
                in: database
            )
        }
    }

    private static func noInvoker(_ principalID: String, _ function: FunctionRecord) -> FuncError {
        FuncError(.notFound, "'\(principalID)' has no right of their own to call function '\(function.name)'")
    }
}
