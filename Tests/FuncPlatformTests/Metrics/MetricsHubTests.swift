import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct MetricsHubTests {
    private let time = TestTime()
    private let hub: MetricsHub
    private let requests: TestRequests

    init() {
        hub = MetricsHub(seconds: 10, now: { [time] in time.now })
        requests = TestRequests(hub: hub, time: time)
    }

    @Test(
        arguments: [
            (200, .answered, 0, 0), (404, .answered, 0, 0), (500, .answered, 1, 0), (504, .answered, 1, 0),
            (0, .answered, 1, 0), (200, .brokeOff, 1, 0), (499, .clientLeft, 0, 1), (200, .clientLeft, 0, 1),
            (500, .clientLeft, 1, 0), (499, .answered, 0, 0), (101, .clientLeft, 0, 0),
        ] as [(Int, RequestOutcome, UInt64, UInt64)]
    )
    func `what counts as error and as gone`(status: Int, outcome: RequestOutcome, errors: UInt64, gone: UInt64) {
        requests.send(status: status, outcome: outcome)
        let sum = hub.sum
        #expect(sum.requests == 1)
        #expect(sum.errors == errors)
        #expect(sum.clientsLeft == gone)
        #expect(sum.duration.weight == (status == 101 ? 0 : 1))
    }

    @Test func `concurrency is weighted by time and lies in the intervals where it was`() throws {
        requests.begin()
        time.advance(by: 4)
        requests.begin()
        time.advance(by: 8)
        requests.end()
        time.advance(by: 3)
        requests.end()
        let deltas = hub.drain().sorted { $0.start < $1.start }
        #expect(deltas.map(\.start) == [1_772_366_400, 1_772_366_410])
        // 4 s with one and 6 s with two; then 2 s with two and 3 s with one.
        let first = deltas[0].bucket.metrics(seconds: 10).concurrency
        #expect(first == MetricStats(min: 1, max: 2, avg: 1.6, p50: 2, p95: 2, p99: 2))
        let second = deltas[1].bucket.metrics(seconds: 10).concurrency
        #expect(second.min == 0)
        #expect(second.max == 2)
        #expect(try abs(#require(second.avg) - 0.7) < 0.000_001)
        #expect(deltas[1].bucket.requests == 2)
    }

    @Test func `a request under way shows before it ends, once`() {
        requests.begin()
        time.advance(by: 2)
        let seen = hub.pending(functionID: "f", versionID: nil)
        #expect(seen.first?.bucket.load.weight == 2_000_000)
        #expect(hub.sum.load.weight == 2_000_000)
        time.advance(by: 1)
        #expect(hub.sum.load.weight == 1_000_000)
        #expect(hub.all.first?.totals.inFlight == 1)
        requests.end()
        #expect(hub.sum.requests == 1)
        #expect(hub.all.map(\.isIdle) == [true])
    }

    @Test func `a request that went on to another version leaves nothing behind`() {
        requests.begin()
        hub.change(RequestLoad(functionID: "f", versionID: "v", versionNumber: 1, change: -1))
        hub.change(RequestLoad(functionID: "f", versionID: "w", versionNumber: 2, change: 1))
        var other = requests
        other.versionID = "w"
        other.end()
        #expect(hub.all.map(\.totals.inFlight) == [0, 0])
        #expect(hub.pending(functionID: "f", versionID: "v").isEmpty)
        #expect(hub.pending(functionID: "f", versionID: "w").first?.bucket.requests == 1)
        #expect(hub.pending(functionID: "g", versionID: nil).isEmpty)
    }

    @Test(arguments: [-86_400.0, 86_400.0])
    func `a clock that jumps neither crashes nor invents load`(jump: Double) {
        requests.begin()
        time.advance(by: 1)
        time.advance(by: jump)
        requests.end()
        let deltas = hub.drain()
        #expect(deltas.count <= 8)
        #expect(deltas.reduce(0) { $0 + $1.bucket.requests } == 1)
        #expect(deltas.reduce(0) { $0 + $1.bucket.load.weight } <= 60_000_000)
        requests.send()
        #expect(hub.sum.requests == 1)
    }

    @Test func `what cannot be written is kept, within bounds, and nothing of it is lost`() {
        for _ in 0..<200 {
            requests.send()
            hub.restore(hub.drain())
            time.advance(by: 10)
        }
        let waiting = hub.pending(functionID: "f", versionID: nil)
        #expect(waiting.count <= 32)
        #expect(waiting.reduce(0) { $0 + $1.bucket.requests } == 200)
    }

    @Test func `idle versions that are gone are forgotten, busy ones are not`() {
        requests.send()
        _ = hub.drain()
        var busy = requests
        busy.versionID = "busy"
        busy.begin()
        var kept = requests
        kept.versionID = "kept"
        kept.send()
        _ = hub.drain()
        hub.keepOnly(["kept"])
        #expect(Set(hub.all.map(\.versionID)) == ["busy", "kept"])
    }

    @Test func `many threads lose nothing`() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { [requests] in for _ in 0..<2000 { requests.send(status: 500) } }
            }
            group.addTask { [hub] in for _ in 0..<50 { hub.restore(hub.drain()) } }
        }
        let sum = hub.sum
        #expect(sum.requests == 8000)
        #expect(sum.errors == 8000)
    }
}

