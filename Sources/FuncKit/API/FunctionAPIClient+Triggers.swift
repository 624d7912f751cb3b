import Foundation

extension FunctionAPIClient {
    /// All triggers, by name.
    public func triggers(of function: String) async throws -> [Trigger] {
        let call = functionCall("GET", function, "triggers", attempt: "list triggers of function '\(function)'")
        let triggers: [Trigger] = try await list(call, about: function, key: "triggers")
        return triggers.sorted { $0.spec.name < $1.spec.name }
    }

    /// Adds a trigger.
    public func createTrigger(_ spec: TriggerSpec, of function: String) async throws -> Trigger {
        let attempt = "create trigger '\(spec.name)' of function '\(function)'"
        var call = functionCall("POST", function, "triggers", attempt: attempt)
        try call.setBody(try await isPlain() ? PlainTrigger.fitted(spec) : spec)
        do {
            return try await value(call, about: function)
        } catch let error as FuncError where error.code == .serverError {
            throw try await reason(of: error, creating: spec, of: function)
        }
    }

    /// Why a server that gives no reason did not create a trigger.
    private func reason(of error: FuncError, creating spec: TriggerSpec, of function: String) async throws -> FuncError
    {
        if try await triggers(of: function).contains(where: { $0.spec.name == spec.name }) {
            return FuncError(
                .alreadyExists,
                "there is a trigger '\(spec.name)' of function '\(function)' already",
                requestID: error.requestID
            )
        }
        let usual = ["http", "schedule"]
        guard !usual.contains(spec.type) else { return error }
        return FuncError(
            .unsupported,
            "this server cannot create triggers of type '\(spec.type)'",
            hint: "use one of type \(usual.map { "'\($0)'" }.joined(separator: " or ")), or another context",
            requestID: error.requestID
        )
    }

    /// Replaces type, state and settings of a trigger.
    public func updateTrigger(_ trigger: String, to spec: TriggerSpec, of function: String) async throws -> Trigger {
        let attempt = "update trigger '\(trigger)' of function '\(function)'"
        var call = functionCall("PUT", function, "triggers", trigger, attempt: attempt)
        call.missing = .triggerNotFound
        try call.setBody(spec)
        let response = try await sendTriggerCall(call, trigger: trigger, of: function, verb: "change")
        return try transport.decode(Trigger.self, from: response, attempt: attempt)
    }

    /// Removes a trigger.
    public func deleteTrigger(_ trigger: String, of function: String) async throws {
        let attempt = "delete trigger '\(trigger)' of function '\(function)'"
        var call = functionCall("DELETE", function, "triggers", trigger, attempt: attempt)
        call.missing = .triggerNotFound
        let response = try await transport.sendAny(call)
        if response.tellsRemoval { return }
        _ = try await sendTriggerCall(call, trigger: trigger, of: function, verb: "remove", first: response)
    }

    /// Fires a trigger now.
    public func fireTrigger(_ trigger: String, of function: String, data: JSONValue?) async throws -> TriggerFiring {
        let attempt = "fire trigger '\(trigger)' of function '\(function)'"
        guard try await capabilities().supportsTriggerFiring else {
            throw FuncError(
                .unsupported,
                "this server cannot \(attempt)",
                hint: "call the function as the trigger would: hks-func invoke \(function)"
            )
        }
        var call = functionCall("POST", function, "triggers", trigger, "fire", attempt: attempt)
        call.missing = .triggerNotFound
        call.timeouts.total = Self.longestCall
        if let data { try call.setBody(["data": data]) }
        return try await transport.value(call)
    }

    /// Sends a call about one trigger. Where the answer gives no reason for a failure, the trigger is looked for: the
    /// hosted service knows triggers by id only, and cannot change them at all (wire reference, C17).
    private func sendTriggerCall(
        _ call: APICall,
        trigger: String,
        of function: String,
        verb: String,
        first: HTTPResponse? = nil
    ) async throws -> HTTPResponse {
        let response: HTTPResponse
        if let first { response = first } else { response = try await transport.sendAny(call) }
        if response.head.isSuccess { return response }
        let failure = FuncError(response, attempt: call.attempt, missing: call.missing)
        guard response.givesNoReason else { throw failure }
        let found = try await triggers(of: function).first { $0.id == trigger || $0.spec.name == trigger }
        guard let found else {
            throw FuncError(
                .triggerNotFound,
                "trigger '\(trigger)' of function '\(function)' not found",
                hint: "run 'hks-func triggers list \(function)' to see them",
                requestID: response.requestID
            )
        }
        if found.id != trigger, !found.id.isEmpty {
            var again = call
            again.path[again.path.count - 1] = found.id
            let second = try await transport.sendAny(again)
            if second.head.isSuccess { return second }
            guard second.givesNoReason else {
                throw FuncError(second, attempt: call.attempt, missing: call.missing)
            }
        }
        throw FuncError(
            .unsupported,
            "this server cannot \(verb) triggers: '\(found.spec.name)' of function '\(function)' stays as it is",
            hint: "only deleting the function removes its triggers there",
            requestID: response.requestID
        )
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
