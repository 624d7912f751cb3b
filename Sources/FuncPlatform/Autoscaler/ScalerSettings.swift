import FuncKit
import NIOCore

/// Limits and time-outs of the autoscaler.
public struct ScalerSettings: Sendable, Hashable {
    /// Calls at once per instance where the manifest leaves it open.
    public var defaultConcurrency: Int
    /// Time without requests before the last instance goes, on top of the version's own delay.
    public var scaleToZeroGrace: Duration
    /// Most requests that wait per version, and for how long.
    public var queue: InstancePool.Limits
    /// How long instances may finish their requests when the platform stops.
    public var drainTimeout: Duration
    /// How often a version with instances is looked at.
    public var interval: Duration = .seconds(2)

    /// Takes the autoscaler's share of the platform's configuration.
    public init(platform: PlatformConfiguration) {
        defaultConcurrency = platform.defaultConcurrency
        scaleToZeroGrace = platform.scaleToZeroGrace
        drainTimeout = platform.drainTimeout
        queue = InstancePool.Limits(
            maxQueued: platform.maxQueuedRequests,
            queueTimeout: TimeAmount(platform.queueTimeout)
        )
    }
}

/// What a version's instances do, for `describe` and `platform status`.
public struct VersionActivity: Sendable, Hashable {
    /// Instances that take requests.
    public var ready: Int
    /// Instances on their way up.
    public var starting: Int
    /// Instances that finish their last requests.
    public var stopping: Int
    /// Requests at instances.
    public var inFlight: Int
    /// Requests that wait.
    public var queued: Int
    /// Starts and instances that failed in a row.
    public var failures: Int
    /// What the last failure said.
    public var lastFailure: FuncError?
    /// Why there are as many instances as there are.
    public var reason: String
}
