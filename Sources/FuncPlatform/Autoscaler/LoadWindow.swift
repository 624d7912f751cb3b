/// Remembers of the past what a ``ScaleDecision`` needs: since when nothing happens, and since when fewer instances would do.
struct LoadWindow: Sendable {
    private var served = 0
    private var busyAt = Duration.zero
    private var lowSince: Duration?
    private var neededWhileLow = 0

    /// An instance became ready; its idle time begins now.
    mutating func touch(at now: Duration) {
        busyAt = now
    }

    /// Takes in a look at `pool` and gives the whole situation.
    mutating func observe(
        _ pool: InstancePool.Statistics,
        ready: Int,
        starting: Int,
        isServing: Bool,
        isAwaited: Bool,
        rules: ScaleDecision.Rules,
        at now: Duration
    ) -> ScaleSituation {
        if pool.inFlight + pool.queued > 0 || pool.served != served { busyAt = now }
        served = pool.served
        var situation = ScaleSituation(
            ready: ready,
            starting: starting,
            inFlight: pool.inFlight,
            queued: pool.queued,
            idleFor: now - busyAt,
            lowFor: .zero,
            neededWhileLow: 0,
            isServing: isServing,
            isAwaited: isAwaited
        )
        let needed = ScaleDecision.needed(situation, rules)
        guard needed < ready + starting else {
            lowSince = nil
            return situation
        }
        let since = lowSince ?? now
        neededWhileLow = max(lowSince == nil ? 0 : neededWhileLow, needed)
        lowSince = since
        situation.lowFor = now - since
        situation.neededWhileLow = neededWhileLow
        // What was needed in one full delay is acted upon; the next one is judged by itself.
        if situation.lowFor >= rules.delay { lowSince = nil }
        return situation
    }
}
