import GRDB

/// The database schema as a list of named steps. A step that has been released is never edited; a change is a new step.
enum RegistrySchema {
    /// All steps in order.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 workspaces and projects", migrate: addProjects)
        migrator.registerMigration("2 functions and versions", migrate: addFunctions)
        migrator.registerMigration("3 traffic and activations", migrate: addTraffic)
        migrator.registerMigration("4 sources, triggers, calls and events", migrate: addRecords)
        migrator.registerMigration("5 answers to repeated requests", migrate: ReplyStore.migrate)
        migrator.registerMigration("6 memberships and project details", migrate: addTenancy)
        migrator.registerMigration("7 secrets", migrate: addSecrets)
        migrator.registerMigration("8 request numbers", migrate: addRequestNumbers)
        migrator.registerMigration("9 trigger origin", migrate: addTriggerOrigin)
        migrator.registerMigration("10 function usage", migrate: addUsage)
        migrator.registerMigration("11 accounts, sessions and keys", migrate: addAccounts)
        migrator.registerMigration("12 schedules", migrate: addSchedules)
        return migrator
    }

    private static func addProjects(_ database: Database) throws {
        try database.create(table: "workspace", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("name", .text).notNull().unique()
            table.column("createdAt", .text).notNull()
        }
        try database.create(table: "project", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("workspaceID", .text).notNull().references("workspace", onDelete: .cascade)
            table.column("name", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.uniqueKey(["workspaceID", "name"])
        }
        try database.execute(
            sql: """
                INSERT INTO workspace (id, name, createdAt)
                VALUES ('default', 'default', strftime('%Y-%m-%d %H:%M:%f', 'now'));
                INSERT INTO project (id, workspaceID, name, createdAt)
                VALUES ('default', 'default', 'default', strftime('%Y-%m-%d %H:%M:%f', 'now'));
                """
        )
    }

    private static func addFunctions(_ database: Database) throws {
        try database.create(table: "function", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("workspaceID", .text).notNull().references("workspace", onDelete: .restrict)
            table.column("projectID", .text).notNull().references("project", onDelete: .restrict)
            table.column("name", .text).notNull()
            table.column("settings", .text).notNull()
            table.column("settingsStamp", .integer).notNull()
            table.column("activeVersionID", .text).references("version", column: "id", onDelete: .setNull)
            table.column("lastNumber", .integer).notNull()
            table.column("revision", .integer).notNull()
            table.column("isDeleting", .integer).notNull().defaults(to: 0)
            table.column("createdAt", .text).notNull()
            table.column("updatedAt", .text).notNull()
            table.uniqueKey(["projectID", "name"])
        }
        try database.create(table: "version", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("functionID", .text).notNull().references("function", onDelete: .cascade)
            table.column("number", .integer).notNull()
            table.column("status", .text).notNull().indexed()
            table.column("buildStatus", .text).notNull()
            table.column("settings", .text).notNull()
            table.column("settingsStamp", .integer).notNull()
            table.column("sourceDigest", .text).notNull().indexed()
            table.column("bundle", .text)
            table.column("takesTraffic", .integer).notNull()
            table.column("tag", .text)
            table.column("message", .text)
            table.column("createdBy", .text)
            table.column("failure", .text)
            table.column("phases", .text)
            table.column("createdAt", .text).notNull()
            table.uniqueKey(["functionID", "number"])
        }
    }

    private static func addTraffic(_ database: Database) throws {
        try database.create(table: "trafficRoute", options: .strict) { table in
            table.column("functionID", .text).notNull().references("function", onDelete: .cascade)
            table.column("position", .integer).notNull()
            table.column("versionID", .text).notNull().indexed().references("version", onDelete: .cascade)
            table.column("percent", .integer).notNull().check { $0 >= 0 && $0 <= 100 }
            table.column("tag", .text)
            table.primaryKey(["functionID", "position"])
            table.uniqueKey(["functionID", "tag"])
        }
        try database.create(table: "activation", options: .strict) { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("functionID", .text).notNull().indexed().references("function", onDelete: .cascade)
            table.column("versionID", .text).notNull().indexed().references("version", onDelete: .cascade)
            table.column("reason", .text).notNull()
            table.column("message", .text)
            table.column("createdAt", .text).notNull()
        }
    }

    private static func addRecords(_ database: Database) throws {
        try database.create(table: "source", options: .strict) { table in
            table.primaryKey("digest", .text)
            table.column("size", .integer).notNull()
            table.column("createdAt", .text).notNull()
            table.column("touchedAt", .text).notNull()
        }
        try database.create(table: "functionTrigger", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("functionID", .text).notNull().references("function", onDelete: .cascade)
            table.column("name", .text).notNull()
            table.column("spec", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.column("updatedAt", .text).notNull()
            table.uniqueKey(["functionID", "name"])
        }
        try database.create(table: "invocation", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("functionID", .text).notNull().references("function", onDelete: .cascade)
            table.column("status", .text).notNull().indexed()
            table.column("request", .text)
            table.column("startedAt", .text).notNull()
            table.column("completedAt", .text)
            table.column("result", .text)
            table.column("error", .text)
        }
        try database.create(indexOn: "invocation", columns: ["functionID", "startedAt"])
        // Without a reference: the entry about a deletion outlives the function.
        try database.create(table: "event", options: .strict) { table in
            table.autoIncrementedPrimaryKey("position")
            table.column("id", .text).notNull().unique()
            table.column("workspaceID", .text).notNull()
            table.column("functionID", .text).notNull().indexed()
            table.column("type", .text).notNull()
            table.column("description", .text).notNull()
            table.column("metadata", .text).notNull()
            table.column("createdAt", .text).notNull()
        }
    }

    private static func addSecrets(_ database: Database) throws {
        try database.create(table: "secret", options: .strict) { table in
            table.column("projectID", .text).notNull().references("project", onDelete: .restrict)
            table.column("name", .text).notNull()
            table.column("revision", .integer).notNull()
            table.column("keyID", .text)
            table.column("value", .blob)
            table.column("createdAt", .text).notNull()
            table.column("updatedAt", .text).notNull()
            table.primaryKey(["projectID", "name"])
        }
    }

    private static func addRequestNumbers(_ database: Database) throws {
        // Versions are not referenced: what they served stays part of the function's history when they are gone.
        try database.create(table: "requestNumbers", options: [.strict, .withoutRowID]) { table in
            table.column("functionID", .text).notNull().references("function", onDelete: .cascade)
            table.column("seconds", .integer).notNull()
            table.column("start", .integer).notNull()
            table.column("versionID", .text).notNull()
            table.column("data", .blob).notNull()
            table.primaryKey(["functionID", "seconds", "start", "versionID"])
        }
        try database.create(indexOn: "requestNumbers", columns: ["seconds", "start"])
    }

    /// Up to here, manifests were all that made triggers.
    private static func addTriggerOrigin(_ database: Database) throws {
        try database.alter(table: "functionTrigger") { table in
            table.add(column: "origin", .text).notNull().defaults(to: "manifest")
        }
    }

    /// How often a function was called, which the bounded list of calls cannot tell.
    private static func addUsage(_ database: Database) throws {
        try database.create(table: "functionUsage", options: .strict) { table in
            table.primaryKey("functionID", .text).references("function", onDelete: .cascade)
            table.column("calls", .integer).notNull()
            table.column("lastCallAt", .text).notNull()
        }
        try database.execute(
            sql: """
                INSERT INTO functionUsage (functionID, calls, lastCallAt)
                SELECT functionID, count(*), max(startedAt) FROM invocation GROUP BY functionID
                """
        )
    }
}
