import Foundation
import FuncKit
import GRDB

/// Whether the platform can do its work: write its database, with room left on the disk.
actor PlatformHealth {
    /// How long a finding is good for: probes are free for everyone, writing to a disk is not.
    private static let patience = Duration.seconds(1)

    private let registry: Registry
    private let minFreeBytes: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private var finding: (at: ContinuousClock.Instant, problem: Task<FuncError?, Never>)?

    /// Examines `registry` and the disk that it is on, where less than `minFreeBytes` count as full.
    init(
        registry: Registry,
        minFreeBytes: Int,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.registry = registry
        self.minFreeBytes = minFreeBytes
        self.now = now
    }

    /// What is wrong; nil where all is well.
    func problem() async -> FuncError? {
        if let finding, finding.at + Self.patience > now() { return await finding.problem.value }
        // One examination for all who ask at the same time.
        let task = Task { [registry, minFreeBytes] in await Self.examine(registry, minFreeBytes) }
        finding = (now(), task)
        return await task.value
    }

    private static func examine(_ registry: Registry, _ minFreeBytes: Int) async -> FuncError? {
        do {
            let folder = (registry.path as NSString).deletingLastPathComponent
            let free = try FileManager.default.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? Int ?? 0
            guard free >= minFreeBytes else {
                return FuncError(
                    .noSpace,
                    "the disk that holds the platform's data is full: \(free >> 20) MiB are free"
                )
            }
            try await registry.probe()
            return nil
        } catch let error as FuncError where error.code == .noSpace {
            return FuncError(.noSpace, "the disk that holds the platform's data is full")
        } catch {
            return FuncError(.serverError, "the platform's database cannot be written", because: error)
        }
    }
}
