import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

struct DeploymentServiceTests {
    private let fixture: ControlFixture
    private let hello = ControlFixture.hello

    init() throws {
        fixture = try ControlFixture()
    }

    @Test func `a deploy is built, started, then routed`() async throws {
        let state = try await fixture.createHello()
        let version = try await fixture.store.version(.number(1), of: hello)
        #expect(version.status == .ready)
        #expect(version.buildStatus == .success)
        #expect(version.phases?.buildMilliseconds != nil)
        #expect(await fixture.fleet.warmed == [version.id])
        #expect(fixture.routes.summary(state.id) == "v1=100")
        #expect(try await fixture.eventTypes() == ["created", "deployed"])
    }

    @Test func `the old version is retired once the new one serves`() async throws {
        let state = try await fixture.createHello()
        let first = try await fixture.store.version(.number(1), of: hello)
        try await fixture.deploy(try await fixture.request("v2"))
        #expect(fixture.routes.summary(state.id) == "v2=100")
        try await eventually("v1 is retired") { await fixture.fleet.retired == [first.id] }
    }

    @Test func `a version without traffic is reached by its tag only`() async throws {
        let state = try await fixture.createHello { $0.scaling.minScale = 2 }
        let request = try await fixture.request("v2", tag: "next", takesTraffic: false) { $0.scaling.minScale = 2 }
        try await fixture.deploy(request)
        #expect(fixture.routes.summary(state.id) == "v1=100 next@v2")
        #expect(try await fixture.store.function(hello).active?.number == 1)
        let first = try await fixture.store.version(.number(1), of: hello)
        let second = try await fixture.store.version(.number(2), of: hello)
        #expect(await fixture.fleet.scalings[first.id]?.minScale == 2)
        #expect(await fixture.fleet.scalings[second.id]?.minScale == 0)
    }

    @Test func `a failed build leaves traffic alone and says why`() async throws {
        let state = try await fixture.createHello()
        let request = try await fixture.request("v2")
        await fixture.builder.fail(
            source: try #require(request.sourceDigest),
            with: FuncError(.buildFailed, "build command failed", details: ["SyntaxError: main.py:3"])
        )
        try await fixture.deploy(request)
        let version = try await fixture.store.version(.number(2), of: hello)
        #expect(version.status == .failed)
        #expect(version.buildStatus == .failed)
        #expect(version.failure?.code == .buildFailed)
        #expect(version.failure?.lastLines == ["SyntaxError: main.py:3"])
        #expect(fixture.routes.summary(state.id) == "v1=100")
        #expect(try await fixture.store.function(hello).status == .ready)
        #expect(try await fixture.eventTypes().last == "error")
        let lines = try await fixture.logs.read(.function(id: state.id), query: LogQuery())
        #expect(lines.map(\.message) == ["v2 failed: build command failed"])
    }

    @Test func `a version that does not become ready leaves traffic alone`() async throws {
        let state = try await fixture.createHello()
        await fixture.fleet.fail(number: 2, with: FuncError(.readinessFailed, "exit 1", details: ["ImportError"]))
        try await fixture.deploy(try await fixture.request("v2"))
        let version = try await fixture.store.version(.number(2), of: hello)
        #expect(version.status == .failed)
        #expect(version.buildStatus == .success)
        #expect(version.failure?.code == .readinessFailed)
        #expect(fixture.routes.summary(state.id) == "v1=100")
        try await eventually("v2 is retired") { await fixture.fleet.retired == [version.id] }
    }

