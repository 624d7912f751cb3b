import Foundation
import Synchronization
import Testing

@testable import FuncKit

@Suite struct RolloutTests {
    @Test func `a canary takes its steps and ends with all traffic`() async throws {
        let server = FakeTraffic([1: 100])
        let steps = try await server.rollout().run(try plan([10, 50], "errors>2%"))
        #expect(server.splits == ["v1=90 v2=10", "v1=50 v2=50", "v2=100"])
        #expect(steps.map(\.percent) == [10, 50, 100])
        #expect(steps.first?.requests == 100)
        #expect(server.slept == .seconds(120))
    }

    @Test func `the others keep their proportions and their tags`() async throws {
        let server = FakeTraffic([1: 75, 3: 25], tags: [1: "old"])
        _ = try await server.rollout().run(try plan([10], "errors>2%"))
        #expect(server.splits == ["v1=68 v2=10 v3=22", "v2=100"])
        #expect(server.traffic.routes.contains(TrafficRoute(version: 1, percent: 0, tag: "old")))
    }

    @Test(arguments: [("errors>2%", "errors is 3 % in 100 requests"), ("p95>300ms", "p95 is 400 ms in 100 requests")])
    func `a condition that is met sends the traffic back`(condition: String, reason: String) async throws {
        let server = FakeTraffic([1: 100])
        server.numbers = Metrics(invocations: 100, errors: 3, duration: MetricStats(p95: 400))
        let error = await #expect(throws: FuncError.self) {
            try await server.rollout().run(try plan([10, 50], condition))
        }
        #expect(error?.code == .rolloutAborted)
        #expect(error?.message.contains(reason) == true)
        #expect(server.splits == ["v1=90 v2=10", "v1=100"])
    }

    @Test func `a version that cannot be judged does not keep its traffic`() async throws {
        let server = FakeTraffic([1: 100])
        server.numbers = Metrics(invocations: 100, errors: 0, duration: MetricStats(avg: 3))
        let error = await #expect(throws: FuncError.self) {
            try await server.rollout().run(try plan([10], "errors>2%,p95>300ms"))
        }
        #expect(error?.code == .rolloutAborted)
        #expect(error?.message.contains("leave out p95, so 'p95>300ms' cannot be judged") == true)
        #expect(server.splits == ["v1=90 v2=10", "v1=100"])
    }

    @Test func `a server that refuses the way back is said to`() async throws {
        let server = FakeTraffic([1: 100])
        server.numbers = Metrics(invocations: 10, errors: 10)
        server.refusesAfter = 1
        let error = await #expect(throws: FuncError.self) { try await server.rollout().run(try plan([10], "errors>1")) }
        #expect(error?.code == .rolloutAborted)
        #expect(error?.hint == "move it back with 'hks-func traffic set hello v1=100'")
    }

    @Test func `blue-green switches at once and goes back`() async throws {
        let server = FakeTraffic([1: 100])
        let conditions = try AbortCondition.parse(list: "errors>2%")
        let plan = RolloutPlan.blueGreen(stepMilliseconds: 60_000, conditions: conditions)
        _ = try await server.rollout().run(plan)
        #expect(server.splits == ["v2=100"])
        server.numbers = Metrics(invocations: 4, errors: 4)
        server.traffic = Traffic(routes: [TrafficRoute(version: 1, percent: 100)])
        await #expect(throws: FuncError.self) { try await server.rollout().run(plan) }
        #expect(server.splits.suffix(2) == ["v2=100", "v1=100"])
    }

    @Test func `nothing is judged without requests`() async throws {
        let server = FakeTraffic([1: 100])
        server.numbers = Metrics(invocations: 0, errors: 0, duration: MetricStats(p95: 9_000))
        _ = try await server.rollout().run(try plan([10], "errors>0%,p95>1ms"))
        #expect(server.splits.last == "v2=100")
    }

    @Test func `somebody else's change of the split ends it`() async throws {
        let server = FakeTraffic([1: 100])
        server.onSleep = { $0.traffic = Traffic(routes: [TrafficRoute(version: 7, percent: 100)]) }
        let error = await #expect(throws: FuncError.self) {
            try await server.rollout().run(try plan([10, 50], "errors>2%"))
        }
        #expect(error?.code == .conflict)
        #expect(server.splits == ["v1=90 v2=10"])
    }

    @Test func `an interruption leaves the split as it is`() async throws {
        let server = FakeTraffic([1: 100])
        server.onSleep = { _ in throw CancellationError() }
        let error = await #expect(throws: FuncError.self) {
            try await server.rollout().run(try plan([10, 50], "errors>2%"))
        }
        #expect(error?.code == .interrupted)
        #expect(error?.message == "the rollout of v2 of 'hello' stopped: interrupted")
        let ways =
            "the traffic stays at v1=90 v2=10; go on with 'hks-func traffic set hello v2=100', or back with "
            + "'hks-func traffic set hello v1=100'"
        #expect(error?.hint == ways)
        #expect(server.splits == ["v1=90 v2=10"])
    }

    @Test func `a server that goes away says where the traffic stands`() async throws {
        let server = FakeTraffic([1: 100])
        server.refusesAfter = 1
        let error = await #expect(throws: FuncError.self) {
            try await server.rollout().run(try plan([10, 50], "errors>2%"))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "the rollout of v2 of 'hello' stopped: no connection")
        #expect(error?.hint?.hasPrefix("the traffic stays at v1=90 v2=10; go on with") == true)
    }

    @Test func `a first version has nothing to share with`() async throws {
        let server = FakeTraffic([2: 100])
        #expect(try await server.rollout().run(try plan([10], "errors>2%")).isEmpty)
        #expect(server.splits.isEmpty)
    }

    @Test(arguments: [[], [0], [50, 10], [10, 10], [101]])
    func `steps have to grow`(steps: [Int]) {
        #expect(throws: FuncError.self) { try RolloutPlan.canary(steps, stepMilliseconds: 1, conditions: []) }
    }

    @Test(arguments: [
        "", "errors", "errors>", "errors>x", "errors>nan", "errors>200%", "p95>3", "p42>3ms", "p95<3ms", "a,b",
    ])
    func `a condition that cannot be read is refused`(text: String) {
        let error = #expect(throws: FuncError.self) { try AbortCondition.parse(list: text) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `conditions are read`() throws {
        let conditions = try AbortCondition.parse(list: "errors > 2.5%, P95>1s,errors>10")
        #expect(conditions.map(\.bound) == [2.5, 1000, 10])
        #expect(conditions.map(\.unit) == [.percent, .milliseconds, .count])
    }

    private func plan(_ steps: [Int], _ conditions: String) throws -> RolloutPlan {
        try .canary(steps, stepMilliseconds: 60_000, conditions: AbortCondition.parse(list: conditions))
    }
}

