import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HostedVersionTests {
    private func withVersions(_ body: (HostedFixture, FunctionAPIClient) async throws -> Void) async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            for code in ["one", "two", "three"] { try await fixture.deploy(code: code) }
            try await body(fixture, try fixture.client())
        }
    }

    @Test func `one version is active, whatever the server left active`() async throws {
        try await withVersions { (fixture, client) async throws -> Void in
            #expect(fixture.service.state.versions.filter(\.isActive).count == 3)
            let versions = try await client.versions(of: "hello")
            #expect(versions.map(\.number) == [3, 2, 1])
            #expect(versions.map(\.isActive) == [true, false, false])
            #expect(versions.map(\.trafficPercent) == [100, 0, 0])
            #expect(versions.allSatisfy { $0.status == .ready && $0.sourceDigest?.count == 64 })
            #expect(try await client.version(.number(2), of: "hello").isActive == false)
            #expect(try await client.version(.named(versions[1].id), of: "hello").number == 2)
            #expect(try await client.version(.named(versions[2].id), of: "hello").isActive == false)
        }
    }

    @Test func `rollback goes back, and never through the server's own`() async throws {
        try await withVersions { (fixture, client) async throws -> Void in
            let plan = try await client.rollback(function: "hello", to: nil, message: nil, dryRun: true)
            #expect(plan == RollbackResult(from: 3, to: 2, changed: true))
            #expect(fixture.service.state.active("hello")?.number == 3)
            let back = try await client.rollback(function: "hello", to: nil, message: "bad", dryRun: false)
            #expect(back == RollbackResult(from: 3, to: 2, changed: true))
            #expect(fixture.service.state.active("hello")?.number == 2)
            // What the provider runs is what was sent last.
            #expect(
                fixture.service.state.functions["hello"]?.liveSource == fixture.service.state.active("hello")?.source
            )
            let named = try await client.rollback(function: "hello", to: .number(3), message: nil, dryRun: false)
            #expect(named == RollbackResult(from: 2, to: 3, changed: true))
            let same = try await client.rollback(function: "hello", to: .number(3), message: nil, dryRun: false)
            #expect(same == RollbackResult(from: 3, to: 3, changed: false))
            #expect(fixture.sent("POST", "/rollback").isEmpty)
            let settings = try await client.function("hello").settings
            #expect(settings == HostedFixture.settings)
        }
    }

    @Test func `with nothing to go back to, rollback says so`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            let client = try fixture.client()
            let none = await #expect(throws: FuncError.self) {
                try await client.rollback(function: "hello", to: nil, message: nil, dryRun: false)
            }
            #expect(none?.summary == "conflict: function 'hello' has no earlier version to go back to")
            let unknown = await #expect(throws: FuncError.self) {
                try await client.rollback(function: "hello", to: .number(9), message: nil, dryRun: false)
            }
            #expect(unknown?.code == .versionNotFound)
        }
    }

    @Test func `traffic is what the active version gets, and moves as a whole only`() async throws {
        try await withVersions { (fixture, client) async throws -> Void in
            let whole = Traffic(routes: [TrafficRoute(version: 3, percent: 100)])
            #expect(try await client.traffic(of: "hello") == whole)
            let other = Traffic(routes: [TrafficRoute(version: 1, percent: 100)])
            #expect(try await client.setTraffic(other, of: "hello") == other)
            #expect(try await client.traffic(of: "hello") == other)
            for routes in [
                [TrafficRoute(version: 1, percent: 50), TrafficRoute(version: 2, percent: 50)],
                [TrafficRoute(version: 1, percent: 100, tag: "live")],
            ] {
                let error = await #expect(throws: FuncError.self) {
                    try await client.setTraffic(Traffic(routes: routes), of: "hello")
                }
                #expect(error?.code == .unsupported)
            }
            #expect(fixture.service.state.active("hello")?.number == 1)
        }
    }

    @Test func `activating takes a number, and names what is not there`() async throws {
        try await withVersions { (fixture, client) async throws -> Void in
            try await client.activate(.number(1), of: "hello")
            #expect(fixture.service.state.active("hello")?.number == 1)
            let error = await #expect(throws: FuncError.self) { try await client.activate(.number(8), of: "hello") }
            #expect(error?.code == .versionNotFound)
        }
    }

    @Test func `a function without versions is normal, one that is missing is not`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            fixture.service.change { tables in
                tables.versions = []
                tables.functions["hello"]?.activeVersion = "v1"
            }
            let client = try fixture.client()
            #expect(try await client.versions(of: "hello").isEmpty)
            #expect(try await client.traffic(of: "hello") == Traffic(routes: []))
            for call in [client.versions, { _ = try await client.traffic(of: $0); return [] }] {
                let error = await #expect(throws: FuncError.self) { try await call("nope") }
                #expect(error?.code == .functionNotFound)
            }
        }
    }

    @Test func `an update sends what is to stay, and keeps the active version`() async throws {
        try await withVersions { (fixture, client) async throws -> Void in
            let before = try #require(fixture.service.state.functions["hello"])
            var settings = try await client.function("hello").settings
            settings.labels["tier"] = "gold"
            settings.timeout = 60
            let result = try await client.update(function: "hello", settings: settings, ifVersion: 3)
            #expect(result.changed)
            #expect(result.version.number == 3)
            #expect(result.version.warnings == ["this server does not keep, and may ignore: timeout (60 s)"])
            let after = try #require(fixture.service.state.functions["hello"])
            #expect(after.labels == ["team": "a", "tier": "gold"])
            #expect((after.runtime, after.handler) == (before.runtime, before.handler))
            #expect(after.liveSource == before.liveSource)
            #expect(after.activeVersion == before.activeVersion)
            #expect(try await client.function("hello").settings == settings)
            let again = try await client.update(function: "hello", settings: settings, ifVersion: nil)
            #expect(!again.changed)
            let error = await #expect(throws: FuncError.self) {
                try await client.update(function: "hello", settings: HostedFixture.settings, ifVersion: 1)
            }
            #expect(error?.code == .versionConflict)
        }
    }

    @Test func `an update that would lose the code is refused`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            fixture.service.change { $0.versions = [] }
            let error = await #expect(throws: FuncError.self) {
                try await fixture.client().update(function: "hello", settings: FunctionSettings(), ifVersion: nil)
            }
            #expect(error?.code == .unsupported)
            #expect(fixture.sent("PUT", "/hello").isEmpty)
        }
    }
}
