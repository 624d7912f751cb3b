/// How a project's folder is watched.
public struct WatchSettings: Hashable, Sendable {
    /// Files that the function's variables are read from, relative to the project's folder, or by their whole path where
    /// they lie outside of it. None of them is packed for that.
    public var environmentFiles: [String]
    /// What is watched although it is not packed, by patterns as in the manifest's `build.include`.
    public var alsoWatched: [String]
    /// Profile of the manifest in use, which may pack other files.
    public var profile: String?
    /// Whether to look at intervals in place of being told by the system, for file systems that tell nothing (network
    /// and shared folders).
    public var usesPolling: Bool
    /// Time without a change after which the changes so far are handed on.
    public var debounce: Duration
    /// Time after which they are handed on although changes never end.
    public var longestDebounce: Duration
    /// Time between two looks at all files when polling.
    public var pollInterval: Duration
    /// Time between two looks whether the folder itself is still the same one, and at files outside of it.
    public var rootInterval: Duration
    /// Files whose contents are known from the start, so that a first save without a change is told from a real one.
    public var knownFiles: Int
    /// Bytes of these files at most, together.
    public var knownBytes: Int
    /// When changes count as caused by the rebuild itself.
    public var loop: LoopLimits

    /// Settings with their defaults.
    public init(
        environmentFiles: [String] = [".env", ".env.local"],
        alsoWatched: [String] = [],
        profile: String? = nil,
        usesPolling: Bool = false,
        debounce: Duration = .milliseconds(25),
        longestDebounce: Duration = .milliseconds(500),
        pollInterval: Duration = .milliseconds(500),
        rootInterval: Duration = .seconds(1),
        knownFiles: Int = 2000,
        knownBytes: Int = 32 << 20,
        loop: LoopLimits = LoopLimits()
    ) {
        self.environmentFiles = environmentFiles
        self.alsoWatched = alsoWatched
        self.profile = profile
        self.usesPolling = usesPolling
        self.debounce = debounce
        self.longestDebounce = longestDebounce
        self.pollInterval = pollInterval
        self.rootInterval = rootInterval
        self.knownFiles = knownFiles
        self.knownBytes = knownBytes
        self.loop = loop
    }
}

/// When changes count as caused by the rebuild itself.
public struct LoopLimits: Hashable, Sendable {
    /// Rebuilds in a row, each of which the same files changed during, before this is looked into.
    public var suspicious: Int
    /// Times that the files were left alone while no rebuild ran, and changed with the next one, before it is a loop.
    public var confirmations: Int
    /// Time for which a rebuild is held back to see whether the files change without it.
    public var hold: Duration
    /// Time before the end of a rebuild in which a change may be somebody's who saw the new code answer.
    public var margin: Duration
    /// Time after which a rebuild whose end was not told counts as ended.
    public var longestRebuild: Duration
    /// Time without a change after which a file that looped is a trigger again.
    public var quiet: Duration

    /// Limits with their defaults.
    public init(
        suspicious: Int = 5,
        confirmations: Int = 3,
        hold: Duration = .seconds(1),
        margin: Duration = .milliseconds(20),
        longestRebuild: Duration = .seconds(30),
        quiet: Duration = .seconds(5)
    ) {
        self.suspicious = suspicious
        self.confirmations = confirmations
        self.hold = hold
        self.margin = margin
        self.longestRebuild = longestRebuild
        self.quiet = quiet
    }
}
