import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Versions, traffic and history, as the registry keeps them.
struct FunctionStoreTests {
    private let fixture: ControlFixture
    private let hello = ControlFixture.hello

    init() throws {
        fixture = try ControlFixture(maxVersions: 3)
    }

    /// Accepts a deploy and takes it all the way, without a deployment service.
    @discardableResult
    private func bring(_ text: String, tag: String? = nil, takesTraffic: Bool = true) async throws -> FunctionVersion {
        let request = try await fixture.request(text, tag: tag, takesTraffic: takesTraffic, force: true)
        let version: FunctionVersion
        if try await fixture.store.functions(workspace: "default", project: nil).isEmpty {
            version = try await fixture.store.create(
                request,
                workspace: "default",
                project: "default",
                author: nil
            ).version
        } else {
            let acceptance = try await fixture.store.accept(request, for: hello, author: nil)
            version = try #require(acceptance.version)
        }
        try await promote(version.id)
        return version
    }

    private func promote(_ id: String) async throws {
        try await fixture.store.advance(id, by: .buildStarted)
        try await fixture.store.advance(id, by: .built)
        try await fixture.store.promote(id, readyTime: 7)
    }

    private func traffic() async throws -> [String] {
        try await fixture.store.traffic(of: hello).routes.map {
            "v\($0.version)=\($0.percent)" + ($0.tag.map { "@" + $0 } ?? "")
        }
    }

    @Test func `a version is active only once it is ready`() async throws {
        let request = try await fixture.request("v1")
        let created = try await fixture.store.create(request, workspace: "default", project: "default", author: "me")
        #expect(created.function.status == .building)
        #expect(created.version.number == 1)
        #expect(created.version.createdBy == "me")
        #expect(try await traffic() == [])
        try await promote(created.version.id)
        let function = try await fixture.store.function(hello)
        #expect(function.status == .ready)
        #expect(function.active?.number == 1)
        #expect(function.active?.phases?.readyMilliseconds == 7)
        #expect(try await traffic() == ["v1=100"])
    }

    @Test func `a failed first version makes the function fail, a failed later one does not`() async throws {
        let request = try await fixture.request("v1")
        let created = try await fixture.store.create(request, workspace: "default", project: "default", author: nil)
        let failure = VersionFailure(code: .buildFailed, message: "no", lastLines: ["line"])
        try await fixture.store.fail(created.version.id, with: failure)
        var function = try await fixture.store.function(hello)
        #expect(function.status == .error)
        #expect(function.latest?.failure == failure)
        #expect(function.latest?.buildStatus == .failed)
        try await bring("v2")
        let third = try await fixture.store.accept(try await fixture.request("v3"), for: hello, author: nil)
        try await fixture.store.fail(try #require(third.version?.id), with: failure)
        function = try await fixture.store.function(hello)
        #expect(function.status == .ready)
        #expect(function.active?.number == 2)
        #expect(try await traffic() == ["v2=100"])
    }

    @Test func `the same name twice is refused, in another project it is not`() async throws {
        try await bring("v1")
        let request = try await fixture.request("v1")
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.store.create(request, workspace: "default", project: "default", author: nil)
        }
        #expect(error?.code == .alreadyExists)
        _ = try await fixture.store.create(request, workspace: "default", project: "other", author: nil)
        #expect(try await fixture.store.functions(workspace: "default", project: "other").count == 1)
        #expect(try await fixture.store.functions(workspace: "default", project: nil).count == 2)
    }

