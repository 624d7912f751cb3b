import Foundation
import FuncKit
import GRDB

/// The triggers of functions: those that manifests declare and those that were made by themselves.
struct TriggerStore: Sendable {
    /// Most triggers of one function.
    static let maxPerFunction = 100

    let registry: Registry
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// All triggers, newest first.
    /// - Throws: `function_not_found`.
    func triggers(of reference: FunctionReference) async throws -> [Trigger] {
        try await registry.read { database in
            let function = try FunctionStore.find(reference, in: database)
            let firings = try ScheduleRecord.lastFirings(of: function.id, in: database)
            return try TriggerRecord.filter(Column("functionID") == function.id)
                .order(Column("createdAt").desc, Column.rowID.desc).fetchAll(database)
                .map { $0.model(of: function, firedAt: firings[$0.id]) }
        }
    }

    /// One trigger by id or name.
    /// - Throws: `function_not_found`, `trigger_not_found`.
    func trigger(_ trigger: String, of reference: FunctionReference) async throws -> Trigger {
        try await registry.read { database in
            let function = try FunctionStore.find(reference, in: database)
            let record = try TriggerRecord.find(trigger, of: function, in: database)
            let firings = try ScheduleRecord.lastFirings(of: function.id, in: database)
            return record.model(of: function, firedAt: firings[record.id])
        }
    }

    /// Adds a trigger, which later deploys leave alone.
    /// - Throws: `function_not_found`, `already_exists`, `conflict` for an address that another function has,
    ///   `invalid_argument`.
    func create(_ spec: TriggerSpec, of reference: FunctionReference, author: String?) async throws -> Trigger {
        let spec = try spec.normalised()
        let now = now()
        return try await registry.write { database in
            let function = try FunctionStore.find(reference, in: database)
            let mine = TriggerRecord.filter(Column("functionID") == function.id)
            guard try mine.filter(Column("name") == spec.name).isEmpty(database) else {
                throw Self.exists(spec.name, of: function)
            }
            guard try mine.fetchCount(database) < Self.maxPerFunction else {
                throw FuncError(
                    .conflict,
                    "function '\(function.name)' has \(Self.maxPerFunction) triggers, which is the most it may have",
                    hint: "delete one with 'hks-func triggers delete'"
                )
            }
            let record = TriggerRecord(
                id: Identifier.make("trg"),
                functionID: function.id,
                name: spec.name,
                spec: spec,
                origin: .api,
                createdAt: now,
                updatedAt: now
            )
            try record.insert(database)
            try record.checkAddress(of: function, in: database)
            try Self.note("created", record, by: author, of: function, at: now, in: database)
            return record.model(of: function)
        }
    }

    /// Changes a trigger; `change` gets it as it is and returns it as it is to be. A declared one is restored by the next
    /// deploy.
    /// - Throws: `function_not_found`, `trigger_not_found`, `already_exists`, `conflict`, `invalid_argument`.
    func update(
        _ trigger: String,
        of reference: FunctionReference,
        author: String?,
        change: @escaping @Sendable (TriggerSpec) throws -> TriggerSpec
    ) async throws -> Trigger {
        let now = now()
        return try await registry.write { database in
            let function = try FunctionStore.find(reference, in: database)
            var record = try TriggerRecord.find(trigger, of: function, in: database)
            let spec = try change(record.spec).normalised()
            guard spec != record.spec else { return record.model(of: function) }
            if spec.name != record.name {
                let twin = TriggerRecord.filter(
                    Column("functionID") == function.id && Column("name") == spec.name
                )
                guard try twin.isEmpty(database) else { throw Self.exists(spec.name, of: function) }
            }
            record.name = spec.name
            record.spec = spec
            record.updatedAt = now
            try record.update(database)
            try record.checkAddress(of: function, in: database)
            try Self.note("updated", record, by: author, of: function, at: now, in: database)
            return record.model(of: function)
        }
    }

    /// Removes a trigger. A declared one is back with the next deploy.
    /// - Throws: `function_not_found`, `trigger_not_found`.
    func delete(_ trigger: String, of reference: FunctionReference, author: String?) async throws -> Trigger {
        let now = now()
        return try await registry.write { database in
            let function = try FunctionStore.find(reference, in: database)
            let record = try TriggerRecord.find(trigger, of: function, in: database)
            try record.delete(database)
            try Self.note("deleted", record, by: author, of: function, at: now, in: database)
            return record.model(of: function)
        }
    }

    /// Adds to the audit trail and counts the change.
    private static func note(
        _ what: String,
        _ record: TriggerRecord,
        by author: String?,
        of function: FunctionRecord,
        at time: Date,
        in database: Database
    ) throws {
        var function = function
        function.revision += 1
        function.updatedAt = time
        try function.update(database)
        var metadata = ["trigger": record.name, "type": record.spec.type, "enabled": String(record.spec.enabled)]
        metadata["by"] = author
        try EventStore.add(
            "trigger_\(what)",
            "trigger '\(record.name)' \(what)",
            metadata: metadata,
            of: function,
            at: time,
            in: database
        )
    }

    private static func exists(_ name: String, of function: FunctionRecord) -> FuncError {
        FuncError(
            .alreadyExists,
            "trigger '\(name)' of function '\(function.name)' exists already",
            hint: "choose another name, or change it with 'hks-func triggers update \(name)'"
        )
    }
}

extension TriggerRecord {
    /// The trigger meant by an id or a name.
    fileprivate static func find(
        _ reference: String,
        of function: FunctionRecord,
        in database: Database
    ) throws -> TriggerRecord {
        let mine = TriggerRecord.filter(Column("functionID") == function.id)
        if let record = try mine.filter(Column("id") == reference).fetchOne(database) { return record }
        if let record = try mine.filter(Column("name") == reference).fetchOne(database) { return record }
        throw FuncError(
            .triggerNotFound,
            "trigger '\(reference)' of function '\(function.name)' not found",
            hint: "run 'hks-func triggers list \(function.name)' to see its triggers"
        )
    }

    fileprivate func model(of function: FunctionRecord, firedAt: Date? = nil) -> Trigger {
        var trigger = Trigger(
            id: id,
            workspaceID: function.workspaceID,
            functionID: function.id,
            functionName: function.name,
            spec: spec,
            origin: origin,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
        trigger.lastFiredAt = firedAt
        return trigger
    }
}
