import Foundation
import FuncKit
import GRDB

/// Recorded calls, a bounded number per function.
struct InvocationStore: Sendable {
    let registry: Registry
    let maxPerFunction: Int
    /// Longest body that is kept of an answer.
    let maxBodyBytes: Int
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(
        registry: Registry,
        maxPerFunction: Int,
        maxBodyBytes: Int = 256 << 10,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.registry = registry
        self.maxPerFunction = maxPerFunction
        self.maxBodyBytes = maxBodyBytes
        self.now = now
    }

    /// Notes that a call begins; with `request`, that it waits and can be taken up after a crash.
    /// `trigger` is the name of what led to it.
    func begin(
        _ id: String,
        functionID: String,
        pending request: InvokeRequest? = nil,
        trigger: String? = nil
    ) async throws {
        let now = now()
        try await registry.write { database in
            try add(id, functionID: functionID, pending: request, trigger: trigger, at: now, in: database)
        }
    }

    /// As ``begin(_:functionID:pending:trigger:)``, within the caller's transaction.
    func add(
        _ id: String,
        functionID: String,
        pending request: InvokeRequest?,
        trigger: String?,
        at time: Date,
        in database: Database
    ) throws {
        try InvocationRecord(
            id: id,
            functionID: functionID,
            status: request == nil ? .running : .pending,
            request: request,
            triggerName: trigger,
            startedAt: time
        ).insert(database)
        try Self.count(functionID, at: time, in: database)
        try database.execute(
            sql: """
                DELETE FROM invocation WHERE functionID = :function AND completedAt IS NOT NULL AND id NOT IN (
                    SELECT id FROM invocation WHERE functionID = :function
                    ORDER BY startedAt DESC, rowid DESC LIMIT :limit
                )
                """,
            arguments: ["function": functionID, "limit": maxPerFunction]
        )
    }

    /// Notes that a waiting call is sent now; false if it is gone or was sent before.
    func start(_ id: String) async throws -> Bool {
        let now = now()
        return try await registry.write { database in
            guard var record = try InvocationRecord.fetchOne(database, key: id), record.status == .pending else {
                return false
            }
            record.status = .running
            record.request = nil
            record.startedAt = now
            try record.update(database)
            return true
        }
    }

    /// Notes the end of a call. A call whose function is gone has no record any more.
    func finish(_ id: String, status: InvocationStatus, result: InvokeResponse?, error: String?) async throws {
        let now = now()
        let kept = result.map(bounded)
        try await registry.write { database in
            guard var record = try InvocationRecord.fetchOne(database, key: id) else { return }
            record.status = status
            record.completedAt = now
            record.result = kept
            record.error = error
            try record.update(database)
            guard let function = try FunctionRecord.fetchOne(database, key: record.functionID) else { return }
            let milliseconds = max(0, now.timeIntervalSince(record.startedAt)) * 1000
            var metadata = ["invocationID": id, "duration": "\(Int(milliseconds.rounded()))ms"]
            metadata["trigger"] = record.triggerName
            let caller = record.triggerName.map { "by trigger '\($0)'" } ?? "through the API"
            try EventStore.add(
                EventStore.invoked,
                "called \(caller): \(status.rawValue)",
                metadata: metadata,
                of: function,
                at: now,
                in: database
            )
        }
    }

    /// One call.
    /// - Throws: `invocation_not_found`.
    func invocation(_ id: String, workspace: String) async throws -> Invocation {
        let record = try await registry.read { database -> InvocationRecord? in
            guard let record = try InvocationRecord.fetchOne(database, key: id),
                let function = try FunctionRecord.fetchOne(database, key: record.functionID),
                function.workspaceID == workspace
            else { return nil }
            return record
        }
        guard let record else { throw FuncError(.invocationNotFound, "invocation '\(id)' not found") }
        return record.model(workspace: workspace)
    }

    /// One call to one function.
    /// - Throws: `function_not_found`, `invocation_not_found`.
    func invocation(_ id: String, of reference: FunctionReference) async throws -> Invocation {
        let call = try await registry.read { database -> Invocation? in
            let function = try FunctionStore.find(reference, in: database)
            let record = try InvocationRecord.fetchOne(database, key: id)
            return record?.functionID == function.id ? record?.model(workspace: function.workspaceID) : nil
        }
        guard let call else {
            throw FuncError(
                .invocationNotFound,
                "invocation '\(id)' of function '\(reference.function)' not found"
            )
        }
        return call
    }

    /// The function that a call was made to, and its project; nil where there is no such call.
    func owner(of id: String, workspace: String) async throws -> FunctionOwner? {
        try await registry.read { database in
            guard let record = try InvocationRecord.fetchOne(database, key: id),
                let function = try FunctionRecord.fetchOne(database, key: record.functionID),
                function.workspaceID == workspace
            else { return nil }
            return FunctionOwner(project: function.projectID, function: function.id)
        }
    }

    /// The latest calls of a function, newest first; with a status only those.
    func invocations(of reference: FunctionReference, limit: Int, status: InvocationStatus? = nil) async throws
        -> [Invocation]
    {
        try await registry.read { database in
            let function = try FunctionStore.find(reference, in: database)
            var calls = InvocationRecord.filter(Column("functionID") == function.id)
            if let status { calls = calls.filter(Column("status") == status.rawValue) }
            return try calls.order(Column("startedAt").desc, Column.rowID.desc).limit(limit).fetchAll(database)
                .map { $0.model(workspace: function.workspaceID) }
        }
    }

    /// After a crash: ends calls that were under way, and answers with those that had not been sent.
    func recover() async throws -> [(id: String, functionID: String, request: InvokeRequest)] {
        let now = now()
        return try await registry.write { database in
            let running = InvocationRecord.filter(Column("status") == InvocationStatus.running.rawValue)
            for var record in try running.fetchAll(database) {
                record.status = .failed
                record.completedAt = now
                record.error = "the platform stopped during the call"
                try record.update(database)
            }
            let pending = InvocationRecord.filter(Column("status") == InvocationStatus.pending.rawValue)
            return try pending.order(Column("startedAt")).fetchAll(database).compactMap { record in
                record.request.map { (record.id, record.functionID, $0) }
            }
        }
    }

    /// Header of a kept answer that lacks the end of its body; its value is the length of the whole.
    static let truncationMark = "x-hks-body-truncated"

    private func bounded(_ response: InvokeResponse) -> InvokeResponse {
        guard response.body.count > maxBodyBytes else { return response }
        var cut = response
        cut.body = Data(response.body.prefix(maxBodyBytes))
        cut.headers[Self.truncationMark] = ["\(response.body.count)"]
        return cut
    }
}

extension InvocationRecord {
    fileprivate func model(workspace: String) -> Invocation {
        Invocation(
            id: id,
            workspaceID: workspace,
            functionID: functionID,
            trigger: triggerName,
            status: status,
            startedAt: startedAt,
            completedAt: completedAt,
            result: result,
            error: error
        )
    }
}
