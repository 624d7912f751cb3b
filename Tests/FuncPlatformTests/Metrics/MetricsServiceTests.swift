import Foundation
import FuncKit
import GRDB
import Logging
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct MetricsPlanTests {
    private static let now = Date(timeIntervalSince1970: 1_772_366_405)

    @Test(
        arguments: [
            // Seconds back, resolution; tier, step, number of intervals.
            (3600, nil, 10, 60, 61), (600, nil, 10, 10, 61), (3600, 7, 10, 10, 361), (3600, 15, 10, 20, 181),
            (7200, nil, 60, 300, 25), (7200, 10, 60, 60, 121), (86_400, nil, 60, 3600, 25),
            (86_400, 1, 60, 120, 721), (100_000, 60, 900, 900, 112), (30 * 86_400, nil, 900, 86_400, 31),
            (300 * 86_400, nil, 900, 86_400, 31),
        ] as [(Double, Int?, Int, Int64, Int)]
    )
    func `intervals are as fine as asked for where they are kept so long`(
        back: Double,
        resolution: Int?,
        tier: Int,
        step: Int64,
        count: Int
    ) {
        let plan = MetricsPlan(
            start: Self.now.addingTimeInterval(-back),
            end: Self.now,
            resolution: resolution,
            now: Self.now,
            tiers: MetricsTier.standard
        )
        #expect(plan.tierSeconds == tier)
        #expect(plan.step == step)
        #expect(abs(plan.intervals.count - count) <= 1, "\(plan.intervals.count)")
        #expect(plan.intervals.count <= MetricsPlan.maxIntervals + 1)
        #expect(plan.intervals.first?.lowerBound == plan.start)
        #expect(plan.intervals.last?.upperBound == plan.end)
        for (one, next) in zip(plan.intervals, plan.intervals.dropFirst()) {
            #expect(one.upperBound == next.lowerBound)
            #expect(next.lowerBound % step == 0)
        }
    }

    @Test(arguments: [(-1e30, -9e29), (-1e30, 1e30), (1e30, 2e30), (0, 1), (-5, 500)])
    func `no range crashes`(start: Double, end: Double) {
        let plan = MetricsPlan(
            start: Date(timeIntervalSince1970: start),
            end: Date(timeIntervalSince1970: end),
            resolution: nil,
            now: Self.now,
            tiers: MetricsTier.standard
        )
        #expect(plan.start <= plan.end)
        #expect(plan.intervals.count <= MetricsPlan.maxIntervals + 1)
    }
}

@Suite struct MetricsServiceTests {
    private let folder: TemporaryFolder
    private let time = TestTime()

    init() throws {
        folder = try TemporaryFolder("metrics")
    }

    private func service(_ registry: Registry, clock: any Clock<Duration> = ManualClock()) -> MetricsService {
        MetricsService(
            registry: registry,
            tiers: MetricsTier.standard,
            interval: .seconds(5),
            sampler: MetricsSampler(processes: { [] }),
            activities: { [:] },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: clock,
            now: { [time] in time.now }
        )
    }

