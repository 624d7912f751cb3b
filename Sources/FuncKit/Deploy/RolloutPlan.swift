/// How a new version gets its traffic: in which steps, and what ends it.
public struct RolloutPlan: Hashable, Sendable {
    /// What kind of rollout it is.
    public enum Strategy: String, Codable, Hashable, Sendable {
        /// A growing share of the traffic.
        case canary
        /// All of the traffic at once, with the version before kept for going back.
        case blueGreen = "blue-green"
    }

    /// What kind of rollout it is.
    public var strategy: Strategy
    /// Shares of the new version, in percent; growing, and 100 at the end.
    public var steps: [Int]
    /// How long each step is watched, in milliseconds. The last one of a canary is not: it has proven itself by then.
    public var stepMilliseconds: Int
    /// Any of these ends the rollout.
    public var conditions: [AbortCondition]

    /// A growing share. A last step of 100 is added where it is missing.
    /// - Throws: `invalid_argument` for steps that do not grow or are out of range.
    public static func canary(_ steps: [Int], stepMilliseconds: Int, conditions: [AbortCondition]) throws -> RolloutPlan
    {
        guard !steps.isEmpty, steps.allSatisfy({ (1...100).contains($0) }), zip(steps, steps.dropFirst()).allSatisfy(<)
        else {
            let written = steps.map(String.init).joined(separator: ",")
            throw FuncError(
                .invalidArgument,
                "canary steps '\(written)' are not growing shares from 1 to 100",
                hint: "write them such as 10,50,100"
            )
        }
        return RolloutPlan(
            strategy: .canary,
            steps: steps.last == 100 ? steps : steps + [100],
            stepMilliseconds: stepMilliseconds,
            conditions: conditions
        )
    }

    /// All at once, watched for one step.
    public static func blueGreen(stepMilliseconds: Int, conditions: [AbortCondition]) -> RolloutPlan {
        RolloutPlan(
            strategy: .blueGreen,
            steps: [100],
            stepMilliseconds: stepMilliseconds,
            conditions: conditions
        )
    }

    /// Whether a step is watched before the next one.
    func isWatched(_ percent: Int) -> Bool {
        strategy == .blueGreen ? !conditions.isEmpty : percent < 100
    }
}

extension Traffic {
    /// This split with `percent` for `version` and the rest shared by the others as before; tags stay.
    func giving(_ percent: Int, to version: Int) -> Traffic {
        let others = routes.filter { $0.version != version && $0.percent > 0 }
        let whole = others.reduce(0) { $0 + $1.percent }
        var left = 100 - percent
        var result = routes
        for index in result.indices where result[index].percent > 0 && result[index].version != version {
            result[index].percent = whole == 0 ? 0 : result[index].percent * (100 - percent) / whole
            left -= result[index].percent
        }
        // What rounding left goes to the largest of them.
        let others100 = result.indices.filter { result[$0].percent > 0 && result[$0].version != version }
        if let largest = others100.max(by: { result[$0].percent < result[$1].percent }) {
            result[largest].percent += left
        }
        for index in result.indices where result[index].version == version { result[index].percent = 0 }
        if let index = result.firstIndex(where: { $0.version == version }) {
            result[index].percent = percent
        } else {
            result.append(TrafficRoute(version: version, percent: percent))
        }
        return Traffic(routes: result.filter { $0.percent > 0 || $0.tag != nil })
    }

    /// Shares by version, by which two splits are compared.
    var shares: [Int: Int] {
        routes.reduce(into: [:]) { if $1.percent > 0 { $0[$1.version, default: 0] += $1.percent } }
    }

    /// The shares in words, such as `v1=90 v2=10`.
    public var shareText: String {
        shares.sorted { $0.key < $1.key }.map { "v\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
