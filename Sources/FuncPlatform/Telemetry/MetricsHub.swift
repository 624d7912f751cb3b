import Foundation
import Synchronization

/// Takes in what the gateway says about requests, on its event loops: nothing here waits for the disk or for another task.
///
/// There is one meter for each version that had a request or an instance since the platform started.
final class MetricsHub: Sendable {
    private let meters = Mutex<[String: MetricsMeter]>([:])
    private let width: Int64
    private let now: @Sendable () -> Date

    /// Counts by intervals of `seconds`; `now` tells the time.
    init(seconds: Int, now: @escaping @Sendable () -> Date = { Date() }) {
        width = Int64(seconds) * 1_000_000
        self.now = now
    }

    /// A request begins, or goes to another version.
    func change(_ load: RequestLoad) {
        meter(functionID: load.functionID, versionID: load.versionID, number: load.versionNumber)
            .change(by: load.change, at: time)
    }

    /// A request is over.
    func finish(_ record: RequestRecord) {
        meter(functionID: record.functionID, versionID: record.versionID, number: record.versionNumber)
            .finish(record, at: time)
    }

    /// Takes in what instances used; versions without any use nothing.
    func observe(_ samples: [InstanceSample]) {
        let time = time
        let byVersion = Dictionary(grouping: samples, by: \.process.versionID)
        for (versionID, samples) in byVersion {
            guard let process = samples.first?.process else { continue }
            meter(functionID: process.functionID, versionID: versionID, number: process.versionNumber)
                .observe(samples.map(\.usage), at: time)
        }
        for meter in all where byVersion[meter.versionID] == nil { meter.observe([], at: time) }
    }

    /// Takes out what has not been written yet.
    func drain() -> [MetricsDelta] {
        let time = time
        return all.flatMap { $0.deltas(at: time, taking: true) }
    }

    /// Takes back what could not be written.
    func restore(_ deltas: [MetricsDelta]) {
        for delta in deltas { meters.withLock { $0[delta.versionID] }?.restore(delta) }
    }

    /// What has not been written yet of a function, or of one version of it.
    func pending(functionID: String, versionID: String?) -> [MetricsDelta] {
        let time = time
        return all.filter { $0.functionID == functionID && (versionID == nil || $0.versionID == versionID) }
            .flatMap { $0.deltas(at: time, taking: false) }
    }

    /// Every meter.
    var all: [MetricsMeter] { meters.withLock { Array($0.values) } }

    /// Forgets versions that are gone, once nothing of theirs is under way.
    func keepOnly(_ versions: Set<String>) {
        meters.withLock { meters in
            meters = meters.filter { versions.contains($0.key) || !$0.value.isIdle }
        }
    }

    private func meter(functionID: String, versionID: String, number: Int) -> MetricsMeter {
        meters.withLock { meters in
            if let known = meters[versionID] { return known }
            let meter = MetricsMeter(
                functionID: functionID,
                versionID: versionID,
                versionNumber: number,
                width: width
            )
            meters[versionID] = meter
            return meter
        }
    }

    private var time: Int64 { Int64(now().timeIntervalSince1970 * 1_000_000) }
}
