import Foundation

extension FunctionAPIClient {
    /// All triggers, by name.
    public func triggers(of function: String) async throws -> [Trigger] {
        let call = functionCall("GET", function, "triggers", attempt: "list triggers of function '\(function)'")
        let triggers: [Trigger] = try await transport.list(call, key: "triggers")
        return triggers.sorted { $0.spec.name < $1.spec.name }
    }

    /// Adds a trigger.
    public func createTrigger(_ spec: TriggerSpec, of function: String) async throws -> Trigger {
        let attempt = "create trigger '\(spec.name)' of function '\(function)'"
        var call = functionCall("POST", function, "triggers", attempt: attempt)
        try call.setBody(spec)
        return try await transport.value(call)
    }

    /// Replaces type, state and settings of a trigger.
    public func updateTrigger(_ trigger: String, to spec: TriggerSpec, of function: String) async throws -> Trigger {
        let attempt = "update trigger '\(trigger)' of function '\(function)'"
        var call = functionCall("PUT", function, "triggers", trigger, attempt: attempt)
        call.missing = .triggerNotFound
        try call.setBody(spec)
        return try await transport.value(call)
    }

    /// Removes a trigger.
    public func deleteTrigger(_ trigger: String, of function: String) async throws {
        let attempt = "delete trigger '\(trigger)' of function '\(function)'"
        var call = functionCall("DELETE", function, "triggers", trigger, attempt: attempt)
        call.missing = .triggerNotFound
        let response = try await transport.sendAny(call)
        if response.head.isSuccess || (response.status == 404 && response.attempts > 1) { return }
        throw FuncError(response, attempt: call.attempt, missing: call.missing)
    }
}

extension FunctionService {
    /// One trigger by name or id. Not every server shows a single one, so it is picked from the list.
    /// - Throws: `trigger_not_found`.
    public func trigger(_ trigger: String, of function: Function) async throws -> Trigger {
        let triggers = try await triggers(of: function.id)
        let match = triggers.first { $0.spec.name == trigger } ?? triggers.first { $0.id == trigger }
        if let match { return match }
        let nearest = NearestMatch.of(trigger, in: triggers.map(\.spec.name))
        throw FuncError(
            .triggerNotFound,
            "trigger '\(trigger)' of function '\(function.name)' not found",
            hint: nearest.map { "did you mean '\($0)'?" }
                ?? "run 'hks-func triggers list \(function.name)' to see its triggers"
        )
    }
}
