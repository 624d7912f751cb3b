import Foundation
import FuncKit
import GRDB
import TestSupport
import Testing

@testable import FuncPlatform

/// Secrets in the registry, with the key beside it.
@Suite struct SecretServiceTests {
    private let fixture: ControlFixture

    init() throws {
        fixture = try ControlFixture()
    }

    @discardableResult
    private func set(_ name: String, _ value: String, project: String = "default") async throws -> (
        secret: Secret, change: SecretStore.Change
    ) {
        try await fixture.secrets.set(
            name,
            value: Data(value.utf8),
            workspace: "default",
            project: project,
            author: "ada"
        )
    }

    private func delete(_ name: String, force: Bool = false) async throws {
        try await fixture.secrets.delete(
            name,
            workspace: "default",
            project: "default",
            force: force,
            author: "ada"
        )
    }

    private func value(_ name: String, project: String = "default") async throws -> String {
        let reference = SecretReference(env: "A", secret: name)
        let values = try await fixture.vault.values(of: [reference], project: project)
        return String(decoding: try #require(values.first).value, as: UTF8.self)
    }

    private var keyPath: String { fixture.vault.keyFile.path }

    @Test func `a value comes back, and only a new one raises the revision`() async throws {
        #expect(try await set("db", "one").change == .created)
        #expect(try await set("db", "one").change == .unchanged)
        let changed = try await set("db", "two")
        #expect(changed.change == .changed)
        #expect(changed.secret.revision == 2)
        #expect(try await value("db") == "two")
        #expect(fixture.followers.changes == ["default/db@1", "default/db@2"])
    }

    @Test func `a revision never falls, not even over a deletion`() async throws {
        try await set("db", "one")
        try await delete("db")
        #expect(try await fixture.vault.store.secrets(workspace: "default", project: "default").isEmpty)
        let again = try await set("db", "one")
        #expect(again.change == .created)
        #expect(again.secret.revision == 2)
    }

    @Test func `projects have secrets of their own, and a new project comes with its first one`() async throws {
        try await set("db", "mine")
        let other = try await set("db", "theirs", project: "shop").secret
        #expect(try await value("db") == "mine")
        #expect(try await value("db", project: other.projectID) == "theirs")
    }

    @Test func `no file holds a value, nor does the audit trail`() async throws {
        let value = "correct-horse-battery-staple"
        try await set("db", value)
        try await fixture.createHello { $0.secrets = [SecretReference(env: "DB", secret: "db")] }
        try await set("db", value + "-2")
        try await delete("db", force: true)
        #expect(try await fixture.eventTypes() == ["created", "deployed", "secret_set", "secret_deleted"])
        let events = try await EventStore(registry: fixture.registry).events(of: ControlFixture.hello, limit: 10)
        #expect(events.first?.metadata["by"] == "ada")
        #expect(!"\(events)".contains(value))
        let forms = [Data(value.utf8), Data(Data(value.utf8).base64EncodedString().utf8)]
        let files = FileManager.default.enumerator(atPath: fixture.folder.path)?.allObjects as? [String] ?? []
        #expect(files.contains("platform.db") && files.contains("platform.db-wal"))
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: fixture.folder.path(file)) else { continue }
            for form in forms { #expect(bytes.range(of: form) == nil, "\(file)") }
        }
    }

    @Test func `rows that were swapped or taken back are found out`() async throws {
        try await set("one", "first")
        try await set("two", "second")
        let old = try await raw("two")
        try await set("two", "third")
        try await write(try await raw("one"), to: "two")
        for row in [try await raw("one"), old] {
            try await write(row, to: "two")
            let error = await #expect(throws: FuncError.self) { try await value("two") }
            #expect(error?.code == .secretKeyInvalid)
        }
        #expect(try await set("two", "again").secret.revision == 3, "setting it anew repairs it")
        #expect(try await value("two") == "again")
    }

    private func raw(_ name: String) async throws -> Data {
        try await fixture.registry.read { database in
            try #require(try SecretRecord.alive(in: "default").filter(Column("name") == name).fetchOne(database)?.value)
        }
    }

