/// Why a version became the active one.
enum ActivationReason: String, Codable, Hashable, Sendable {
    case deployed, activated
    case rolledBack = "rolled_back"
    case trafficChanged = "traffic_changed"
}

/// Which versions were active, and what a rollback goes back to.
///
/// Going back does not count as going forward: the version that was left by a rollback is never a rollback's target,
/// so that one rollback after another walks ever further into the past.
struct ActivationHistory: Hashable, Sendable {
    /// Versions by which one would walk back, the active one last.
    private(set) var trail: [String] = []

    /// Replays what happened, oldest first.
    init(_ activations: some Sequence<(versionID: String, reason: ActivationReason)> = []) {
        for activation in activations {
            record(activation.versionID, reason: activation.reason)
        }
    }

    /// Takes note of one more activation.
    mutating func record(_ versionID: String, reason: ActivationReason) {
        guard trail.last != versionID else { return }
        if reason == .rolledBack, let index = trail.lastIndex(of: versionID) {
            trail.removeSubrange((index + 1)...)
        } else {
            trail.append(versionID)
        }
    }

    /// The version to go back to from the active one, or nil if there is none among those that `isUsable` allows.
    func target(from active: String?, isUsable: (String) -> Bool) -> String? {
        var rest = trail[...]
        if let active, rest.last == active { rest.removeLast() }
        return rest.last { $0 != active && isUsable($0) }
    }
}
