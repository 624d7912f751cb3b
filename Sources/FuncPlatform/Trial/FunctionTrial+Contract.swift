import Foundation
import FuncKit

extension FunctionTrial {
    /// A demand of the runtime contract that the function can be held to.
    public struct Demand: Sendable {
        let check: ContractCheck
        /// Its stable name and the demand in one sentence.
        public var name: String { "\(check.id): \(check.title)" }
    }

    /// All demands, in order.
    public static var demands: [Demand] { ContractCheck.all.map(Demand.init) }

    /// Holds the function to a demand, on an instance of its own.
    /// - Throws: `readiness_failed`; `CancellationError`.
    public func hold(to demand: Demand) async throws -> TestReport.Entry {
        let check = demand.check
        let start = ContinuousClock.now
        var entry = TestReport.Entry(kind: .contract, name: demand.name, durationMilliseconds: nil)
        if let reason = Self.reasonToSkip(check, settings) {
            entry.outcome = .skipped
            entry.reason = reason
            return entry
        }
        // Checks wait for what a function may rightly take time for.
        let message = try await withInstance(environment: check.environment, deadline: .seconds(20)) { instance in
            await violation(of: check, by: instance)
        }
        try Task.checkCancellation()
        entry.durationMilliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
        if let message {
            entry.outcome = .failed
            entry.failures = [.init("\(message) (runtime contract, point \(check.point))")]
        }
        return entry
    }

    private func violation(of check: ContractCheck, by instance: TrialInstance) async -> String? {
        do {
            try await check.run(on: instance)
            return nil
        } catch {
            let words = "\(error)"
            guard let ending = instance.ending, check.id != "stop" else { return words }
            return "\(ending): \(words)"
        }
    }

    private static func reasonToSkip(_ check: ContractCheck, _ settings: FunctionSettings) -> String? {
        guard check.types.contains(settings.type) else {
            let types = check.types.map(\.rawValue).sorted().joined(separator: " and ")
            return "it is for functions of type \(types)"
        }
        guard settings.runtime == RuntimeFamily.custom.rawValue || settings.handler.isEmpty else { return nil }
        let names = check.environment.keys.filter { $0 != "HKS_MAX_BODY_BYTES" }.sorted()
        return names.isEmpty ? nil : "the variables \(names.joined(separator: " and ")) are for hosts alone"
    }
}
