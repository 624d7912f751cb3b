/// Bounds of the scheduler.
public struct ScheduleLimits: Hashable, Sendable {
    /// Longest sleep while a schedule waits: so soon it is noticed that the clock was set or the machine suspended.
    public var longestSleep: Duration = .seconds(30)
    /// Pause before the registry is asked again after it failed.
    public var retryPause: Duration = .seconds(5)
    /// Most times that are noted in one transaction.
    public var claimsAtOnce = 500
    /// Most runs of all triggers at once; what is due beyond it is skipped.
    public var runs = 1_000
    /// Most runs of one trigger at once whose runs may overlap.
    public var runsPerTrigger = 100
    /// Pause before the second attempt of a run; each further one is twice as long.
    public var firstRetryDelay: Duration = .seconds(5)
    /// Longest pause between two attempts.
    public var longestRetryDelay: Duration = .seconds(60)

    /// The defaults.
    public init() {}
}
