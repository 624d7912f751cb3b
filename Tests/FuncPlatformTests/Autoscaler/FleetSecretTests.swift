import FuncKit
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import FuncPlatform

/// New instances in the place of those that were started with an older value of a secret.
@Suite struct FleetSecretTests {
    private let clock = ManualClock()
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func fleet(_ runner: FakeRunner) -> Fleet {
        let platform = PlatformConfiguration(dataFolder: "", programVersion: "", hostsFolder: "", environment: [:])
        return Fleet(runner: runner, settings: ScalerSettings(platform: platform), clock: clock)
    }

    private var spec: InstanceSpec {
        var spec = InstanceSpec.sample()
        spec.settings.secrets = [SecretReference(env: "DB", secret: "db")]
        return spec
    }

    private func names(_ runner: FakeRunner) -> [String] { runner.running.map(\.rawValue) }

    @Test func `the new instance is ready before the old one goes`() async throws {
        let runner = FakeRunner(isAutomatic: false)
        runner.give(["db": 1])
        let fleet = fleet(runner)
        let pool = try await fleet.adopt(spec, scaling: Scaling(minScale: 1, maxScale: 1), isServing: true)
        try await eventually("the first start") { runner.pending == 1 }
        runner.finishStart()
        try await eventually("i1") { pool.statistics.instances == 1 }
        runner.give(["db": 2])
        await fleet.replaceInstances(using: "db", before: 2, project: "default")
        try await eventually("the second start") { runner.pending == 1 }
        #expect(names(runner) == ["i1"])
        #expect(pool.statistics.instances == 1)
        runner.finishStart()
        try await eventually("i1 is gone") { names(runner) == ["i2"] }
        #expect(pool.statistics.instances == 1)
        #expect(runner.begun == 2)
        await fleet.stopAll()
    }

    @Test func `calls at the old instance finish before it goes`() async throws {
        let runner = FakeRunner()
        runner.give(["db": 1])
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(spec, scaling: Scaling(minScale: 1))
        guard case .ready(let call) = pool.acquire(on: loop) else {
            Issue.record("no free slot on a ready instance")
            return
        }
        runner.give(["db": 2])
        await fleet.replaceInstances(using: "db", before: 2, project: "default")
        try await eventually("i2 takes calls alone") {
            names(runner) == ["i1", "i2"] && pool.statistics.instances == 1
        }
        #expect(runner.stopped.isEmpty)
        call.release()
        try await eventually("i1 is gone") { names(runner) == ["i2"] }
        await fleet.stopAll()
    }

    @Test func `all instances are replaced, one after the other, and there are as many afterwards`() async throws {
        let runner = FakeRunner()
        runner.give(["db": 1])
        let fleet = fleet(runner)
        let pool = try await fleet.adopt(spec, scaling: Scaling(minScale: 3), isServing: true)
        try await eventually("three instances") { pool.statistics.instances == 3 }
        runner.give(["db": 5])
        await fleet.replaceInstances(using: "db", before: 5, project: "default")
        try await eventually("three new ones") { names(runner) == ["i4", "i5", "i6"] }
        try await eventually("nothing starts any more") {
            let status = await fleet.status(versionID: "v1")
            return status?.ready == 3 && status?.starting == 0 && status?.stopping == 0
        }
        #expect(runner.begun == 6)
        await fleet.stopAll()
    }

    @Test func `where new instances fail, the old ones go on and attempts are made with pauses`() async throws {
        let runner = FakeRunner()
        runner.give(["db": 1])
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(spec, scaling: Scaling(minScale: 1))
        runner.failStarts(with: FuncError(.readinessFailed, "secret 'db' not found"))
        await fleet.replaceInstances(using: "db", before: 2, project: "default")
        try await eventually("the reason") {
            await fleet.status(versionID: "v1")?.lastFailure?.message == "secret 'db' not found"
        }
        #expect(names(runner) == ["i1"])
        guard case .ready(let call) = pool.acquire(on: loop) else {
            Issue.record("the old instance takes no calls")
            return
        }
        call.release()
        runner.failStarts(with: nil)
        runner.give(["db": 2])
        try await eventually("a new one at last") {
            clock.advance(by: .seconds(1))
            return names(runner).first != "i1" && names(runner).count == 1
        }
        #expect(await fleet.status(versionID: "v1")?.lastFailure == nil)
        await fleet.stopAll()
    }

    @Test func `an instance that read the old value while it changed is replaced as well`() async throws {
        let runner = FakeRunner(isAutomatic: false)
        runner.give(["db": 1])
        let fleet = fleet(runner)
        _ = try await fleet.adopt(spec, scaling: Scaling(minScale: 1), isServing: true)
        try await eventually("the first start") { runner.pending == 1 }
        await fleet.replaceInstances(using: "db", before: 2, project: "default")
        runner.finishStart()
        try await eventually("the second start") { runner.pending == 1 }
        runner.give(["db": 2])
        runner.finishStart()
        try await eventually("i1 is gone") { names(runner) == ["i2"] }
        await fleet.stopAll()
    }

    @Test(arguments: [("db", "other", 2), ("key", "default", 2), ("db", "default", 1)])
    func `whom the change is none of keeps its instances`(secret: String, project: String, revision: Int) async throws {
        let runner = FakeRunner()
        runner.give(["db": 1])
        let fleet = fleet(runner)
        _ = try await fleet.prepare(spec, scaling: Scaling(minScale: 1))
        await fleet.replaceInstances(using: secret, before: revision, project: project)
        _ = try await fleet.adopt(.sample(version: 2), scaling: Scaling(minScale: 1), isServing: true)
        try await eventually("another version's start") { runner.begun == 2 }
        #expect(names(runner) == ["i1", "i2"])
        #expect(runner.stopped.isEmpty)
        await fleet.stopAll()
    }
}
