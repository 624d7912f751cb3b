import Foundation
import FuncKit
import GRDB
import TestSupport
import Testing

@testable import FuncPlatform

/// The audit trail and what keeps it useful.
struct EventStoreTests {
    private let fixture: ControlFixture

    init() async throws {
        fixture = try ControlFixture()
        try await fixture.createHello()
    }

    private func events(_ limit: Int = 1000) async throws -> [Event] {
        try await EventStore(registry: fixture.registry).events(of: ControlFixture.hello, limit: limit)
    }

    private func add(_ type: String, _ count: Int) async throws {
        let id = try await fixture.store.function(ControlFixture.hello).id
        try await fixture.registry.write { database in
            let found = try FunctionRecord.fetchOne(database, key: id)
            let function = try #require(found)
            for number in 0..<count {
                try EventStore.add(type, "\(number)", of: function, at: Date(), in: database)
            }
        }
    }

    @Test func `calls through the API leave entries with id and duration`() async throws {
        let response = try await fixture.invocations.invoke(InvokeRequest(), of: ControlFixture.hello)
        let entry = try #require(try await events().first)
        #expect(entry.type == "invoked")
        #expect(entry.metadata["invocationID"] == response.invocationID)
        #expect(entry.metadata["duration"]?.hasSuffix("ms") == true)
        #expect(entry.description == "called through the API: completed")
    }

    @Test func `calls never push out what was done to the function`() async throws {
        try await add("invoked", 300)
        let all = try await events()
        #expect(all.count { $0.type == "invoked" } == 100)
        #expect(all.first?.description == "299")
        #expect(all.contains { $0.type == "created" })
        #expect(all.contains { $0.type == "deployed" })
        #expect(Set(all.map(\.id)).count == all.count)
    }

    @Test func `changes are bounded too, and leave the calls alone`() async throws {
        try await add("invoked", 5)
        try await add("updated", 1005)
        let kept = try await fixture.registry.read { database in
            try Row.fetchAll(database, sql: "SELECT type, COUNT(*) AS n FROM event GROUP BY type")
                .reduce(into: [:]) { $0[$1["type"] as String] = $1["n"] as Int }
        }
        #expect(kept == ["invoked": 5, "updated": 1000])
        #expect(try await events(3).map(\.description) == ["1004", "1003", "1002"])
    }

    @Test func `a build that fails is an error entry`() async throws {
        let request = try await fixture.request("broken")
        let digest = try #require(request.sourceDigest)
        await fixture.builder.fail(source: digest, with: FuncError(.buildFailed, "main.py does not compile"))
        try await fixture.deploy(request)
        let entry = try #require(try await events().first)
        #expect(entry.type == "error")
        #expect(entry.metadata["code"] == "build_failed")
        #expect(entry.description.contains("main.py does not compile"))
    }

    @Test func `recorded calls are selected by status`() async throws {
        _ = try await fixture.invocations.invoke(InvokeRequest(), of: ControlFixture.hello)
        fixture.invoker.answer(with: .success(InvokeResponse(statusCode: 500)))
        let failed = try await fixture.invocations.invoke(InvokeRequest(), of: ControlFixture.hello)
        let store = fixture.invocationStore
        let all = try await store.invocations(of: ControlFixture.hello, limit: 10)
        #expect(all.map(\.status) == [.failed, .completed])
        let found = try await store.invocations(of: ControlFixture.hello, limit: 10, status: .failed)
        #expect(found.map(\.id) == [failed.invocationID])
    }
}
