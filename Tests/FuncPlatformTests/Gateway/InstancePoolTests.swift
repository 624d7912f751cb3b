import FuncKit
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import FuncPlatform

@Suite struct InstancePoolTests {
    let loop = NIOAsyncTestingEventLoop()

    private func instance(_ name: String, concurrency: Int = 1) -> RunningInstance {
        RunningInstance(
            id: InstanceID(rawValue: name),
            endpoint: .unixSocket(path: "/nowhere/\(name)"),
            processID: 1,
            concurrency: concurrency
        )
    }

    private func lease(_ pool: InstancePool) throws -> InstanceLease {
        guard case .ready(let lease) = pool.acquire(on: loop) else { throw Unexpected(description: "no free slot") }
        return lease
    }

    private func ticket(_ pool: InstancePool) throws -> PoolTicket {
        guard case .waiting(let ticket) = pool.acquire(on: loop) else { throw Unexpected(description: "not queued") }
        return ticket
    }

    @Test func `the least loaded instance is taken, the oldest of equals`() throws {
        let pool = InstancePool()
        pool.add(instance("a", concurrency: 2))
        pool.add(instance("b", concurrency: 2))
        let leases = try (0..<4).map { _ in try lease(pool) }
        #expect(leases.map(\.instance.id.rawValue) == ["a", "b", "a", "b"])
        leases[1].release()
        #expect(try lease(pool).instance.id.rawValue == "b")
    }

    @Test func `a slot is given back once, and by letting go of it as well`() throws {
        let pool = InstancePool()
        pool.add(instance("a", concurrency: 2))
        let one = try lease(pool)
        let other = try lease(pool)
        one.release()
        one.release()
        #expect(pool.statistics.inFlight == 1)
        withExtendedLifetime(other) {}
        do { _ = try lease(pool) }
        #expect(pool.statistics.inFlight <= 1)
    }

    @Test func `requests wait in order, and each asks for more instances`() async throws {
        let pool = InstancePool()
        let demand = Mutex(0)
        pool.whenInDemand { demand.withLock { $0 += 1 } }
        let first = try ticket(pool)
        let second = try ticket(pool)
        #expect(demand.withLock { $0 } == 2)
        #expect(pool.statistics.queued == 2)
        pool.add(instance("a"))
        await loop.run()
        let lease = try await first.lease.get()
        #expect(pool.statistics.queued == 1)
        lease.release()
        await loop.run()
        let next = try await second.lease.get()
        #expect(next.coldStart)
        next.release()
    }

    @Test func `a request that waited for a busy instance was no cold start`() async throws {
        let pool = InstancePool()
        pool.add(instance("a"))
        let busy = try lease(pool)
        let waiting = try ticket(pool)
        busy.release()
        await loop.run()
        let lease = try await waiting.lease.get()
        #expect(!lease.coldStart)
        lease.release()
    }

    @Test func `the queue is bounded in length and time`() async throws {
        let pool = InstancePool(limits: .init(maxQueued: 1, queueTimeout: .seconds(30)))
        let waiting = try ticket(pool)
        guard case .refused(.overloaded) = pool.acquire(on: loop) else {
            Issue.record("the queue took more than it holds")
            return
        }
        await loop.advanceTime(by: .seconds(29))
        #expect(pool.statistics.queued == 1)
        await loop.advanceTime(by: .seconds(1))
        await #expect(throws: PoolRefusal.queueTimedOut) { try await waiting.lease.get() }
        #expect(pool.statistics.queued == 0)
    }

    @Test func `a removed instance finishes what it has and gets no more`() throws {
        let pool = InstancePool()
        pool.add(instance("a", concurrency: 5))
        let lease = try lease(pool)
        let idle = Mutex(0)
        pool.remove(InstanceID(rawValue: "a")) { idle.withLock { $0 += 1 } }
        #expect(pool.statistics == .init(instances: 0, inFlight: 1, queued: 0, served: 1))
        #expect(idle.withLock { $0 } == 0)
        _ = try ticket(pool)
        lease.release()
        #expect(idle.withLock { $0 } == 1)
        #expect(pool.statistics.inFlight == 0)
        pool.remove(InstanceID(rawValue: "unknown")) { idle.withLock { $0 += 1 } }
        #expect(idle.withLock { $0 } == 2)
        pool.close()
    }

    @Test func `what waits when an instance dies goes to the next one`() async throws {
        let pool = InstancePool()
        pool.add(instance("a"))
        let lost = try lease(pool)
        let waiting = try ticket(pool)
        pool.remove(InstanceID(rawValue: "a"))
        lost.release()
        #expect(pool.statistics.queued == 1)
        pool.add(instance("b"))
        await loop.run()
        let lease = try await waiting.lease.get()
        #expect(lease.instance.id.rawValue == "b")
        lease.release()
    }

    @Test func `a refusal reaches those who wait and those who come, until an instance is there`() async throws {
        let pool = InstancePool()
        let waiting = try ticket(pool)
        let reason = FuncError(.readinessFailed, "broken")
        pool.refuse(with: reason, retryAfterSeconds: 4)
        await #expect(throws: PoolRefusal.unavailable(reason, retryAfterSeconds: 4)) { try await waiting.lease.get() }
        guard case .refused(.unavailable) = pool.acquire(on: loop) else {
            Issue.record("a request was queued")
            return
        }
        pool.add(instance("a"))
        try lease(pool).release()
    }

    @Test func `a place given up is free, and closing fails the rest`() async throws {
        let pool = InstancePool()
        let first = try ticket(pool)
        let second = try ticket(pool)
        pool.cancel(first)
        #expect(pool.statistics.queued == 1)
        pool.close()
        await #expect(throws: PoolRefusal.retired) { try await second.lease.get() }
        guard case .refused(.retired) = pool.acquire(on: loop) else {
            Issue.record("a closed pool took a request")
            return
        }
    }
}