    @Test func `a source that is not stored is refused`() async throws {
        var request = try await fixture.request("v1")
        request.sourceDigest = String(repeating: "0", count: 64)
        let unknown = request
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.store.create(unknown, workspace: "default", project: "default", author: nil)
        }
        #expect(error?.code == .sourceNotFound)
        #expect(try await fixture.store.functions(workspace: "default", project: nil).isEmpty)
    }

    @Test func `tags move to the newest version and keep shares apart`() async throws {
        try await bring("v1", tag: "blue")
        try await bring("v2", tag: "next", takesTraffic: false)
        #expect(try await traffic() == ["v1=100@blue", "v2=0@next"])
        try await bring("v3", tag: "next", takesTraffic: false)
        #expect(try await traffic() == ["v1=100@blue", "v3=0@next"])
        try await bring("v4", tag: "blue", takesTraffic: false)
        #expect(try await traffic() == ["v1=100", "v3=0@next", "v4=0@blue"])
        try await bring("v5")
        #expect(try await traffic() == ["v5=100", "v3=0@next", "v4=0@blue"])
        let tagged = try await fixture.store.version(.named("next"), of: hello)
        #expect(tagged.number == 3)
    }

    @Test func `a split is set as a whole and its leader is the active version`() async throws {
        try await bring("v1")
        try await bring("v2")
        let split = Traffic(routes: [.init(version: 1, percent: 90), .init(version: 2, percent: 10, tag: "next")])
        #expect(try await fixture.store.setTraffic(split, of: hello) == split)
        let function = try await fixture.store.function(hello)
        #expect(function.active?.number == 1)
        #expect(function.active?.trafficPercent == 90)
        let half = Traffic(routes: [.init(version: 1, percent: 50), .init(version: 2, percent: 50)])
        _ = try await fixture.store.setTraffic(half, of: hello)
        #expect(try await fixture.store.function(hello).active?.number == 1)
        let bad = Traffic(routes: [.init(version: 9, percent: 100)])
        let error = await #expect(throws: FuncError.self) { _ = try await fixture.store.setTraffic(bad, of: hello) }
        #expect(error?.code == .versionNotFound)
        #expect(try await traffic() == ["v1=50", "v2=50"])
    }

    @Test func `rollback walks back through what was active, without the failed`() async throws {
        try await bring("v1")
        try await bring("v2")
        let broken = try await fixture.store.accept(try await fixture.request("v3"), for: hello, author: nil)
        try await fixture.store.fail(
            try #require(broken.version?.id),
            with: VersionFailure(code: .buildFailed, message: "no")
        )
        try await bring("v4")
        let first = try await fixture.store.rollBack(hello, to: nil, message: "bad")
        #expect(first == RollbackResult(from: 4, to: 2, changed: true))
        let second = try await fixture.store.rollBack(hello, to: nil, message: nil)
        #expect(second == RollbackResult(from: 2, to: 1, changed: true))
        #expect(try await traffic() == ["v1=100"])
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.store.rollBack(hello, to: nil, message: nil)
        }
        #expect(error?.code == .conflict)
        let same = try await fixture.store.rollBack(hello, to: .number(1), message: nil)
        #expect(same == RollbackResult(from: 1, to: 1, changed: false))
        let named = await #expect(throws: FuncError.self) {
            _ = try await fixture.store.rollBack(hello, to: .number(3), message: nil)
        }
        #expect(named?.code == .conflict)
    }

    @Test func `old versions go, but never one with traffic or a tag`() async throws {
        try await bring("v1", tag: "keep")
        for number in 2...7 { try await bring("v\(number)") }
        let numbers = try await fixture.store.versions(of: hello).map(\.number)
        #expect(numbers == [7, 6, 5, 4, 1])
    }

    @Test func `a settings change made during a deploy outlives it`() async throws {
        try await bring("v1")
        let request = try await fixture.request("v2") { $0.scaling.maxScale = 7 }
        let accepted = try await fixture.store.accept(request, for: hello, author: nil)
        _ = try await fixture.store.update(hello, ifVersion: nil, author: nil) { current in
            var settings = current
            settings.scaling.maxScale = 9
            return settings
        }
        try await promote(try #require(accepted.version?.id))
        #expect(try await fixture.store.function(hello).settings.scaling.maxScale == 9)
    }

    @Test func `fields of the function are the ones that need no new version`() {
        let one = FunctionSettings(runtime: "python", description: "a", labels: ["a": "b"])
        let other = FunctionSettings(
            runtime: "nodejs",
            description: "c",
            scaling: Scaling(minScale: 3),
            triggers: [TriggerSpec(name: "t", type: "http")],
            labels: [:],
            annotations: ["x": "y"]
        )
        #expect(!one.withFunctionFields(of: other).needsNewVersion(from: one))
        #expect(other.withFunctionFields(of: one).withFunctionFields(of: other) == other)
    }

    @Test func `events tell the story and outlive the function`() async throws {
        try await bring("v1")
        try await bring("v2")
        _ = try await fixture.store.rollBack(hello, to: nil, message: nil)
        #expect(try await fixture.eventTypes() == ["created", "deployed", "deployed", "rolled_back"])
        let id = try await fixture.store.beginDeletion(of: hello)
        try await fixture.store.finishDeletion(of: id)
        let events = EventStore(registry: fixture.registry)
        let left = try await events.events(of: FunctionReference(function: id), limit: 10)
        #expect(left.map(\.type) == ["deleted"])
        let error = await #expect(throws: FuncError.self) { _ = try await events.events(of: hello, limit: 10) }
        #expect(error?.code == .functionNotFound)
    }
}
