/// The instances of one version as the gateway sees them.
public final class InstancePool: Sendable {
    init() {}
}
