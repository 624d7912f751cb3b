import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Which deploys lead to a version, and which to an answer at once.
struct AcceptingTests {
    private let fixture: ControlFixture
    private let hello = ControlFixture.hello

    init() async throws {
        fixture = try ControlFixture()
        try await fixture.createHello()
    }

    @Test func `an unchanged deploy changes nothing`() async throws {
        let acceptance = try await fixture.deploy(try await fixture.request("v1"))
        #expect(acceptance.change == .none)
        #expect(acceptance.version?.number == 1)
        #expect(try await fixture.store.versions(of: hello).count == 1)
        #expect(await fixture.builder.requests.count == 1)
    }

    @Test func `fields of the function change in place`() async throws {
        let request = try await fixture.request("v1") { $0.labels = ["team": "a"] }
        let acceptance = try await fixture.deploy(request)
        #expect(acceptance.change == .settings)
        #expect(try await fixture.store.function(hello).settings.labels == ["team": "a"])
        #expect(try await fixture.store.versions(of: hello).count == 1)
        #expect(try await fixture.deploy(request).change == .none)
    }

    @Test(arguments: ["source", "environment", "force", "tag"])
    func `a change that instances would notice makes a version`(what: String) async throws {
        let request = try await fixture.request(
            what == "source" ? "v2" : "v1",
            tag: what == "tag" ? "next" : nil,
            force: what == "force"
        ) {
            if what == "environment" { $0.environment = ["A": "b"] }
        }
        let acceptance = try await fixture.deploy(request)
        #expect(acceptance.change == .version)
        #expect(try await fixture.store.function(hello).active?.number == 2)
    }

    @Test func `a deploy of the active code during another deploy still comes last`() async throws {
        let second = try await fixture.request("v2")
        await fixture.builder.close(source: try #require(second.sourceDigest))
        _ = try await fixture.deployments.deploy(second, to: hello, author: nil)
        let third = try await fixture.request("v1")
        let acceptance = try await fixture.deployments.deploy(third, to: hello, author: nil)
        #expect(acceptance.version?.number == 3)
        await fixture.builder.open(source: try #require(second.sourceDigest))
        try await fixture.settled()
        #expect(try await fixture.store.function(hello).active?.number == 3)
    }

    @Test func `a request sent twice leads to one version`() async throws {
        let second = try await fixture.request("v2")
        await fixture.builder.close(source: try #require(second.sourceDigest))
        let one = try await fixture.deployments.deploy(second, to: hello, author: nil)
        let two = try await fixture.deployments.deploy(second, to: hello, author: nil)
        #expect(one.version?.id == two.version?.id)
        await fixture.builder.open(source: try #require(second.sourceDigest))
        try await fixture.settled()
        #expect(try await fixture.store.versions(of: hello).count == 2)
    }

    @Test func `the version that was seen must be the active one, with none on its way`() async throws {
        let wrong = try await fixture.request("v2", ifVersion: 7)
        let error = await #expect(throws: FuncError.self) { try await fixture.deploy(wrong) }
        #expect(error?.code == .versionConflict)
        let second = try await fixture.request("v2", ifVersion: 1)
        await fixture.builder.close(source: try #require(second.sourceDigest))
        _ = try await fixture.deployments.deploy(second, to: hello, author: nil)
        let third = try await fixture.request("v3", ifVersion: 1)
        let late = await #expect(throws: FuncError.self) {
            _ = try await fixture.deployments.deploy(third, to: hello, author: nil)
        }
        #expect(late?.code == .versionConflict)
        await fixture.builder.open(source: try #require(second.sourceDigest))
        try await fixture.settled()
        #expect(try await fixture.deploy(try await fixture.request("v3", ifVersion: 2)).version?.number == 3)
    }

    @Test func `a change of settings takes the active source, but not while another may come`() async throws {
        let update = { @Sendable (settings: FunctionSettings) -> FunctionSettings in
            var settings = settings
            settings.environment["A"] = "b"
            return settings
        }
        let acceptance = try await fixture.deployments.update(hello, ifVersion: nil, author: nil, merge: update)
        #expect(acceptance.change == .version)
        try await fixture.settled()
        let versions = try await fixture.store.versions(of: hello)
        #expect(versions.map(\.sourceDigest) == [versions[1].sourceDigest, versions[1].sourceDigest])
        let third = try await fixture.request("v3")
        await fixture.builder.close(source: try #require(third.sourceDigest))
        _ = try await fixture.deployments.deploy(third, to: hello, author: nil)
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.deployments.update(hello, ifVersion: nil, author: nil) { settings in
                var settings = settings
                settings.timeout = 3
                return settings
            }
        }
        #expect(error?.code == .conflict)
        await fixture.builder.open(source: try #require(third.sourceDigest))
        try await fixture.settled()
    }

    @Test func `another name is refused`() async throws {
        var request = try await fixture.request("v2")
        request.name = "other"
        let renamed = request
        let error = await #expect(throws: FuncError.self) { try await fixture.deploy(renamed) }
        #expect(error?.code == .nameImmutable)
    }
}
