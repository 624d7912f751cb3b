import Foundation

/// Runs `body` and gives up on it after `seconds`.
/// - Throws: `timed_out` naming what was being done; whatever `body` throws.
public func withDeadline<T: Sendable>(
    seconds: Int,
    doing what: String,
    _ body: @escaping @Sendable () async throws -> T
) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw FuncError(.timedOut, "could not \(what) within \(seconds) s")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
