import FuncKit

// Calls that triggers lead to. How such a call ends is its result, not an error.
extension InvocationService {
    /// Calls a function on behalf of a trigger and waits for the end of the call.
    /// - Throws: what keeps the call from being recorded, and `CancellationError`.
    func fire(_ request: InvokeRequest, functionID: String, trigger: String) async throws -> Invocation {
        let id = Identifier.make("inv")
        try await invocations.begin(id, functionID: functionID, trigger: trigger)
        return try await outcome(of: id, request, functionID: functionID)
    }

    /// Makes a call that is recorded as waiting.
    /// - Throws: `conflict` where someone else makes it, or it is gone; `CancellationError`.
    func carryOut(_ id: String, _ request: InvokeRequest, functionID: String) async throws -> Invocation {
        let isMine: Bool
        do {
            isMine = try await invocations.start(id)
        } catch {
            // It must not be made after a restart if it was given up.
            await recordFailure(of: id, error)
            throw error
        }
        guard isMine else { throw FuncError(.conflict, "call '\(id)' does not wait any more") }
        return try await outcome(of: id, request, functionID: functionID)
    }

    private func outcome(of id: String, _ request: InvokeRequest, functionID: String) async throws -> Invocation {
        do {
            let response = try await run(id, request, functionID: functionID)
            let (status, error) = Self.verdict(on: response)
            return Invocation(id: id, functionID: functionID, status: status, result: response, error: error)
        } catch let error as FuncError where error.code != .cancelled {
            return Invocation(id: id, functionID: functionID, status: Self.status(of: error), error: error.message)
        }
    }
}
