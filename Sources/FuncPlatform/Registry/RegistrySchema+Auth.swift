import GRDB

extension RegistrySchema {
    /// People, programs, and what they prove themselves with.
    static func addAccounts(_ database: Database) throws {
        try database.create(table: "account", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("provider", .text).notNull()
            table.column("subject", .text).notNull()
            table.column("email", .text).notNull()
            table.column("name", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.column("lastLogin", .text).notNull()
            table.uniqueKey(["provider", "subject"])
        }
        try database.create(table: "session", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("accountID", .text).notNull().indexed().references("account", onDelete: .cascade)
            table.column("tokenID", .text).notNull()
            table.column("ipAddress", .text).notNull()
            table.column("userAgent", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.column("lastUsedAt", .text).notNull()
            table.column("expiresAt", .text).notNull().indexed()
        }
        try database.create(table: "refreshToken", options: .strict) { table in
            table.primaryKey("selector", .text)
            table.column("sessionID", .text).notNull().indexed().references("session", onDelete: .cascade)
            table.column("verifierDigest", .text).notNull()
            table.column("usedAt", .text)
            table.column("createdAt", .text).notNull()
        }
        try addKeys(database)
    }

    private static func addKeys(_ database: Database) throws {
        try database.create(table: "serviceAccount", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("workspaceID", .text).notNull().references("workspace", onDelete: .cascade)
            table.column("projectID", .text).notNull().indexed().references("project", onDelete: .cascade)
            table.column("name", .text).notNull()
            table.column("description", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.uniqueKey(["workspaceID", "name"])
        }
        try database.create(table: "apiKey", options: .strict) { table in
            table.primaryKey("id", .text)
            table.column("digest", .text).notNull().unique()
            table.column("organizationID", .text).notNull().indexed()
            table.column("workspaceID", .text).notNull().references("workspace", onDelete: .cascade)
            table.column("projectID", .text).notNull().indexed().references("project", onDelete: .cascade)
            table.column("name", .text).notNull()
            table.column("prefix", .text).notNull()
            table.column("scopes", .text).notNull()
            table.column("role", .text)
            table.column("serviceAccountID", .text).indexed().references("serviceAccount", onDelete: .cascade)
            table.column("createdBy", .text).notNull()
            table.column("createdAt", .text).notNull()
            table.column("expiresAt", .text)
            table.column("lastUsedAt", .text)
        }
        // Without a reference: the entry about a deletion outlives the account.
        try database.create(table: "securityEvent", options: .strict) { table in
            table.autoIncrementedPrimaryKey("position")
            table.column("id", .text).notNull().unique()
            table.column("userID", .text).indexed()
            table.column("type", .text).notNull()
            table.column("description", .text).notNull()
            table.column("ipAddress", .text).notNull()
            table.column("userAgent", .text).notNull()
            table.column("createdAt", .text).notNull()
        }
    }
}
