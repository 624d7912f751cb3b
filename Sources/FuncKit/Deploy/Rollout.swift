import Foundation

/// What a step of a rollout showed.
public struct RolloutStep: Codable, Hashable, Sendable {
    /// Share of the new version, in percent.
    public var percent: Int
    /// Requests that the new version answered during the step; nil where nobody looked.
    public var requests: Int?
    /// How many of them failed.
    public var errors: Int?
    /// Time that 95 of 100 of them stayed below, in milliseconds.
    public var p95Milliseconds: Double?

    /// Describes a step.
    public init(percent: Int, requests: Int? = nil, errors: Int? = nil, p95Milliseconds: Double? = nil) {
        self.percent = percent
        self.requests = requests
        self.errors = errors
        self.p95Milliseconds = p95Milliseconds
    }

    private enum CodingKeys: String, CodingKey {
        case percent, requests, errors
        case p95Milliseconds = "p95_ms"
    }
}

/// Moves traffic to a new version step by step, watches it, and moves it back where a condition is met.
///
/// It lives in the client: a client that goes away leaves the split as it is at that moment, and the version before
/// keeps what it has.
public struct Rollout: Sendable {
    /// What it does on the server.
    public struct Actions: Sendable {
        var traffic: @Sendable () async throws -> Traffic
        var setTraffic: @Sendable (Traffic) async throws -> Traffic
        /// The new version's numbers since a time.
        var metrics: @Sendable (Date) async throws -> Metrics

        /// Works on one function and its new version.
        public init(service: any FunctionService, function: Function, version: FunctionVersion) {
            traffic = { try await service.traffic(of: function.id) }
            setTraffic = { try await service.setTraffic($0, of: function.id) }
            metrics = { start in
                let query = MetricsQuery(start: start, version: .number(version.number))
                return try await service.metrics(of: function.id, query: query).total
            }
        }

        init(
            traffic: @escaping @Sendable () async throws -> Traffic,
            setTraffic: @escaping @Sendable (Traffic) async throws -> Traffic,
            metrics: @escaping @Sendable (Date) async throws -> Metrics
        ) {
            self.traffic = traffic
            self.setTraffic = setTraffic
            self.metrics = metrics
        }
    }

    /// Longest time between two looks at the numbers.
    private static let lookInterval = Duration.seconds(5)

    private let actions: Actions
    private let function: String
    private let version: Int
    private let timing: RetryTiming
    private let report: @Sendable (RolloutStep) -> Void

    /// Rolls out `version` of `function`; `report` hears of each look at the numbers.
    public init(
        actions: Actions,
        function: String,
        version: Int,
        timing: RetryTiming = .live,
        report: @escaping @Sendable (RolloutStep) -> Void
    ) {
        self.actions = actions
        self.function = function
        self.version = version
        self.timing = timing
        self.report = report
    }

    /// Takes all steps.
    /// - Throws: `rollout_aborted` after the traffic went back, `conflict` where somebody else changed the split
    ///   meanwhile; `interrupted`, and what the server says, with the split left as it is and the ways to go on.
    public func run(_ plan: RolloutPlan) async throws -> [RolloutStep] {
        let before = try await actions.traffic()
        // A first version has nothing to share with.
        guard before.shares.contains(where: { $0.key != version }) else { return [] }
        do {
            return try await takeSteps(plan, from: before)
        } catch is CancellationError {
            throw await stopped(by: FuncError(.interrupted, "interrupted"), before: before)
        } catch let error as FuncError where ![.rolloutAborted, .conflict].contains(error.code) {
            throw await stopped(by: error, before: before)
        }
    }

    private func takeSteps(_ plan: RolloutPlan, from before: Traffic) async throws -> [RolloutStep] {
        var steps: [RolloutStep] = []
        var expected = before
        for percent in plan.steps {
            try await checkUnchanged(since: expected)
            expected = try await actions.setTraffic(before.giving(percent, to: version))
            let began = timing.now()
            var step = RolloutStep(percent: percent)
            report(step)
            if plan.isWatched(percent) {
                step = try await watch(step, plan, since: began, before: before)
            }
            steps.append(step)
        }
        return steps
    }

    private func watch(_ step: RolloutStep, _ plan: RolloutPlan, since start: Date, before: Traffic) async throws
        -> RolloutStep
    {
        var (step, waited) = (step, Duration.zero)
        let length = Duration.milliseconds(plan.stepMilliseconds)
        while waited < length {
            let pause = min(Self.lookInterval, length - waited)
            try await timing.sleep(pause)
            waited += pause
            guard !plan.conditions.isEmpty else { continue }
            let metrics = try await actions.metrics(start)
            step.requests = metrics.invocations
            step.errors = metrics.errors
            step.p95Milliseconds = metrics.duration.p95
            report(step)
            if let reason = plan.conditions.lazy.compactMap({ $0.violation(by: metrics) }).first {
                try await goBack(to: before, because: reason, at: step.percent)
            }
        }
        return step
    }

    private func goBack(to before: Traffic, because reason: String, at percent: Int) async throws -> Never {
        do {
            // A Ctrl-C at this moment must not leave the bad version its traffic.
            _ = try await Task { [actions] in try await actions.setTraffic(before) }.value
        } catch {
            throw FuncError(
                .rolloutAborted,
                "v\(version) of '\(function)' failed its rollout at \(percent) %, and the traffic could not be moved back",
                hint: "move it back with 'hks-func traffic set \(function) \(before.shareText)'",
                because: error,
                details: [reason]
            )
        }
        throw FuncError(
            .rolloutAborted,
            "v\(version) of '\(function)' failed its rollout at \(percent) %: \(reason)",
            hint: "the traffic is back at \(before.shareText); run 'hks-func logs \(function) --version v\(version)'"
        )
    }

    /// What ended the rollout early, with the split as it is now and the ways on and back.
    private func stopped(by error: FuncError, before: Traffic) async -> FuncError {
        // The task may be cancelled, and the question is worth a moment all the same.
        let now = await Task { [actions] in try? await actions.traffic().shareText }.value
        let set = "hks-func traffic set \(function)"
        var stopped = error
        stopped.message = "the rollout of v\(version) of '\(function)' stopped: \(error.message)"
        stopped.hint =
            "the traffic stays \(now.map { "at \($0)" } ?? "as it is"); go on with '\(set) v\(version)=100', or back with "
            + "'\(set) \(before.shareText)'"
        return stopped
    }

    private func checkUnchanged(since expected: Traffic) async throws {
        let now = try await actions.traffic()
        guard now.shares != expected.shares else { return }
        throw FuncError(
            .conflict,
            "somebody else changed the traffic of '\(function)' from \(expected.shareText) to \(now.shareText)",
            hint: "the rollout ended there; go on with 'hks-func traffic set \(function) v\(version)=100'"
        )
    }
}
