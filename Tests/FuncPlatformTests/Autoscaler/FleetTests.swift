import FuncKit
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct FleetTests {
    let clock = ManualClock()
    let loop = MultiThreadedEventLoopGroup.singleton.next()

    private func fleet(_ runner: FakeRunner, logs: RecordedLogs? = nil) -> Fleet {
        let platform = PlatformConfiguration(dataFolder: "", programVersion: "", hostsFolder: "", environment: [:])
        return Fleet(runner: runner, logs: logs, settings: ScalerSettings(platform: platform), clock: clock)
    }

    private func ticket(_ pool: InstancePool) throws -> PoolTicket {
        guard case .waiting(let ticket) = pool.acquire(on: loop) else {
            throw Unexpected(description: "the request did not have to wait")
        }
        return ticket
    }

    /// Moves the clock on until `condition` holds; each step waits for the scaler to sleep again.
    private func advance(_ what: String, steps: Int, until condition: () async -> Bool) async throws -> Int {
        for step in 0...steps {
            // At zero there is no timer any more, and the scaler may get there at any moment of this wait.
            let isThere = try await eventually("'\(what)', or the scaler sleeps") {
                if await condition() { return true }
                return clock.sleepers > 0 ? false : nil
            }
            if isThere { return step }
            clock.advance(by: .seconds(1))
            for _ in 0..<20 { await Task.yield() }
        }
        throw Unexpected(description: "not within \(steps) s of the manual clock: \(what)")
    }

    @Test func `a deploy gets a pool whose instance is ready`() async throws {
        let runner = FakeRunner()
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(.sample(), scaling: Scaling())
        #expect(pool.statistics.instances == 1)
        #expect(await fleet.status(versionID: "v1")?.ready == 1)
        await fleet.stopAll()
        #expect(runner.running.isEmpty)
    }

    @Test func `a deploy whose instance does not start gets the reason and leaves nothing behind`() async throws {
        let runner = FakeRunner()
        let reason = FuncError(.readinessFailed, "no module named 'x'", details: ["Traceback"])
        runner.failStarts(with: reason)
        let fleet = fleet(runner)
        await #expect(throws: reason) { try await fleet.prepare(.sample(), scaling: Scaling()) }
        #expect(runner.begun == 1)
        #expect(await fleet.status(versionID: "v1") == nil)
    }

    @Test func `requests at zero start one instance and get it as a cold start`() async throws {
        let runner = FakeRunner(isAutomatic: false)
        let fleet = fleet(runner)
        let pool = try await fleet.adopt(.sample(), scaling: Scaling(), isServing: true)
        let tickets = try (0..<5).map { _ in try ticket(pool) }
        try await eventually("a start") { runner.pending == 1 }
        runner.finishStart()
        for ticket in tickets {
            let lease = try await ticket.lease.get()
            #expect(lease.coldStart)
            lease.release()
        }
        #expect(runner.begun == 1)
        guard case .ready(let warm) = pool.acquire(on: loop) else {
            Issue.record("no free slot on a ready instance")
            return
        }
        #expect(!warm.coldStart)
        warm.release()
        await fleet.stopAll()
    }

    @Test func `more requests than fit start as many instances as they need`() async throws {
        let runner = FakeRunner(isAutomatic: false, concurrency: 2)
        let fleet = fleet(runner)
        var spec = InstanceSpec.sample()
        spec.settings.concurrency = 2
        let pool = try await fleet.adopt(spec, scaling: Scaling(maxScale: 3), isServing: true)
        let tickets = try (0..<5).map { _ in try ticket(pool) }
        for begun in 1...3 {
            try await eventually("start \(begun)") { runner.begun >= begun }
            runner.finishStart()
        }
        let leases = try await withThrowingTaskGroup { group in
            for ticket in tickets { group.addTask { try await ticket.lease.get() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(leases.map(\.instance.id)).count == 3)
        for lease in leases { lease.release() }
        await fleet.stopAll()
    }

    @Test func `an idle version goes to zero after delay and grace, and is started again by a request`() async throws {
        let runner = FakeRunner()
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(.sample(), scaling: Scaling())
        let seconds = try await advance("zero", steps: 120) { pool.statistics.instances == 0 }
        #expect((60...66).contains(seconds))
        try await eventually("the stop") { runner.stopped.count == 1 }
        let lease = try await ticket(pool).lease.get()
        #expect(lease.coldStart)
        lease.release()
        await fleet.stopAll()
    }

    @Test func `the minimum of a version with traffic stays`() async throws {
        let runner = FakeRunner()
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(.sample(), scaling: Scaling(minScale: 1))
        await fleet.update(versionID: "v1", scaling: Scaling(minScale: 1), isServing: true)
        await #expect(throws: Unexpected.self) {
            _ = try await advance("zero", steps: 150) { pool.statistics.instances == 0 }
        }
        await fleet.update(versionID: "v1", scaling: Scaling(minScale: 1), isServing: false)
        _ = try await advance("zero without traffic", steps: 150) { pool.statistics.instances == 0 }
        await fleet.stopAll()
    }

    @Test func `a crashed instance is replaced for the next request at once`() async throws {
        let runner = FakeRunner()
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(.sample(), scaling: Scaling())
        runner.crash(try #require(runner.running.first))
        #expect(pool.statistics.instances == 0)
        let lease = try await ticket(pool).lease.get()
        #expect(lease.instance.id.rawValue == "i2")
        lease.release()
        await fleet.stopAll()
    }

    @Test func `starts that fail twice are told to those who wait, with the reason, and tried again later`()
        async throws
    {
        let runner = FakeRunner()
        let logs = RecordedLogs()
        let fleet = fleet(runner, logs: logs)
        let pool = try await fleet.adopt(.sample(), scaling: Scaling(), isServing: true)
        let reason = FuncError(.readinessFailed, "it broke", details: ["last line"])
        runner.failStarts(with: reason)
        let waiting = try ticket(pool)
        try await eventually("the first attempt") { runner.begun == 1 }
        _ = try await advance("the second attempt", steps: 5) { runner.begun == 2 }
        await #expect(throws: PoolRefusal.unavailable(reason, retryAfterSeconds: 2)) { try await waiting.lease.get() }
        guard case .refused(.unavailable(let error, _)) = pool.acquire(on: loop) else {
            Issue.record("a request had to wait for a version that does not start")
            return
        }
        #expect(error.details == ["last line"])
        #expect(logs.lines.contains { $0.level == .error && $0.message.contains("it broke") })
        runner.failStarts(with: nil)
        let seconds = try await advance("the end of the pause", steps: 5) {
            if case .waiting = pool.acquire(on: loop) { true } else { false }
        }
        #expect(seconds >= 1)
        try await eventually("an instance") { pool.statistics.instances == 1 }
        await fleet.stopAll()
    }

    @Test func `retiring waits for running requests and refuses new ones`() async throws {
        let runner = FakeRunner()
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(.sample(), scaling: Scaling())
        guard case .ready(let lease) = pool.acquire(on: loop) else {
            Issue.record("no free slot on a ready instance")
            return
        }
        async let retired: Void = fleet.retire("v1")
        try await eventually("the pool is closed") {
            if case .refused(.retired) = pool.acquire(on: loop) { true } else { false }
        }
        try await eventually("the drain has begun") { clock.sleepers > 0 }
        #expect(runner.stopped.isEmpty)
        lease.release()
        await retired
        #expect(runner.stopped.count == 1)
    }

    @Test func `retiring does not wait for a request beyond the function's time-out`() async throws {
        let runner = FakeRunner()
        let fleet = fleet(runner)
        let pool = try await fleet.prepare(.sample(timeout: 7), scaling: Scaling())
        guard case .ready(let lease) = pool.acquire(on: loop) else {
            Issue.record("no free slot on a ready instance")
            return
        }
        async let retired: Void = fleet.retire("v1")
        _ = try await advance("the end of the wait", steps: 9) { !runner.stopped.isEmpty }
        await retired
        lease.release()
    }

    @Test func `a version that is retired while it starts stops the late instance`() async throws {
        let runner = FakeRunner(isAutomatic: false)
        let fleet = fleet(runner)
        let preparing = Task { _ = try await fleet.prepare(.sample(), scaling: Scaling()) }
        try await eventually("a start") { runner.pending == 1 }
        let retiring = Task { await fleet.retire("v1") }
        await #expect(throws: FuncError.self) { try await preparing.value }
        runner.finishStart()
        await retiring.value
        #expect(runner.stopped.count == 1)
        #expect(runner.running.isEmpty)
    }
}

/// Something that a test did not count on.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

/// Keeps what the platform said.
final class RecordedLogs: LogStoring {
    private let entries = Mutex<[LogEntry]>([])

    var lines: [LogEntry] { entries.withLock { $0 } }

    func append(_ entries: [LogEntry], to stream: LogStream) {
        self.entries.withLock { $0 += entries }
    }

    func finish(_ stream: LogStream) {}

    func read(_ stream: LogStream, query: LogQuery) async throws -> [LogEntry] { lines }

    func follow(_ stream: LogStream, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error> {
        AsyncThrowingStream { $0.finish() }
    }

    func remove(functionID: String) async {}
}
