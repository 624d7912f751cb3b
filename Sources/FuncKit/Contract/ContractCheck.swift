import Foundation

/// A running function that is held to the runtime contract.
package protocol ContractSubject: Sendable {
    /// A client of the function.
    var client: RawHTTP { get }
    /// Whether its HTTP library serves a malformed request that the RFC lets it repair.
    func serves(_ malformedRequest: String) -> Bool
    /// Sends a signal to its process.
    func signal(_ number: Int32)
    /// Waits for its end and gives the exit status, or the signal's number below zero.
    func exitStatus() async throws -> Int32
}

/// What a function did against the contract.
package struct ContractViolation: Error, CustomStringConvertible {
    package let description: String
}

/// One demand of the runtime contract that any function must meet, whatever its handler does.
///
/// Each check gets an instance of its own. The demands that it takes a handler of our own to see are tests of the hosts.
package struct ContractCheck: Sendable, CustomStringConvertible {
    /// Stable name.
    package let id: String
    /// Point of the contract.
    package let point: Int
    /// The demand, in one sentence.
    package let title: String
    /// Types of function that it is made of.
    package let types: Set<FunctionType>
    /// Variables that the instance needs besides the platform's own.
    package let environment: [String: String]
    private let body: @Sendable (any ContractSubject) async throws -> Void

    init(
        _ id: String,
        point: Int,
        _ title: String,
        types: Set<FunctionType> = Set(FunctionType.allCases),
        environment: [String: String] = [:],
        body: @escaping @Sendable (any ContractSubject) async throws -> Void
    ) {
        self.id = id
        self.point = point
        self.title = title
        self.types = types
        self.environment = environment
        self.body = body
    }

    package var description: String { id }

    /// Makes the demand of an instance that is ready.
    /// - Throws: ``ContractViolation``; what the client throws where there is no answer in time.
    package func run(on subject: any ContractSubject) async throws {
        try await body(subject)
    }

    /// All demands.
    package static let all = life + http + events
}

/// Throws a ``ContractViolation`` unless the condition holds.
func demand(_ condition: Bool, _ violation: @autoclosure () -> String) throws(ContractViolation) {
    guard condition else { throw ContractViolation(description: violation()) }
}
