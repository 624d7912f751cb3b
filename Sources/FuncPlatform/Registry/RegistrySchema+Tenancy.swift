import GRDB

// Who owns what, and who may do what with it.
extension RegistrySchema {
    static func addTenancy(_ database: Database) throws {
        try addOrganizations(database)
        try addDetails(database)
        try addGrants(database)
        // One row that is written to find out whether the database can be.
        try database.create(table: "probe", options: .strict) { table in
            table.primaryKey("id", .integer)
            table.column("writtenAt", .text).notNull()
        }
    }

    private static func addOrganizations(_ database: Database) throws {
        try database.create(table: "organization", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("name", .text).notNull().unique()
            table.column("displayName", .text).notNull()
            table.column("description", .text).notNull().defaults(to: "")
            table.column("website", .text).notNull().defaults(to: "")
            table.column("email", .text).notNull().defaults(to: "")
            table.column("createdAt", .text).notNull()
            table.column("updatedAt", .text).notNull()
        }
        try database.execute(
            sql: """
                INSERT INTO organization (id, name, displayName, createdAt, updatedAt) VALUES ('default', 'default',
                'Default', strftime('%Y-%m-%d %H:%M:%f', 'now'), strftime('%Y-%m-%d %H:%M:%f', 'now'))
                """
        )
        try database.alter(table: "workspace") { table in
            table.add(column: "organizationID", .text).notNull().defaults(to: "default")
                .references("organization", onDelete: .restrict)
            table.add(column: "description", .text).notNull().defaults(to: "")
            table.add(column: "plan", .text).notNull().defaults(to: "shared")
            table.add(column: "planID", .text).notNull().defaults(to: "local")
            table.add(column: "updatedAt", .text).notNull().defaults(to: "")
        }
        try database.execute(sql: "UPDATE workspace SET updatedAt = createdAt")
    }

    private static func addDetails(_ database: Database) throws {
        try database.alter(table: "project") { table in
            table.add(column: "displayName", .text).notNull().defaults(to: "")
            table.add(column: "description", .text).notNull().defaults(to: "")
            table.add(column: "labels", .text).notNull().defaults(to: "{}")
            table.add(column: "settings", .text).notNull().defaults(to: "{}")
            table.add(column: "resourceQuotas", .text).notNull().defaults(to: "{}")
            table.add(column: "hostLabel", .text).notNull().defaults(to: "")
            table.add(column: "updatedAt", .text).notNull().defaults(to: "")
        }
        // Until now there was one workspace, so names are unique.
        try database.execute(sql: "UPDATE project SET updatedAt = createdAt, hostLabel = name")
        try database.create(indexOn: "project", columns: ["hostLabel"], options: .unique)
        // Entries outlive their function; who may read them then depends on its project.
        try database.alter(table: "event") { $0.add(column: "projectID", .text) }
        try database.execute(
            sql: "UPDATE event SET projectID = (SELECT projectID FROM function WHERE function.id = event.functionID)"
        )
    }

    private static func addGrants(_ database: Database) throws {
        try database.create(table: "membership", options: .strict) { table in
            table.column("projectID", .text).notNull().references("project", onDelete: .cascade)
            table.column("principalID", .text).notNull().indexed()
            table.column("role", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.column("updatedAt", .text).notNull()
            table.primaryKey(["projectID", "principalID"])
        }
        try database.create(table: "invoker", options: .strict) { table in
            table.column("functionID", .text).notNull().references("function", onDelete: .cascade)
            table.column("principalID", .text).notNull().indexed()
            table.column("createdAt", .text).notNull()
            table.primaryKey(["functionID", "principalID"])
        }
        // Who has shown that they have a source's bytes; a digest alone is no proof.
        try database.create(table: "sourceHolder", options: .strict) { table in
            table.column("digest", .text).notNull().references("source", onDelete: .cascade)
            table.column("principalID", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.primaryKey(["digest", "principalID"])
        }
    }
}
