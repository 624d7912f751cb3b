import ArgumentParser
import FuncKit

/// How a new version gets its traffic.
struct RolloutOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Give the version its traffic in these shares, such as 10,50,100.",
            valueName: "percents"
        )
    )
    var canary: String?

    @Flag(help: "Give the version all traffic at once, watch it for a step, and go back where --abort-on says so.")
    var blueGreen = false

    @Option(help: ArgumentHelp("How long each step is watched; 1m unless given.", valueName: "duration"))
    var step: String?

    @Option(
        help: ArgumentHelp(
            "Move the traffic back when one of these is seen, such as 'errors>2%,p95>300ms'.",
            valueName: "conditions"
        )
    )
    var abortOn: String?

    func validate() throws {
        if canary != nil, blueGreen { throw ValidationError("--canary and --blue-green exclude each other") }
        if canary == nil, !blueGreen, let flag = step != nil ? "--step" : abortOn != nil ? "--abort-on" : nil {
            throw ValidationError("\(flag) needs --canary or --blue-green")
        }
        do {
            _ = try plan
        } catch let error as FuncError {
            throw ValidationError(error.message + (error.hint.map { "; \($0)" } ?? ""))
        }
    }

    /// The rollout that the flags describe; nil for none.
    var plan: RolloutPlan? {
        get throws {
            guard canary != nil || blueGreen else { return nil }
            let conditions = try abortOn.map(AbortCondition.parse(list:)) ?? []
            guard let length = FuncKit.DurationText.milliseconds(step ?? "1m"), (1_000...86_400_000).contains(length)
            else {
                throw FuncError(.invalidArgument, "--step must be a time from 1s to 24h, not '\(step ?? "")'")
            }
            guard let canary else {
                return .blueGreen(stepMilliseconds: length, conditions: conditions)
            }
            let shares = canary.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard !shares.contains(0) else {
                throw FuncError(.invalidArgument, "--canary takes whole numbers such as 10,50,100, not '\(canary)'")
            }
            return try .canary(shares, stepMilliseconds: length, conditions: conditions)
        }
    }
}