    private func open() async throws -> Registry {
        let registry = try Registry.open(path: folder.path("platform.db"))
        try await registry.write { database in
            for id in ["f", "g"] {
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO function (id, workspaceID, projectID, name, settings, settingsStamp,
                            lastNumber, revision, createdAt, updatedAt)
                        VALUES (:id, 'default', 'default', :id, '{}', 0, 0, 0, '2026-01-01', '2026-01-01')
                        """,
                    arguments: ["id": id]
                )
            }
        }
        return registry
    }

    private func report(
        _ service: MetricsService,
        version: String? = nil,
        back: Double = 3600,
        resolution: Int? = nil,
        createdAgo: Double = 1e6,
        blocks: Set<MetricsBlock> = Set(MetricsBlock.allCases)
    ) async throws -> MetricsReport {
        try await service.report(
            functionID: "f",
            createdAt: time.now.addingTimeInterval(-createdAgo),
            versionID: version,
            start: time.now.addingTimeInterval(-back),
            end: time.now,
            resolution: resolution,
            blocks: blocks
        )
    }

    @Test func `numbers outlive the platform and add up with those that follow`() async throws {
        var registry = try await open()
        let first = service(registry)
        var requests = TestRequests(hub: first.hub, time: time)
        for _ in 0..<3 { requests.send(milliseconds: 20) }
        requests.send(status: 503, milliseconds: 40, coldStart: true)
        try await first.flush()
        requests.send()
        try registry.close()

        // Killed: the last request was counted after the last flush, so it is lost. The same interval goes on.
        registry = try await open()
        let second = service(registry)
        requests = TestRequests(hub: second.hub, time: time)
        requests.send(status: 500, milliseconds: 80)
        try await second.flush()
        requests.send(outcome: .clientLeft)
        time.advance(by: 1)
        let total = try await report(second).total
        #expect(total.invocations == 6)
        #expect(total.errors == 2)
        #expect(total.coldStarts == 1)
        #expect(total.clientDisconnects == 1)
        #expect(total.duration.max == 80)
        #expect(total.duration.min == 10)
        #expect(try abs(#require(total.duration.p50) - 20) <= 1)
    }

    @Test func `intervals add up to the total in every fineness`() async throws {
        let service = service(try await open())
        let requests = TestRequests(hub: service.hub, time: time)
        for minute in 0..<30 {
            for _ in 0...minute { requests.send(milliseconds: Double(minute)) }
            time.advance(by: 60)
            if minute % 4 == 0 { try await service.flush() }
        }
        for (back, resolution) in [(3600, nil), (3600, 10), (3600, 300), (7200, 60), (90_000, nil)] as [(Double, Int?)]
        {
            let report = try await report(service, back: back, resolution: resolution)
            #expect(report.total.invocations == 465, "\(back)")
            #expect(report.intervals.reduce(0) { $0 + $1.metrics.invocations } == 465, "\(back)")
            #expect(report.total.duration.max == 29)
        }
        let recent = try await report(service, back: 120)
        #expect(recent.total.invocations == 59)
        #expect(recent.resolutionSeconds == 10)
    }

    @Test func `versions are told apart, functions too`() async throws {
        let service = service(try await open())
        var requests = TestRequests(hub: service.hub, time: time)
        requests.send()
        requests.versionID = "w"
        requests.send(status: 500)
        requests.functionID = "g"
        requests.versionID = "x"
        requests.send()
        try await service.flush()
        requests.functionID = "f"
        requests.versionID = "w"
        requests.send(status: 500)
        #expect(try await report(service).total.invocations == 3)
        #expect(try await report(service, version: "v").total.invocations == 1)
        #expect(try await report(service, version: "w").total.errors == 2)
        #expect(try await report(service, version: "none").total == Metrics())
    }

    @Test func `only the parts that were asked for are filled`() async throws {
        let service = service(try await open())
        TestRequests(hub: service.hub, time: time).send(status: 500)
        let total = try await report(service, blocks: [.errors]).total
        #expect(total == Metrics(errors: 1))
        let duration = try await report(service, blocks: [.duration]).total
        #expect(duration.duration.max == 10)
        #expect(duration.invocations == 0)
    }

    @Test func `concurrency counts from the function's creation on`() async throws {
        let service = service(try await open())
        let requests = TestRequests(hub: service.hub, time: time)
        requests.begin()
        time.advance(by: 10)
        requests.end()
        time.advance(by: 30)
        let young = try await report(service, createdAgo: 40).total.concurrency
        #expect(try abs(#require(young.avg) - 0.25) < 0.001)
        let old = try await report(service).total.concurrency
        #expect(try abs(#require(old.avg) - 10.0 / 3600) < 0.000_1)
        #expect(old.max == 1)
        #expect(old.p50 == 0)
    }

    @Test func `old intervals go, coarser ones stay`() async throws {
        let registry = try await open()
        let clock = ManualClock()
        let service = service(registry, clock: clock)
        TestRequests(hub: service.hub, time: time).send()
        try await service.flush()
        let work = Task { await service.run() }
        func kept() async throws -> [Int] {
            try await registry.read { database in
                try Int.fetchAll(database, sql: "SELECT seconds FROM requestNumbers ORDER BY seconds")
            }
        }
        #expect(try await kept() == [10, 60, 900])
        for (later, expected) in [(3500.0, [10, 60, 900]), (400, [60, 900]), (86_400, [900]), (30 * 86_400, [])] {
            try await eventually("the pause") { clock.sleepers == 1 }
            time.advance(by: later)
            clock.advance(by: .seconds(5))
            try await eventually("\(expected)") { try await kept() == expected && clock.sleepers == 1 }
        }
        work.cancel()
        await work.value
    }

    @Test func `a function's numbers go with it, and late ones do not come back`() async throws {
        let registry = try await open()
        let service = service(registry)
        let requests = TestRequests(hub: service.hub, time: time)
        requests.send()
        try await service.flush()
        try await registry.write { try $0.execute(sql: "DELETE FROM function WHERE id = 'f'") }
        requests.send()
        try await service.flush()
        let rows = try await registry.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM requestNumbers") }
        #expect(rows == 0)
    }

    @Test func `a registry that refuses loses nothing`() async throws {
        let registry = try await open()
        let service = service(registry)
        let requests = TestRequests(hub: service.hub, time: time)
        requests.send()
        try await registry.write { try $0.execute(sql: "ALTER TABLE requestNumbers RENAME TO aside") }
        await #expect(throws: (any Error).self) { try await service.flush() }
        try await registry.write { try $0.execute(sql: "ALTER TABLE aside RENAME TO requestNumbers") }
        try await service.flush()
        #expect(service.hub.drain().isEmpty)
        #expect(try await report(service).total.invocations == 1)
    }

    @Test func `a thousand functions are written and read in bounded time and room`() async throws {
        let registry = try await open()
        try await registry.write { database in
            for number in 0..<1000 {
                try database.execute(
                    sql: """
                        INSERT INTO function (id, workspaceID, projectID, name, settings, settingsStamp, lastNumber,
                            revision, createdAt, updatedAt)
                        VALUES (:id, 'default', 'default', :id, '{}', 0, 0, 0, '2026-01-01', '2026-01-01')
                        """,
                    arguments: ["id": "f\(number)"]
                )
            }
        }
        let service = service(registry)
        for round in 0..<2 {
            for number in 0..<1000 {
                let requests = TestRequests(
                    hub: service.hub,
                    time: time,
                    functionID: "f\(number)",
                    versionID: "v\(number)"
                )
                for step in 0..<5 { requests.send(milliseconds: Double(step * step * number + round)) }
            }
            try await service.flush()
            time.advance(by: 10)
        }
        let (rows, longest) = try await registry.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM requestNumbers"),
                try Int.fetchOne(database, sql: "SELECT MAX(LENGTH(data)) FROM requestNumbers")
            )
        }
        #expect(rows == 4000)
        #expect((longest ?? .max) < 200)
        #expect(service.hub.pending(functionID: "f1", versionID: nil).isEmpty)
    }
}
