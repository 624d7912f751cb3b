import Foundation
import FuncKit
import GRDB

// What deploys and changes of triggers have in common.
extension TriggerRecord {
    /// Makes the declared triggers of a function those of its settings. One that stays keeps its id; one of the same name
    /// that was made by itself becomes a declared one; the others are left alone.
    /// - Returns: whether anything was changed.
    /// - Throws: `conflict` for an address that another function has.
    @discardableResult
    static func declare(
        _ specs: [TriggerSpec],
        of function: FunctionRecord,
        now: Date,
        in database: Database
    ) throws -> Bool {
        let mine = TriggerRecord.filter(Column("functionID") == function.id)
        var old = try mine.fetchAll(database).reduce(into: [:]) { $0[$1.name] = $1 }
        var isChanged = false
        for spec in specs {
            if var record = old.removeValue(forKey: spec.name) {
                guard record.spec != spec || record.origin != .manifest else { continue }
                record.spec = spec
                record.origin = .manifest
                record.updatedAt = now
                try record.update(database)
            } else {
                try TriggerRecord(
                    id: Identifier.make("trg"),
                    functionID: function.id,
                    name: spec.name,
                    spec: spec,
                    origin: .manifest,
                    createdAt: now,
                    updatedAt: now
                ).insert(database)
            }
            isChanged = true
        }
        for record in old.values where record.origin == .manifest {
            try record.delete(database)
            isChanged = true
        }
        if isChanged {
            try checkAddresses(try httpTriggers(of: function.id, in: database), of: function, in: database)
        }
        return isChanged
    }

    /// The function's triggers of type http, disabled ones too, oldest first.
    static func httpTriggers(of functionID: String, in database: Database) throws -> [HTTPTrigger] {
        try TriggerRecord.filter(Column("functionID") == functionID).order(Column("createdAt"), Column.rowID)
            .fetchAll(database).compactMap(\.http)
    }

    /// The settings of a trigger of type http. What was stored before there were rules and breaks them now leads nowhere,
    /// and keeps the function closed rather than open.
    private var http: HTTPTrigger? {
        guard spec.type == TriggerSpec.http else { return nil }
        return (try? HTTPTrigger(spec)) ?? HTTPTrigger(auth: .token, isEnabled: false)
    }

    /// - Throws: `conflict` for an address of this trigger that another function has.
    func checkAddress(of function: FunctionRecord, in database: Database) throws {
        guard let trigger = try HTTPTrigger(spec) else { return }
        try Self.checkAddresses([trigger], of: function, in: database)
    }

    /// - Throws: `conflict` for an address that an enabled trigger of another function has.
    static func checkAddresses(
        _ triggers: [HTTPTrigger],
        of function: FunctionRecord,
        in database: Database
    ) throws {
        let wanted = triggers.filter(\.isEnabled)
        guard wanted.contains(where: { $0.path != nil || !$0.hosts.isEmpty }) else { return }
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT t.*, f.name AS functionName, f.projectID FROM functionTrigger t
                JOIN function f ON f.id = t.functionID WHERE f.id <> ? AND f.isDeleting = 0
                """,
            arguments: [function.id]
        )
        while let row = try rows.next() {
            guard let other = try TriggerRecord(row: row).http, other.isEnabled else { continue }
            let isSameProject = row["projectID"] == function.projectID
            for trigger in wanted {
                if isSameProject, let path = trigger.path, path == other.path {
                    throw taken("path '\(path)'", by: row["functionName"])
                }
                let host = trigger.hosts.first(where: other.hosts.contains)
                if let host, trigger.path ?? "/" == other.path ?? "/" {
                    throw taken(
                        "path '\(trigger.path ?? "/")' on host '\(host)'",
                        by: isSameProject ? row["functionName"] : nil
                    )
                }
            }
        }
    }

    /// Functions of other projects are not named: whoever asks may not see them.
    private static func taken(_ address: String, by function: String?) -> FuncError {
        let owner = function.map { "function '\($0)'" } ?? "a function of another project"
        return FuncError(
            .conflict,
            "\(address) is taken by a trigger of \(owner)",
            hint: "choose another path, or delete or disable that trigger"
        )
    }
}

extension FunctionSettings {
    /// These settings with their triggers in the one spelling that is stored.
    /// - Throws: `invalid_argument`.
    func withNormalisedTriggers() throws -> FunctionSettings {
        var settings = self
        settings.triggers = try triggers.map { try $0.normalised() }
        return settings
    }
}

extension DeployRequest {
    /// This request with its triggers in the one spelling that is stored.
    /// - Throws: `invalid_argument`.
    func withNormalisedTriggers() throws -> DeployRequest {
        var request = self
        request.settings = try settings.withNormalisedTriggers()
        return request
    }
}
