/// Which instances of a version were started with values of secrets that are no longer the latest.
struct SecretRevisions {
    private var latest: [String: Int] = [:]
    private var given: [InstanceID: [String: Int]] = [:]

    /// The instances that should give way to new ones.
    private(set) var stale: Set<InstanceID> = []

    /// Notes that there is a newer value. Revisions only grow, so that the order of such notes does not matter.
    mutating func expect(_ secret: String, revision: Int) {
        latest[secret] = max(latest[secret] ?? 0, revision)
        stale = Set(given.keys.filter(isStale))
    }

    /// Takes an instance that became ready.
    mutating func add(_ instance: RunningInstance) {
        given[instance.id] = instance.secretRevisions
        if isStale(instance.id) { stale.insert(instance.id) }
    }

    /// Forgets an instance that goes or has gone.
    mutating func remove(_ id: InstanceID) {
        given[id] = nil
        stale.remove(id)
    }

    private func isStale(_ id: InstanceID) -> Bool {
        latest.contains { secret, revision in (given[id]?[secret] ?? 0) < revision }
    }
}
