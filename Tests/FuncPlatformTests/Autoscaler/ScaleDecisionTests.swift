import FuncKit
import Testing

@testable import FuncPlatform

@Suite struct ScaleDecisionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var ready = 0
        var starting = 0
        var inFlight = 0
        var queued = 0
        var idle = 0
        var low = 0
        var neededWhileLow = 0
        var serving = true
        var awaited = false
        var scaling = Scaling()
        var concurrency = 10
        var desired: Int

        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "nothing to do at zero", desired: 0),
        Row(name: "the first request starts one", queued: 1, desired: 1),
        Row(name: "one start is enough for what fits into it", starting: 1, queued: 10, desired: 1),
        Row(name: "more requests than fit start more", ready: 1, inFlight: 10, queued: 11, desired: 3),
        Row(name: "never above the maximum", queued: 1000, scaling: Scaling(maxScale: 4), desired: 4),
        Row(name: "a maximum of zero still means one", queued: 1, scaling: Scaling(maxScale: 0), desired: 1),
        Row(name: "the target is below the concurrency", queued: 10, scaling: Scaling(target: 5), desired: 2),
        Row(
            name: "another metric's target is not a number of requests",
            queued: 10,
            scaling: Scaling(target: 5, metric: .rps),
            desired: 1
        ),
        Row(name: "the minimum runs without requests", scaling: Scaling(minScale: 2), desired: 2),
        Row(
            name: "the minimum is for versions with traffic",
            serving: false,
            scaling: Scaling(minScale: 2),
            desired: 0
        ),
        Row(
            name: "the minimum stays however long it idles",
            ready: 2,
            idle: 9999,
            low: 9999,
            scaling: Scaling(minScale: 2),
            desired: 2
        ),
        Row(name: "a deploy waits for one", serving: false, awaited: true, desired: 1),
        Row(name: "low load, not for long", ready: 3, inFlight: 5, low: 29, neededWhileLow: 1, desired: 3),
        Row(name: "low load for the delay", ready: 3, inFlight: 5, low: 30, neededWhileLow: 2, desired: 2),
        Row(name: "idle keeps one for the grace", ready: 3, idle: 31, low: 30, desired: 1),
        Row(name: "idle up to a moment before", ready: 1, idle: 59, low: 30, desired: 1),
        Row(name: "idle for delay and grace goes to zero", ready: 1, idle: 60, low: 0, desired: 0),
        Row(
            name: "a lowered maximum takes effect at once",
            ready: 5,
            inFlight: 9,
            scaling: Scaling(maxScale: 2),
            desired: 2
        ),
    ]

    @Test(arguments: rows) func `aims for the right number`(_ row: Row) {
        let situation = ScaleSituation(
            ready: row.ready,
            starting: row.starting,
            inFlight: row.inFlight,
            queued: row.queued,
            idleFor: .seconds(row.idle),
            lowFor: .seconds(row.low),
            neededWhileLow: row.neededWhileLow,
            isServing: row.serving,
            isAwaited: row.awaited
        )
        let rules = ScaleDecision.Rules(scaling: row.scaling, concurrency: row.concurrency, grace: .seconds(30))
        #expect(ScaleDecision.decide(situation, rules).desired == row.desired)
    }

    @Test func `a start that fails waits one second, then twice as long each time, a minute at most`() {
        var backOff = CrashBackOff()
        let delays = (0..<9).map { _ in
            backOff.recordFailedStart()
            return Int(backOff.delay(afterCrash: false).components.seconds)
        }
        #expect(delays == [1, 2, 4, 8, 16, 32, 60, 60, 60])
    }

    @Test func `the first crash after a calm time costs no wait, a loop does`() {
        var backOff = CrashBackOff()
        backOff.recordCrash(afterReadyFor: .seconds(3600))
        #expect(backOff.delay(afterCrash: true) == .zero)
        let delays = (0..<3).map { _ in
            backOff.recordCrash(afterReadyFor: .milliseconds(5))
            return Int(backOff.delay(afterCrash: true).components.seconds)
        }
        #expect(delays == [1, 2, 4])
        backOff.recordStable()
        #expect(backOff.failures == 0)
    }

    @Test func `load that falls step by step is followed down each time`() {
        var window = LoadWindow()
        let rules = ScaleDecision.Rules(scaling: Scaling(target: 1), concurrency: 1, grace: .seconds(30))
        var ready = 5
        for (second, inFlight) in [(0, 3), (30, 3), (60, 1), (90, 1), (120, 1)] {
            let statistics = InstancePool.Statistics(instances: ready, inFlight: inFlight, queued: 0, served: 0)
            let situation = window.observe(
                statistics,
                ready: ready,
                starting: 0,
                isServing: true,
                isAwaited: false,
                rules: rules,
                at: .seconds(second)
            )
            ready = ScaleDecision.decide(situation, rules).desired
        }
        #expect(ready == 1)
    }
}
