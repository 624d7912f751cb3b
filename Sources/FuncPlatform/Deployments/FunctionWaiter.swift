import Foundation
import FuncKit

/// Waits for a new function to be able to answer.
struct FunctionWaiter: Sendable {
    let store: FunctionStore
    /// Longest wait; clients of the dialects that wait give up after 30 s themselves.
    var limit: Duration = .seconds(25)
    var clock: any Clock<Duration> = ContinuousClock()

    /// The function, once a version of it takes traffic.
    ///
    /// The registry is asked again and again: it is the one place that knows of every way a version comes to its end.
    /// - Throws: `function_not_found`; the reason where its version failed; `still_pending` after the longest wait.
    func ready(_ reference: FunctionReference) async throws -> FunctionState {
        var (waited, step) = (Duration.zero, Duration.milliseconds(10))
        while true {
            let state = try await store.function(reference)
            if state.active != nil { return state }
            if let latest = state.latest, latest.status == .failed, let failure = latest.failure {
                throw FuncError(
                    failure.code,
                    "v\(latest.number) of function '\(state.name)' failed: \(failure.message)",
                    details: failure.lastLines
                )
            }
            guard state.latest?.status.isFinal == false, waited < limit else {
                throw FuncError(
                    .stillPending,
                    "function '\(state.name)' has no version that takes traffic yet",
                    hint: "try again in a moment"
                )
            }
            try await clock.sleep(for: step)
            waited += step
            step = min(step * 2, .milliseconds(200))
        }
    }
}