@Suite struct MetricsSamplerTests {
    private static let instance = InstanceProcess(functionID: "f", versionID: "v", versionNumber: 1, processID: 7)

    @Test func `cores are processor time by time, since the look before or the start`() async throws {
        let time = TestTime()
        let used = MutexBox(MetricsSampler.SessionUsage(memoryBytes: 1 << 20, cpuSeconds: 3, ageSeconds: 12))
        let sampler = MetricsSampler(
            processes: { [Self.instance] },
            usage: { sessions in sessions == [7] ? [7: used.current] : [:] },
            now: { time.now }
        )
        #expect(try await sampler.sample().map(\.usage) == [InstanceUsage(memoryBytes: 1 << 20, cores: 0.25)])
        time.advance(by: 4)
        used.mutate { $0.cpuSeconds = 5 }
        #expect(try await sampler.sample().map(\.usage) == [InstanceUsage(memoryBytes: 1 << 20, cores: 0.5)])
        time.advance(by: 4)
        used.mutate { $0.cpuSeconds = 1 }
        #expect(try await sampler.sample().first?.usage.cores == 0)
    }

    @Test func `samples become statistics`() {
        let hub = MetricsHub(seconds: 10, now: { TestTime().now })
        for (memory, cores) in [(100, nil), (300, 0.5), (200, 1.5)] as [(Int, Double?)] {
            let usage = InstanceUsage(memoryBytes: memory, cores: cores)
            hub.observe([InstanceSample(process: Self.instance, usage: usage)])
        }
        let metrics = hub.sum.metrics(seconds: 10)
        #expect(metrics.memory.min == 100)
        #expect(metrics.memory.max == 300)
        #expect(metrics.memory.avg == 200)
        #expect(metrics.cpu.avg == 1)
        #expect(metrics.invocations == 0)
        #expect(hub.all.first?.totals.usage == InstanceUsage(memoryBytes: 200, cores: 1.5))
        hub.observe([])
        #expect(hub.all.first?.totals.usage == nil)
    }

    @Test func `this machine's processes are measured`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec()) { _ in }
        let sampler = MetricsSampler(processes: { await fixture.supervisor.processes() })
        let samples = try await sampler.sample()
        #expect(samples.map(\.process.processID) == [instance.processID])
        #expect(samples.map(\.process.versionID) == ["v1"])
        #expect((samples.first?.usage.memoryBytes ?? 0) > 1 << 20)
        let status = try #require(ProcessTable.status(of: instance.processID))
        #expect(status.cpuSeconds >= 0)
        #expect((0..<60).contains(ProcessTable.age(of: status)))
        await fixture.supervisor.stopAll()
        #expect(try await sampler.sample().isEmpty)
    }
}