    private func write(_ value: Data, to name: String) async throws {
        try await fixture.registry.write { database in
            try database.execute(sql: "UPDATE secret SET value = ? WHERE name = ?", arguments: [value, name])
        }
    }

    @Test(arguments: ["lost", "replaced", "open"])
    func `without its key nothing is read, and nothing is overwritten`(fault: String) async throws {
        try await set("db", "one")
        let key = try #require(FileManager.default.contents(atPath: keyPath))
        switch fault {
        case "lost": try FileManager.default.removeItem(atPath: keyPath)
        case "replaced":
            try FileManager.default.removeItem(atPath: keyPath)
            _ = try fixture.vault.keyFile.create()
        default: try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keyPath)
        }
        let before = FileManager.default.contents(atPath: keyPath)
        let reading = await #expect(throws: FuncError.self) { try await value("db") }
        #expect(reading?.code == .secretKeyInvalid)
        #expect(reading?.message.contains(keyPath) == true)
        let writing = await #expect(throws: FuncError.self) { try await set("other", "x") }
        #expect(writing?.code == .secretKeyInvalid)
        #expect(FileManager.default.contents(atPath: keyPath) == before)
        try Data(key).write(to: URL(fileURLWithPath: keyPath))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyPath)
        #expect(try await value("db") == "one", "the key put back opens everything")
    }

    @Test func `after a lost key, deleting and setting anew is the way out`() async throws {
        try await set("db", "one")
        try FileManager.default.removeItem(atPath: keyPath)
        try await delete("db", force: true)
        try await set("db", "two")
        #expect(try await value("db") == "two")
    }

    @Test func `a secret in use is deleted by force only, and its users are named`() async throws {
        try await set("db", "one")
        let state = try await fixture.createHello { $0.secrets = [SecretReference(env: "DB", secret: "db")] }
        let error = await #expect(throws: FuncError.self) { try await delete("db") }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("'hello'") == true)
        // An earlier version without traffic does not count.
        try await fixture.deploy(fixture.request("v2"))
        try await delete("db")
        let missing = await #expect(throws: FuncError.self) { try await delete("db") }
        #expect(missing?.code == .secretNotFound)
        #expect(state.name == "hello")
    }

    @Test func `a deploy that names a missing secret is refused before it is built`() async throws {
        let request = try await fixture.request("v1") { $0.secrets = [SecretReference(file: "a", secret: "none")] }
        let error = await #expect(throws: FuncError.self) {
            try await fixture.deployments.create(request, workspace: "default", project: "default", author: nil)
        }
        #expect(error?.code == .secretNotFound)
        #expect(error?.hint?.contains("hks-func secrets set none") == true)
        #expect(await fixture.builder.requests.isEmpty)
        let unknown = await #expect(throws: FuncError.self) { try await fixture.store.function(ControlFixture.hello) }
        #expect(unknown?.code == .functionNotFound)
    }

    @Test func `bytes that are no text are refused where a function takes them as a variable`() async throws {
        try await set("db", "text")
        try await fixture.createHello { $0.secrets = [SecretReference(env: "DB", secret: "db")] }
        let error = await #expect(throws: FuncError.self) {
            try await fixture.secrets.set(
                "db",
                value: Data([1, 0, 2, 3]),
                workspace: "default",
                project: "default",
                author: nil
            )
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("'DB'") == true)
        #expect(try await value("db") == "text")
    }

    @Test func `what a build says of a secret is masked`() async throws {
        try await set("db", "hunter2")
        let request = try await fixture.request("v1") { $0.secrets = [SecretReference(env: "DB", secret: "db")] }
        let source = try #require(request.sourceDigest)
        let reason = FuncError(.buildFailed, "bad hunter2", details: ["x hunter2"])
        await fixture.builder.fail(source: source, with: reason)
        let state = try await fixture.deployments.create(
            request,
            workspace: "default",
            project: "default",
            author: nil
        )
        let failure = try await eventually("the failure") {
            try await fixture.store.versions(of: ControlFixture.hello).first?.failure
        }
        #expect(failure.message == "bad ***")
        #expect(failure.lastLines == ["x ***"])
        #expect(await fixture.builder.requests.first?.mask != nil)
        #expect(state.name == "hello")
    }
}