/// A function's traffic on a server where time passes as fast as it is asked for.
private final class FakeTraffic: Sendable {
    private struct State {
        var traffic: Traffic
        var splits: [String] = []
        var slept = Duration.zero
        var numbers = Metrics(invocations: 100, errors: 1, duration: MetricStats(p95: 20))
        var refusesAfter = Int.max
        var onSleep: @Sendable (FakeTraffic) throws -> Void = { _ in }
    }

    private let state: Mutex<State>

    init(_ shares: [Int: Int], tags: [Int: String] = [:]) {
        let routes = shares.sorted { $0.key < $1.key }
            .map { TrafficRoute(version: $0.key, percent: $0.value, tag: tags[$0.key]) }
        state = Mutex(State(traffic: Traffic(routes: routes)))
    }

    var splits: [String] { state.withLock(\.splits) }
    var slept: Duration { state.withLock(\.slept) }
    var traffic: Traffic {
        get { state.withLock(\.traffic) }
        set { state.withLock { $0.traffic = newValue } }
    }
    var numbers: Metrics {
        get { state.withLock(\.numbers) }
        set { state.withLock { $0.numbers = newValue } }
    }
    var refusesAfter: Int {
        get { state.withLock(\.refusesAfter) }
        set { state.withLock { $0.refusesAfter = newValue } }
    }
    var onSleep: @Sendable (FakeTraffic) throws -> Void {
        get { state.withLock(\.onSleep) }
        set { state.withLock { $0.onSleep = newValue } }
    }

    func rollout() -> Rollout {
        Rollout(
            actions: Rollout.Actions(
                traffic: { self.traffic },
                setTraffic: { try self.set($0) },
                metrics: { _ in self.numbers }
            ),
            function: "hello",
            version: 2,
            timing: RetryTiming(
                sleep: { pause in
                    self.state.withLock { $0.slept += pause }
                    try self.onSleep(self)
                },
                uptime: { .zero },
                now: { Date(timeIntervalSince1970: 0) },
                random: { 0 }
            ),
            report: { _ in }
        )
    }

    private func set(_ traffic: Traffic) throws -> Traffic {
        try traffic.validate()
        return try state.withLock { state in
            guard state.splits.count < state.refusesAfter else { throw FuncError(.unreachable, "no connection") }
            state.traffic = traffic
            state.splits.append(traffic.shareText)
            return traffic
        }
    }
}
