import FuncKit

/// Takes a version through its rollout and says what happens.
struct RolloutRun: Sendable {
    let service: any FunctionService
    let console: Console
    let plan: RolloutPlan

    /// The steps taken. After Ctrl-C it says where the traffic stands.
    func run(_ version: FunctionVersion, of function: Function) async throws -> RolloutReport {
        do {
            let steps = try await console.progress("Rolling out v\(version.number) of '\(function.name)'") { progress in
                try await Rollout(
                    actions: Rollout.Actions(service: service, function: function, version: version),
                    function: function.name,
                    version: version.number,
                    report: { tell($0, progress) }
                ).run(plan)
            }
            return RolloutReport(strategy: plan.strategy, steps: steps)
        } catch let error as CancellationError {
            await sayWhereTrafficStands(version, function)
            throw error
        }
    }

    private func tell(_ step: RolloutStep, _ progress: ProgressReporter) {
        guard let requests = step.requests else {
            progress.update("\(step.percent) %")
            return console.note("traffic: \(step.percent) %")
        }
        progress.update("\(step.percent) %, \(requests) requests, \(step.errors ?? 0) errors")
    }

    private func sayWhereTrafficStands(_ version: FunctionVersion, _ function: Function) async {
        // The task is cancelled, and the question is worth a moment all the same.
        let share = await Task { try? await service.traffic(of: function.id).shareText }.value
        let place = share.map { "the traffic stays at \($0)" } ?? "the traffic stays as it is"
        console.say(
            "\(place); go on with 'hks-func traffic set \(function.name) v\(version.number)=100', or back with "
                + "'hks-func traffic set'"
        )
    }
}

/// What a rollout did, as part of the result of `deploy`.
struct RolloutReport: Encodable {
    let strategy: RolloutPlan.Strategy
    let steps: [RolloutStep]
}
