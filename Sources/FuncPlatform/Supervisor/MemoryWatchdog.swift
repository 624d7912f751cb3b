import FuncKit

/// How the memory of instances is measured, and how often.
///
/// A resource limit on address space would be simpler, but Node.js and others reserve far more than they ever use.
struct MemoryWatchdog: Sendable {
    /// Time between two looks.
    var interval: Duration = .seconds(1)
    /// What the interval is counted by.
    var clock: any Clock<Duration> = ContinuousClock()
    /// The bytes that the processes of each session hold.
    var usage: @Sendable (Set<Int32>) async throws -> [Int32: Int] = measure

    private static func measure(_ sessions: Set<Int32>) async throws -> [Int32: Int] {
        try await BlockingWork.run("memory watchdog") { _ in
            var result: [Int32: Int] = [:]
            for process in ProcessTable.all() where sessions.contains(process.session) && !process.isZombie {
                result[process.session, default: 0] += ProcessTable.privateBytes(of: process.id)
            }
            return result
        }
    }
}
