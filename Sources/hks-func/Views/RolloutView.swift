import FuncKit

/// Takes a version through its rollout and says what happens.
struct RolloutRun: Sendable {
    let service: any FunctionService
    let console: Console
    let plan: RolloutPlan

    /// The steps taken.
    func run(_ version: FunctionVersion, of function: Function) async throws -> RolloutReport {
        let steps = try await console.progress("Rolling out v\(version.number) of '\(function.name)'") { progress in
            try await Rollout(
                actions: Rollout.Actions(service: service, function: function, version: version),
                function: function.name,
                version: version.number,
                report: { tell($0, progress) }
            ).run(plan)
        }
        if steps.contains(where: { $0.requests == 0 }) {
            console.warning("v\(version.number) got no request in a step, so nothing was judged there")
        }
        return RolloutReport(strategy: plan.strategy, steps: steps)
    }

    private func tell(_ step: RolloutStep, _ progress: ProgressReporter) {
        guard let requests = step.requests else {
            progress.update("\(step.percent) %")
            return console.note("traffic: \(step.percent) %")
        }
        progress.update("\(step.percent) %, \(requests) requests, \(step.errors ?? 0) errors")
    }
}

/// What a rollout did, as part of the result of `deploy`.
struct RolloutReport: Encodable {
    let strategy: RolloutPlan.Strategy
    let steps: [RolloutStep]
}
