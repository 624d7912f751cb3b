import FuncKit

/// What is known of a version when its number of instances is decided.
struct ScaleSituation: Sendable, Hashable {
    /// Instances that take requests.
    var ready: Int
    /// Instances on their way up.
    var starting: Int
    /// Requests at instances.
    var inFlight: Int
    /// Requests that wait for one.
    var queued: Int
    /// How long nothing was in flight or queued.
    var idleFor: Duration
    /// How long fewer instances would have done.
    var lowFor: Duration
    /// Most instances that were needed at once within `lowFor`.
    var neededWhileLow: Int
    /// Whether the version has a share of the traffic or a tag.
    var isServing: Bool
    /// Whether someone waits for a first instance, as a deploy does.
    var isAwaited: Bool
}

/// How many instances a version should have, and why. Pure, so that every rule is a row in a table.
struct ScaleDecision: Sendable, Hashable {
    /// Instances to aim for.
    var desired: Int
    /// For logs and `describe`.
    var reason: String

    /// Rules by which the decision is made.
    struct Rules: Sendable, Hashable {
        var scaling: Scaling
        /// Calls at once per instance.
        var concurrency: Int
        /// Time without requests before the last instance goes, on top of the scale-down delay.
        var grace: Duration

        /// Requests per instance to aim for: never more than an instance takes.
        var target: Int {
            let most = max(1, concurrency)
            guard scaling.metric == .concurrency, scaling.target > 0 else { return most }
            return min(most, scaling.target)
        }

        var delay: Duration { .milliseconds(max(0, scaling.scaleDownDelayMilliseconds)) }
        var most: Int { max(1, scaling.maxScale) }
        var least: Int { min(max(0, scaling.minScale), most) }
    }

    /// Instances that the requests of this moment need, between the bounds.
    static func needed(_ situation: ScaleSituation, _ rules: Rules) -> Int {
        let requests = situation.inFlight + situation.queued
        let byLoad = (requests + rules.target - 1) / rules.target
        let floor = max(situation.isServing ? rules.least : 0, situation.isAwaited ? 1 : 0)
        return min(max(byLoad, floor), rules.most)
    }

    /// Up at once, down only after the load has been low for the delay, to zero only after the grace besides.
    static func decide(_ situation: ScaleSituation, _ rules: Rules) -> ScaleDecision {
        let current = situation.ready + situation.starting
        let needed = needed(situation, rules)
        if needed > current { return ScaleDecision(desired: needed, reason: "load needs more") }
        if needed == current { return ScaleDecision(desired: current, reason: "steady") }
        if current > rules.most { return ScaleDecision(desired: rules.most, reason: "above the maximum") }
        if needed == 0, situation.idleFor >= rules.delay + rules.grace {
            return ScaleDecision(desired: 0, reason: "idle")
        }
        guard situation.lowFor >= rules.delay else {
            return ScaleDecision(desired: current, reason: "load is low, not for long enough")
        }
        // The last instance waits for the grace besides.
        let lower = max(needed, situation.neededWhileLow, 1)
        return ScaleDecision(desired: min(lower, current), reason: lower < current ? "load was low" : "idle")
    }
}
