/// Brings the triggers of a manifest to a server that takes them one by one, and can neither change nor remove them
/// (wire reference, C15–C17).
struct PlainTriggers: Sendable {
    let client: FunctionAPIClient
    let function: Function

    /// Adds those that are missing. What cannot be had is said in words: the function itself is deployed.
    func add(_ specs: [TriggerSpec]) async throws -> [String] {
        guard !specs.isEmpty else { return [] }
        let there = try await client.triggers(of: function.id)
        var warnings: [String] = []
        for spec in specs {
            do {
                let fitted = try PlainTrigger.fitted(spec)
                if let old = there.first(where: { $0.spec.name == spec.name }) {
                    guard !old.spec.has(fitted) else { continue }
                    warnings.append("trigger '\(spec.name)' stays as it is: this server cannot change triggers")
                } else {
                    _ = try await client.createTrigger(spec, of: function.id)
                }
            } catch let error as FuncError where [.unsupported, .serverError, .invalidArgument].contains(error.code) {
                warnings.append("trigger '\(spec.name)' is missing: \(error.message)")
            }
        }
        return warnings
    }
}

extension TriggerSpec {
    /// Whether this trigger, as a server keeps it, does what the other one asks for; servers add settings of their own.
    fileprivate func has(_ wanted: TriggerSpec) -> Bool {
        type == wanted.type && enabled == wanted.enabled && wanted.config.allSatisfy { config[$0.key] == $0.value }
    }
}
