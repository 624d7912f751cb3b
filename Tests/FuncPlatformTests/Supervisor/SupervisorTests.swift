import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct SupervisorTests {
    @Test func `starts an instance in its own folders and stops it`() async throws {
        let fixture = try SupervisorFixture()
        let exits = Exits()
        let instance = try await fixture.supervisor.start(fixture.spec(), onExit: exits.take)
        #expect(instance.id.rawValue.hasPrefix("hello-v1-"))
        #expect(instance.concurrency == 100)
        guard case .unixSocket(let path) = instance.endpoint else {
            Issue.record("not a socket: \(instance.endpoint)")
            return
        }
        #expect(path.hasPrefix(fixture.folder.path("data/run/s/")))
        #expect(await ReadinessProbe.isReady(instance.endpoint))
        #expect(await fixture.supervisor.state(of: instance.id) == .ready)
        let folder = fixture.folder.path("data/run/instances/\(instance.id)")
        let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o700)

        await fixture.supervisor.stop(instance.id)
        #expect(ProcessTable.status(of: instance.processID) == nil)
        #expect(exits.all.map(\.wasStopped) == [true])
        #expect(try fixture.leftovers().isEmpty)
        #expect(await fixture.supervisor.state(of: instance.id) == nil)
        #expect(try await fixture.messages() == ["mode  in \(fixture.folder.path("app"))"])
    }

    @Test func `reaches a program that only listens on its port`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec("tcp", unixSocket: false)) { _ in }
        guard case .tcp("127.0.0.1", let port) = instance.endpoint else {
            Issue.record("not a port: \(instance.endpoint)")
            return
        }
        #expect(port < 32_768)
        await fixture.supervisor.stopAll()
    }

    @Test func `waits while the answer is not 200`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec("warming")) { _ in }
        await fixture.supervisor.stop(instance.id)
    }

    @Test func `lets an instance drain, and kills one that ignores the request`() async throws {
        let fixture = try SupervisorFixture(drainTimeout: .zero)
        let exits = Exits()
        let polite = try await fixture.supervisor.start(fixture.spec("drains"), onExit: exits.take)
        await fixture.supervisor.stop(polite.id)
        #expect(exits.all.first?.status == 0)
        #expect(exits.all.first?.lastLines.last == "draining")
        let stubborn = try await fixture.supervisor.start(fixture.spec("stubborn"), onExit: exits.take)
        await fixture.supervisor.stop(stubborn.id)
        #expect(exits.all.last?.signal == SIGKILL)
        #expect(exits.all.last?.wasStopped == true)
    }

    @Test func `stopping ends even what has left the session`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec("family")) { _ in }
        let members = try await fixture.members()
        await fixture.supervisor.stop(instance.id)
        #expect(members.allSatisfy { ProcessTable.status(of: $0)?.isZombie ?? true })
    }

    @Test func `says why an instance did not come up, and forgets it`() async throws {
        let fixture = try SupervisorFixture()
        let exits = Exits()
        let error = await #expect(throws: FuncError.self) {
            try await fixture.supervisor.start(fixture.spec("dies"), onExit: exits.take)
        }
        #expect(error?.code == .readinessFailed)
        #expect(error?.message == "version 1 of 'hello' ended with status 1 before it was ready")
        #expect(error?.details.last == "Traceback: no handler")
        #expect(exits.all.isEmpty)
        #expect(try fixture.leftovers().isEmpty)
        #expect(try await fixture.messages().last?.hasSuffix("ended with status 1") == true)
    }

    @Test func `gives up on an instance that stays silent`() async throws {
        let fixture = try SupervisorFixture(readinessTimeout: .milliseconds(300))
        let error = await #expect(throws: FuncError.self) {
            try await fixture.supervisor.start(fixture.spec("silent")) { _ in }
        }
        #expect(error?.code == .readinessFailed)
        #expect(error?.message == "version 1 of 'hello' was not ready within 1 s")
        #expect(try fixture.leftovers().isEmpty)
    }

    @Test func `says that the program is not there`() async throws {
        let fixture = try SupervisorFixture()
        var spec = fixture.spec()
        spec.bundle.command = ["/no/such/python"]
        let error = await #expect(throws: FuncError.self) { try await fixture.supervisor.start(spec) { _ in } }
        #expect(error?.code == .readinessFailed)
        #expect(error?.details == ["could not start '/no/such/python': No such file or directory"])
        #expect(try fixture.leftovers().isEmpty)
    }

    @Test func `cancelling a start ends the instance`() async throws {
        let fixture = try SupervisorFixture()
        let exits = Exits()
        let start = Task { try await fixture.supervisor.start(fixture.spec("silent"), onExit: exits.take) }
        try await eventually("its first line") { try await !fixture.messages().isEmpty }
        start.cancel()
        await #expect(throws: CancellationError.self) { try await start.value }
        #expect(try fixture.leftovers().isEmpty)
        #expect(exits.all.isEmpty)
    }

    @Test func `reports a crash once and leaves the others alone`() async throws {
        let fixture = try SupervisorFixture()
        let exits = Exits()
        async let starting = fixture.supervisor.start(fixture.spec(), onExit: exits.take)
        let other = try await fixture.supervisor.start(fixture.spec(number: 2), onExit: exits.take)
        let victim = try await starting
        kill(victim.processID, SIGKILL)
        try await eventually("the report") { !exits.all.isEmpty }
        await fixture.supervisor.stop(victim.id)
        let exit = try #require(exits.all.first)
        #expect(exits.all.count == 1)
        #expect(exit.id == victim.id && exit.signal == SIGKILL && exit.status == nil && !exit.wasStopped)
        #expect(await ReadinessProbe.isReady(other.endpoint))
        #expect(try await fixture.messages().contains("instance \(victim.id) ended with signal 9"))
        await fixture.supervisor.stopAll()
    }

    @Test func `kills an instance that takes too much memory, and says so`() async throws {
        let fixture = try SupervisorFixture(memory: MemoryWatchdog(interval: .milliseconds(10)))
        let exits = Exits()
        let modest = try await fixture.supervisor.start(fixture.spec(memory: "48Mi")) { _ in }
        let hungry = try await fixture.supervisor.start(fixture.spec("hungry", memory: "48Mi"), onExit: exits.take)
        kill(hungry.processID, SIGUSR1)
        try await eventually("its end") { !exits.all.isEmpty }
        let line = "instance \(hungry.id) exceeded its memory limit of 48Mi"
        #expect(exits.all.first?.lastLines.last == line)
        #expect(try await fixture.messages().contains(line))
        #expect(await ReadinessProbe.isReady(modest.endpoint))
        await fixture.supervisor.stopAll()
    }

    @Test func `starts nothing once it stops everything`() async throws {
        let fixture = try SupervisorFixture()
        let exits = Exits()
        for number in 1...3 { _ = try await fixture.supervisor.start(fixture.spec(number: number), onExit: exits.take) }
        await fixture.supervisor.stopAll()
        #expect(exits.all.map(\.wasStopped) == [true, true, true])
        #expect(try fixture.leftovers().isEmpty)
        let error = await #expect(throws: FuncError.self) {
            try await fixture.supervisor.start(fixture.spec()) { _ in }
        }
        #expect(error?.code == .overloaded)
    }

    @Test func `knows which instances work`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec()) { _ in }
        await fixture.supervisor.setBusy(true, instance.id)
        #expect(await fixture.supervisor.state(of: instance.id) == .busy)
        await fixture.supervisor.setBusy(false, instance.id)
        #expect(await fixture.supervisor.state(of: instance.id) == .ready)
        await fixture.supervisor.stopAll()
    }
}
