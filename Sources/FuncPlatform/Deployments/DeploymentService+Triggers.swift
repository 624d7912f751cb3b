import FuncKit

// Changes of triggers, of which the gateway has to learn.
extension DeploymentService {
    private var triggers: TriggerStore { TriggerStore(registry: store.registry, now: store.now) }

    /// All triggers of a function, newest first.
    /// - Throws: `function_not_found`.
    func triggers(of reference: FunctionReference) async throws -> [Trigger] {
        try await triggers.triggers(of: reference)
    }

    /// One trigger by id or name.
    /// - Throws: `function_not_found`, `trigger_not_found`.
    func trigger(_ trigger: String, of reference: FunctionReference) async throws -> Trigger {
        try await triggers.trigger(trigger, of: reference)
    }

    /// Adds a trigger.
    /// - Throws: as ``TriggerStore/create(_:of:author:)``.
    func createTrigger(_ spec: TriggerSpec, of reference: FunctionReference, author: String?) async throws -> Trigger {
        try await routed(try await triggers.create(spec, of: reference, author: author))
    }

    /// Changes a trigger.
    /// - Throws: as ``TriggerStore/update(_:of:author:change:)``.
    func updateTrigger(
        _ trigger: String,
        of reference: FunctionReference,
        author: String?,
        change: @escaping @Sendable (TriggerSpec) throws -> TriggerSpec
    ) async throws -> Trigger {
        try await routed(try await triggers.update(trigger, of: reference, author: author, change: change))
    }

    /// Removes a trigger.
    /// - Throws: as ``TriggerStore/delete(_:of:author:)``.
    func deleteTrigger(_ trigger: String, of reference: FunctionReference, author: String?) async throws {
        _ = try await routed(try await triggers.delete(trigger, of: reference, author: author))
    }

    private func routed(_ trigger: Trigger) async throws -> Trigger {
        try await refreshRoutes(of: trigger.functionID)
        return trigger
    }
}
