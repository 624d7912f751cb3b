/// Hears of functions whose triggers or traffic may have changed.
protocol ScheduleFollowing: Sendable {
    /// A function may have other schedules than before, or none. Returns at once.
    func follow(functionID: String)
}

/// Nobody who follows.
struct NoSchedules: ScheduleFollowing {
    func follow(functionID: String) {}
}

/// The way of changes to the scheduler, which is made after those who tell of them.
struct ScheduleSignals: ScheduleFollowing {
    /// What wakes the scheduler.
    enum Signal: Sendable, Hashable {
        /// A function's triggers or traffic may have changed.
        case changed(functionID: String)
        /// The time for which the alarm was set has come.
        case alarm
    }

    let stream: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
    }

    func follow(functionID: String) {
        continuation.yield(.changed(functionID: functionID))
    }

    /// Wakes the scheduler.
    func ring() {
        continuation.yield(.alarm)
    }

    /// Ends the scheduler's loop.
    func finish() {
        continuation.finish()
    }
}
