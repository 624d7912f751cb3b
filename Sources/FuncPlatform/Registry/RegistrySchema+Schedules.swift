import GRDB

// Which times of schedules have been dealt with, and which calls triggers led to.
extension RegistrySchema {
    static func addSchedules(_ database: Database) throws {
        try database.create(table: "triggerSchedule", options: .strict) { table in
            table.primaryKey("triggerID", .text).references("functionTrigger", onDelete: .cascade)
            table.column("schedule", .text).notNull()
            table.column("handledThrough", .text)
            table.column("lastFiredAt", .text)
        }
        try database.alter(table: "invocation") { table in
            table.add(column: "triggerName", .text)
        }
    }
}
