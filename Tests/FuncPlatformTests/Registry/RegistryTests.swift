import Foundation
import FuncKit
import GRDB
import TestSupport
import Testing

@testable import FuncPlatform

struct RegistryTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("registry")
    }

    private var path: String { folder.path("platform.db") }

    @Test func `a new database has the default project and closed permissions`() async throws {
        let registry = try Registry.open(path: path)
        let projects = try await ProjectStore(registry: registry).projects(workspace: "default")
        #expect(projects.map(\.id) == ["default"])
        #expect(projects.map(\.name) == ["default"])
        #expect(projects.map(\.workspaceName) == ["default"])
        #expect(projects.allSatisfy { $0.createdAt != nil && $0.createdAt == $0.updatedAt })
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `commits wait for the disk and references are enforced`() async throws {
        let registry = try Registry.open(path: path)
        let (synchronous, journal) = try await registry.write { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                try String.fetchOne(database, sql: "PRAGMA journal_mode")
            )
        }
        #expect(synchronous == 2)
        #expect(journal == "wal")
        await #expect(throws: DatabaseError.self) {
            try await registry.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO project (id, workspaceID, name, hostLabel, createdAt)
                        VALUES ('p', 'nowhere', 'p', 'p', '2026-01-01 00:00:00.000')
                        """
                )
            }
        }
    }

    @Test func `what was committed is there after a copy of files as a crash leaves them`() async throws {
        let registry = try Registry.open(path: path)
        _ = try await ProjectStore(registry: registry).create(name: "kept", workspace: "default")
        // The database is open, so its newest pages are in the log only.
        let crashed = folder.path("crashed.db")
        try FileManager.default.copyItem(atPath: path, toPath: crashed)
        try FileManager.default.copyItem(atPath: path + "-wal", toPath: crashed + "-wal")
        let reopened = try Registry.open(path: crashed)
        let names = try await ProjectStore(registry: reopened).projects(workspace: "default").map(\.name)
        #expect(names == ["default", "kept"])
    }

    @Test func `a file that is no database is refused and left alone`() throws {
        let bytes = Data("this is certainly not a database, whatever its name says".utf8)
        try folder.write(bytes, to: "platform.db")
        let error = #expect(throws: FuncError.self) { try Registry.open(path: path) }
        #expect(error?.code == .databaseCorrupt)
        #expect(error?.message.contains(path) == true)
        #expect(error?.hint?.contains("hks-func platform reset") == true)
        #expect(FileManager.default.contents(atPath: path) == bytes)
    }

    @Test func `a damaged database is refused and left alone`() throws {
        try Registry.open(path: path).close()
        var bytes = try #require(FileManager.default.contents(atPath: path))
        let page = 4096
        for index in stride(from: 2 * page, to: bytes.count, by: 7) { bytes[index] = 0xA5 }
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FuncError.self) { try Registry.open(path: path) }
        #expect(error?.code == .databaseCorrupt)
        #expect(FileManager.default.contents(atPath: path) == bytes)
    }

    @Test func `a database of a newer program is refused`() throws {
        try Registry.open(path: path).close()
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
        try queue.close()
        let error = #expect(throws: FuncError.self) { try Registry.open(path: path) }
        #expect(error?.code == .databaseCorrupt)
        #expect(error?.message.contains("newer") == true)
    }

    @Test func `one lock holder at a time, named to the second`() async throws {
        let lockPath = folder.path("platform.lock")
        var lock: PlatformLock? = try await PlatformLock.acquire(path: lockPath)
        let held = try PlatformLock.state(path: lockPath)
        #expect(held.isHeld)
        #expect(held.processID == ProcessInfo.processInfo.processIdentifier)
        let error = await #expect(throws: FuncError.self) { _ = try await PlatformLock.acquire(path: lockPath) }
        #expect(error?.code == .platformAlreadyRunning)
        #expect(error?.message.contains("\(ProcessInfo.processInfo.processIdentifier)") == true)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try !PlatformLock.state(path: lockPath).isHeld)
        _ = try await PlatformLock.acquire(path: lockPath)
    }
}
