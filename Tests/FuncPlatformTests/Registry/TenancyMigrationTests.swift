import Foundation
import FuncKit
import GRDB
import TestSupport
import Testing

@testable import FuncPlatform

/// A database of an earlier release, with projects, a function and its trail.
struct TenancyMigrationTests {
    @Test func `projects, functions and trails of an earlier release are kept`() async throws {
        let folder = try TemporaryFolder("tenancy")
        let path = folder.path("platform.db")
        let queue = try DatabaseQueue(path: path)
        try RegistrySchema.migrator.migrate(queue, upTo: "4 sources, triggers, calls and events")
        let time = "2026-01-02 03:04:05.678"
        try await queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO project (id, workspaceID, name, createdAt) VALUES ('proj-1', 'default', 'shop', :time);
                    INSERT INTO function (id, workspaceID, projectID, name, settings, settingsStamp, lastNumber, revision,
                        createdAt, updatedAt)
                    VALUES ('func-1', 'default', 'proj-1', 'hello', :settings, 0, 0, 1, :time, :time);
                    INSERT INTO event (id, workspaceID, functionID, type, description, metadata, createdAt) VALUES
                        ('evt-1', 'default', 'func-1', 'created', 'd', '{}', :time),
                        ('evt-2', 'default', 'func-gone', 'deleted', 'd', '{}', :time);
                    """,
                arguments: ["time": time, "settings": #"{"runtime":"python"}"#]
            )
        }
        try queue.close()

        let registry = try Registry.open(path: path)
        let project = try await ProjectStore(registry: registry).project("shop", workspace: "default")
        #expect(project.createdAt == project.updatedAt)
        #expect(project.createdAt.map(WireDate.format) == "2026-01-02T03:04:05.678Z")
        #expect(project.labels.isEmpty)
        let store = FunctionStore(registry: registry, maxVersions: 5)
        let function = try await store.function(FunctionReference(project: "shop", function: "hello"))
        #expect(function.projectHost == "shop")
        let events = EventStore(registry: registry)
        #expect(try await events.events(of: FunctionReference(project: "shop", function: "hello"), limit: 9).count == 1)
        // Nobody can tell any more which project this one was in.
        await #expect(throws: FuncError.self) {
            try await events.events(of: FunctionReference(function: "func-gone"), limit: 9)
        }
        let workspace = try await WorkspaceStore(registry: registry).workspace("default")
        #expect(workspace.organizationID == "default")
        #expect(workspace.updatedAt == workspace.createdAt)
        try registry.close()
    }

    @Test func `host names of projects never meet`() async throws {
        let folder = try TemporaryFolder("tenancy")
        let registry = try Registry.open(path: folder.path("platform.db"))
        let (workspaces, projects) = (WorkspaceStore(registry: registry), ProjectStore(registry: registry))
        func add(_ name: String, to workspace: String) async throws -> String {
            let id = try await projects.create(name: name, workspace: workspace).id
            return try await registry.read { database in
                let sql = "SELECT hostLabel FROM project WHERE id = ?"
                return try String.fetchOne(database, sql: sql, arguments: [id]) ?? ""
            }
        }
        let one = try await workspaces.create(NewWorkspace(name: "c"), organization: "default").id
        let two = try await workspaces.create(NewWorkspace(name: "b-c"), organization: "default").id
        #expect(try await add("a-b", to: one) == "a-b-c")
        // The same label by another way, in another workspace and in the first one.
        #expect(try await add("a", to: two).hasPrefix("proj-"))
        #expect(try await add("a-b-c", to: "default") == "a-b-c-default")
        let long = String(repeating: "x", count: 63)
        #expect(try await add(long, to: one).hasPrefix("proj-"))
        #expect(try await add(long, to: "default") == long)
        try registry.close()
    }
}
