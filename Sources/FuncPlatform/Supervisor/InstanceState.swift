/// How far an instance is in its life.
public enum InstanceState: String, Sendable, Hashable, CaseIterable {
    /// Its folder and port are being prepared.
    case pending
    /// Its process runs and is not ready yet.
    case starting
    /// It is ready and has no call.
    case ready
    /// It works on at least one call.
    case busy
    /// It was asked to stop and finishes its calls.
    case draining
    /// It ended because it was asked to.
    case stopped
    /// It ended by itself, or never became ready.
    case failed

    /// Whether nothing more will happen.
    public var isFinal: Bool { self == .stopped || self == .failed }

    /// The state that an event leads to, or nil where the event means nothing in this state.
    public func after(_ event: InstanceEvent) -> InstanceState? {
        switch (self, event) {
        case (.pending, .spawned): .starting
        case (.starting, .becameReady): .ready
        case (.ready, .callBegan): .busy
        case (.busy, .callsEnded): .ready
        case (.pending, .stopRequested), (.starting, .stopRequested), (.ready, .stopRequested), (.busy, .stopRequested):
            .draining
        case (.draining, .ended): .stopped
        case (.pending, .ended), (.starting, .ended), (.ready, .ended), (.busy, .ended): .failed
        default: nil
        }
    }
}

/// What happens to an instance.
public enum InstanceEvent: Sendable, Hashable, CaseIterable {
    /// Its process was started.
    case spawned
    /// It answered the readiness probe.
    case becameReady
    /// It got a call while it had none.
    case callBegan
    /// Its last call ended.
    case callsEnded
    /// The platform wants it gone.
    case stopRequested
    /// Its process is gone, or could not be started.
    case ended
}
