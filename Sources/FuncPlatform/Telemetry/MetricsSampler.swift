import Foundation
import FuncKit

/// An instance's process, and what it runs.
struct InstanceProcess: Sendable, Hashable {
    var functionID: String
    var versionID: String
    var versionNumber: Int
    /// Process id, which is also the id of its session.
    var processID: Int32
}

/// What an instance uses.
struct InstanceUsage: Sendable, Hashable {
    /// Memory of its own, as its limit counts it.
    var memoryBytes: Int
    /// Processor time per time that passed since the look before, or since the start; nil where none passed.
    var cores: Double?
}

/// One look at one instance.
struct InstanceSample: Sendable, Hashable {
    var process: InstanceProcess
    var usage: InstanceUsage
}

/// Looks at the processes of all instances now and then.
actor MetricsSampler {
    /// What the processes of a session used so far.
    struct SessionUsage: Sendable, Hashable {
        var memoryBytes = 0
        var cpuSeconds = 0.0
        /// Time since the session began.
        var ageSeconds = 0.0
    }

    private let processes: @Sendable () async -> [InstanceProcess]
    private let usage: @Sendable (Set<Int32>) async throws -> [Int32: SessionUsage]
    private let now: @Sendable () -> Date
    private var last: [Int32: (cpuSeconds: Double, time: Date)] = [:]

    /// Looks at `processes`; `usage` and `now` are other than the machine's in tests only.
    init(
        processes: @escaping @Sendable () async -> [InstanceProcess],
        usage: @escaping @Sendable (Set<Int32>) async throws -> [Int32: SessionUsage] = measure,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.processes = processes
        self.usage = usage
        self.now = now
    }

    /// Looks once; without instances at nothing at all.
    func sample() async throws -> [InstanceSample] {
        let processes = await processes()
        let sessions = Set(processes.map(\.processID))
        let used = processes.isEmpty ? [:] : try await usage(sessions)
        let time = now()
        var next: [Int32: (cpuSeconds: Double, time: Date)] = [:]
        var samples: [InstanceSample] = []
        for process in processes {
            // An instance that ended meanwhile.
            guard let session = used[process.processID] else { continue }
            let last = self.last[process.processID] ?? (0, time.addingTimeInterval(-session.ageSeconds))
            let elapsed = time.timeIntervalSince(last.time)
            let cores = elapsed > 0 ? max(0, session.cpuSeconds - last.cpuSeconds) / elapsed : nil
            next[process.processID] = (session.cpuSeconds, time)
            let usage = InstanceUsage(memoryBytes: session.memoryBytes, cores: cores)
            samples.append(InstanceSample(process: process, usage: usage))
        }
        last = next
        return samples
    }

    private static func measure(_ sessions: Set<Int32>) async throws -> [Int32: SessionUsage] {
        try await BlockingWork.run("sample instances") { _ in
            var result: [Int32: SessionUsage] = [:]
            for process in ProcessTable.all() where sessions.contains(process.session) {
                result[process.session, default: SessionUsage()].cpuSeconds += process.cpuSeconds
                if process.id == process.session {
                    result[process.session, default: SessionUsage()].ageSeconds = ProcessTable.age(of: process)
                }
                guard !process.isZombie else { continue }
                result[process.session, default: SessionUsage()].memoryBytes += ProcessTable.privateBytes(
                    of: process.id
                )
            }
            return result
        }
    }
}