    @Test func `a version that does not start for a fault that its build left to the start has failed with that`()
        async throws
    {
        try await fixture.createHello()
        let request = try await fixture.request("v2")
        await fixture.fleet.fail(number: 2, with: FuncError(.readinessFailed, "exit 1"))
        let fault = FuncError(.buildFailed, "syntax error in index.js:3", details: ["SyntaxError"])
        await fixture.builder.blame(source: try #require(request.sourceDigest), with: fault)
        try await fixture.deploy(request)
        let version = try await fixture.store.version(.number(2), of: hello)
        #expect(version.failure?.code == .buildFailed)
        #expect(version.failure?.message == "syntax error in index.js:3")
        #expect(version.failure?.lastLines == ["SyntaxError"])
    }

    @Test func `deploys of one function are taken in order, those of two at once`() async throws {
        try await fixture.createHello()
        let second = try await fixture.request("v2")
        let third = try await fixture.request("v3")
        await fixture.builder.close(source: try #require(second.sourceDigest))
        _ = try await fixture.deployments.deploy(second, to: hello, author: nil)
        _ = try await fixture.deployments.deploy(third, to: hello, author: nil)
        var other = try await fixture.request("other")
        other.name = "other"
        _ = try await fixture.deployments.create(other, workspace: "default", project: "default", author: nil)
        try await eventually("the other function is ready") {
            try await fixture.store.function(FunctionReference(function: "other")).status == .ready
        }
        #expect(try await fixture.store.version(.number(3), of: hello).status == .pending)
        await fixture.builder.open(source: try #require(second.sourceDigest))
        try await fixture.settled()
        #expect(try await fixture.store.function(hello).active?.number == 3)
        let order = await fixture.builder.requests.filter { $0.versionNumber > 1 }.map(\.versionNumber)
        #expect(order == [2, 3])
    }

    @Test func `rollback starts the old version first and does not build`() async throws {
        let state = try await fixture.createHello()
        try await fixture.deploy(try await fixture.request("v2"))
        let builds = await fixture.builder.requests.count
        let result = try await fixture.deployments.rollBack(hello, to: nil, message: "bad")
        #expect(result == RollbackResult(from: 2, to: 1, changed: true))
        #expect(fixture.routes.summary(state.id) == "v1=100")
        #expect(await fixture.builder.requests.count == builds)
        let first = try await fixture.store.version(.number(1), of: hello)
        #expect(await fixture.fleet.warmed.last == first.id)
    }

    @Test func `a rollback to a version that does not start changes nothing`() async throws {
        let state = try await fixture.createHello()
        try await fixture.deploy(try await fixture.request("v2"))
        await fixture.fleet.fail(number: 1, with: FuncError(.readinessFailed, "exit 1"))
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.deployments.rollBack(hello, to: nil, message: nil)
        }
        #expect(error?.code == .readinessFailed)
        #expect(fixture.routes.summary(state.id) == "v2=100")
        #expect(try await fixture.store.function(hello).active?.number == 2)
        try await eventually("v1 is retired again") { await fixture.fleet.numbers == [2] }
    }

    @Test func `activation and splits reach the gateway`() async throws {
        let state = try await fixture.createHello()
        try await fixture.deploy(try await fixture.request("v2"))
        try await fixture.deployments.activate(.number(1), of: hello)
        #expect(fixture.routes.summary(state.id) == "v1=100")
        let split = Traffic(routes: [.init(version: 1, percent: 75), .init(version: 2, percent: 25, tag: "next")])
        _ = try await fixture.deployments.setTraffic(split, of: hello)
        #expect(fixture.routes.summary(state.id) == "v1=75 v2=25 next@v2")
        #expect(await fixture.fleet.numbers == [1, 2])
    }

    @Test func `a bundle that is gone is built again`() async throws {
        let state = try await fixture.createHello()
        try await fixture.deploy(try await fixture.request("v2"))
        let first = try await fixture.store.plan(.number(1), of: hello)
        try FileManager.default.removeItem(atPath: try #require(first.bundle?.folder))
        _ = try await fixture.deployments.rollBack(hello, to: nil, message: nil)
        #expect(fixture.routes.summary(state.id) == "v1=100")
        #expect(await fixture.builder.requests.map(\.versionNumber) == [1, 2, 1])
    }

    @Test func `deletion cancels a build and leaves nothing behind`() async throws {
        let state = try await fixture.createHello()
        let second = try await fixture.request("v2")
        await fixture.builder.close(source: try #require(second.sourceDigest))
        _ = try await fixture.deployments.deploy(second, to: hello, author: nil)
        try await eventually("v2 is being built") { await fixture.builder.requests.count == 2 }
        try await fixture.deployments.delete(hello)
        #expect(fixture.routes.summary(state.id) == nil)
        #expect(await fixture.fleet.numbers.isEmpty)
        let error = await #expect(throws: FuncError.self) { _ = try await fixture.store.function(hello) }
        #expect(error?.code == .functionNotFound)
        #expect(try await !fixture.artifacts.contains(try #require(second.sourceDigest)))
        try await fixture.createHello()
        #expect(try await fixture.store.versions(of: hello).map(\.number) == [1])
    }
}

/// What a platform finds when it starts over what another one left.
struct RestartTests {
    private let hello = ControlFixture.hello

    @Test func `routes come back without a build`() async throws {
        let before = try ControlFixture()
        let state = try await before.createHello()
        try await before.deploy(try await before.request("v2", tag: "next", takesTraffic: false))
        try await before.stop()
        let after = try ControlFixture(folder: before.folder)
        try await after.deployments.resume()
        #expect(after.routes.summary(state.id) == "v1=100 next@v2")
        #expect(await after.builder.requests.isEmpty)
        #expect(await after.fleet.warmed.isEmpty)
        try await after.stop()
    }

    @Test(arguments: [VersionStatus.pending, .building, .starting])
    func `an unfinished version is taken up again`(status: VersionStatus) async throws {
        let before = try ControlFixture()
        let request = try await before.request("v1")
        let created = try await before.store.create(request, workspace: "default", project: "default", author: nil)
        if status != .pending { try await before.store.advance(created.version.id, by: .buildStarted) }
        if status == .starting { try await before.store.advance(created.version.id, by: .built) }
        try await before.stop()
        let after = try ControlFixture(folder: before.folder)
        #expect(try await after.store.version(.number(1), of: hello).status == status)
        try await after.deployments.resume()
        try await after.settled()
        #expect(try await after.store.function(hello).active?.number == 1)
        try await after.stop()
    }

    @Test func `a stop during a build leaves the version for the next start`() async throws {
        let before = try ControlFixture()
        let request = try await before.request("v1")
        await before.builder.close(source: try #require(request.sourceDigest))
        _ = try await before.deployments.create(request, workspace: "default", project: "default", author: nil)
        try await eventually("the build runs") { await before.builder.requests.count == 1 }
        try await before.stop()
        let after = try ControlFixture(folder: before.folder)
        #expect(try await after.store.version(.number(1), of: hello).status == .building)
        try await after.deployments.resume()
        try await after.settled()
        #expect(try await after.store.function(hello).status == .ready)
        try await after.stop()
    }

    @Test func `a deletion that was begun is brought to its end`() async throws {
        let before = try ControlFixture()
        let state = try await before.createHello()
        _ = try await before.store.beginDeletion(of: hello)
        try await before.stop()
        let after = try ControlFixture(folder: before.folder)
        try await after.deployments.resume()
        #expect(after.routes.summary(state.id) == nil)
        try await after.createHello()
        try await after.stop()
    }
}
