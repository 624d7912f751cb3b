import Foundation

/// A condition that did not come true in time.
public struct NotInTime: Error, CustomStringConvertible {
    /// What was waited for.
    public let description: String

    /// Says what was waited for.
    public init(description: String) {
        self.description = description
    }
}

/// Waits until `condition` gives a value, looking again every few milliseconds, and fails after `deadline`.
public func eventually<T>(
    _ what: String,
    within deadline: Duration = .seconds(60),
    _ condition: () async throws -> T?
) async throws -> T {
    let end = ContinuousClock.now + deadline
    while true {
        if let value = try await condition() { return value }
        guard ContinuousClock.now < end else { throw NotInTime(description: "not in time: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// Waits until `condition` holds, and fails after `deadline`.
public func eventually(
    _ what: String,
    within deadline: Duration = .seconds(60),
    holds condition: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: deadline) { try await condition() ? true : nil }
}
