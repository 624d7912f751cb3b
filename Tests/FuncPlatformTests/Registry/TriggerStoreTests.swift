import Foundation
import FuncKit
import GRDB
import TestSupport
import Testing

@testable import FuncPlatform

/// Declared triggers and those that were made by themselves, over several deploys.
struct TriggerStoreTests {
    private let fixture: ControlFixture
    private let hello = ControlFixture.hello

    init() throws {
        fixture = try ControlFixture()
    }

    private var store: TriggerStore { TriggerStore(registry: fixture.registry) }

    private func spec(_ name: String, _ path: String) -> TriggerSpec {
        TriggerSpec(name: name, type: "http", config: ["path": path])
    }

    /// `name path origin` of each trigger, by name.
    private func summary() async throws -> [String] {
        try await store.triggers(of: hello).map {
            "\($0.spec.name) \($0.spec.config["path"] ?? "-") \($0.origin?.rawValue ?? "?")"
        }.sorted()
    }

    private func deploy(_ text: String, _ triggers: TriggerSpec...) async throws {
        try await fixture.deploy(try await fixture.request(text) { $0.triggers = triggers })
    }

    @Test func `a deploy replaces what manifests declare and leaves the rest alone`() async throws {
        try await fixture.createHello { $0.triggers = [spec("a", "/a"), spec("b", "/b")] }
        _ = try await store.create(spec("mine", "/mine"), of: hello, author: nil)
        #expect(try await summary() == ["a /a manifest", "b /b manifest", "mine /mine api"])
        let id = try await store.trigger("b", of: hello).id
        try await deploy("v2", spec("b", "/b2"), spec("c", "/c"))
        #expect(try await summary() == ["b /b2 manifest", "c /c manifest", "mine /mine api"])
        #expect(try await store.trigger("b", of: hello).id == id)
        // Without a build too.
        try await deploy("v2")
        #expect(try await summary() == ["mine /mine api"])
    }

    @Test func `a declared trigger that was changed or deleted is restored by the next deploy`() async throws {
        try await fixture.createHello { $0.triggers = [spec("a", "/a"), spec("b", "/b")] }
        _ = try await store.update("a", of: hello, author: nil) { spec in
            var spec = spec
            spec.config["path"] = "/other"
            return spec
        }
        _ = try await store.delete("b", of: hello, author: nil)
        #expect(try await summary() == ["a /other manifest"])
        // A change of something else is no deploy.
        _ = try await fixture.deployments.update(hello, ifVersion: nil, author: nil) { settings in
            var settings = settings
            settings.labels = ["x": "y"]
            return settings
        }
        #expect(try await summary() == ["a /other manifest"])
        try await fixture.deploy(
            try await fixture.request("v1") { settings in
                settings.triggers = [spec("a", "/a"), spec("b", "/b")]
                settings.labels = ["x": "y"]
            }
        )
        #expect(try await summary() == ["a /a manifest", "b /b manifest"])
        #expect(try await fixture.store.versions(of: hello).count == 1)
    }

    @Test func `a manifest that declares the name of a trigger takes it over`() async throws {
        try await fixture.createHello()
        let mine = try await store.create(spec("a", "/mine"), of: hello, author: nil)
        try await deploy("v1", spec("a", "/a"))
        #expect(try await summary() == ["a /a manifest"])
        #expect(try await store.trigger("a", of: hello).id == mine.id)
    }

    @Test func `a path that was taken during the build fails the deploy and leaves the version before`() async throws {
        try await fixture.createHello()
        var other = try await fixture.request("other")
        other.name = "other"
        let state = try await fixture.deployments.create(other, workspace: "default", project: "default", author: nil)
        try await eventually("other is routed") { fixture.routes.summary(state.id) == "v1=100" }
        let request = try await fixture.request("v2") { $0.triggers = [spec("a", "/a")] }
        let source = try #require(request.sourceDigest)
        await fixture.builder.close(source: source)
        _ = try await fixture.deployments.deploy(request, to: hello, author: nil)
        let taken = spec("x", "/a")
        _ = try await store.create(taken, of: FunctionReference(function: "other"), author: nil)
        await fixture.builder.open(source: source)
        try await fixture.settled()
        let version = try await fixture.store.version(.number(2), of: hello)
        #expect(version.status == .failed)
        #expect(version.failure?.message == "path '/a' is taken by a trigger of function 'other'")
        #expect(try await fixture.store.function(hello).active?.number == 1)
    }

    @Test func `what was stored before there were rules keeps the function closed`() async throws {
        let function = try await fixture.createHello()
        _ = try await store.create(spec("a", "/a"), of: hello, author: nil)
        try await fixture.registry.write { database in
            try database.execute(
                sql: "UPDATE functionTrigger SET spec = json_set(spec, '$.config.auth', 'whoever')"
            )
        }
        let state = try #require(try await fixture.store.routing(functionID: function.id))
        #expect(state.triggers == [HTTPTrigger(auth: .token, isEnabled: false)])
    }

    @Test func `triggers of earlier databases are declared ones`() throws {
        let queue = try DatabaseQueue()
        try RegistrySchema.migrator.migrate(queue, upTo: "4 sources, triggers, calls and events")
        try queue.write { database in
            try database.execute(
                sql: """
                    INSERT INTO function (id, workspaceID, projectID, name, settings, settingsStamp, lastNumber, revision,
                        createdAt, updatedAt) VALUES ('f', 'default', 'default', 'f', '{}', 0, 0, 0, '2026', '2026');
                    INSERT INTO functionTrigger (id, functionID, name, spec, createdAt, updatedAt)
                    VALUES ('t', 'f', 'a', '{"name":"a","type":"http"}', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
                    """
            )
        }
        try RegistrySchema.migrator.migrate(queue)
        let record = try queue.read { try TriggerRecord.fetchOne($0, key: "t") }
        #expect(record?.origin == .manifest)
        #expect(record?.spec == TriggerSpec(name: "a", type: "http"))
    }

    @Test func `a function has a hundred triggers at most`() async throws {
        try await fixture.createHello()
        for number in 1...TriggerStore.maxPerFunction {
            _ = try await store.create(spec("t\(number)", "/\(number)"), of: hello, author: nil)
        }
        let error = await #expect(throws: FuncError.self) {
            try await store.create(spec("more", "/more"), of: hello, author: nil)
        }
        #expect(error?.code == .conflict)
    }
}
