import Foundation
import FuncKit
import NIOCore
import Synchronization

/// Keeps the number of one version's instances right: from zero on demand, up with the load, down and back to zero when it
/// goes, with growing pauses where instances fail.
///
/// One task works off signals (a request waits, an instance ended, time has passed) until ``retire(within:)``. Each start
/// and stop is a child of that task.
actor VersionScaler {
    private enum Signal {
        case look
        case exited(InstanceExit)
    }

    nonisolated let pool: InstancePool
    let spec: InstanceSpec

    private let runner: any InstanceRunner
    private let logs: (any LogStoring)?
    private let settings: ScalerSettings
    private let clock: any Clock<Duration>
    /// Time since the scaler began, by the injected clock.
    private let elapsed: @Sendable () -> Duration
    private let signals: AsyncStream<Signal>
    private let send: AsyncStream<Signal>.Continuation

    private var scaling: Scaling
    private var isServing: Bool
    private var readySince: [InstanceID: Duration] = [:]
    private var secrets = SecretRevisions()
    /// Instances with old values of secrets whose place a new one has taken.
    private var replaced = 0
    private var starting = 0
    private var stopping: Set<InstanceID> = []
    /// Ended before its start was heard of.
    private var endedEarly: Set<InstanceID> = []
    private var backOff = CrashBackOff()
    private var notBefore = Duration.zero
    private var lastFailure: FuncError?
    private var reason = "new"

    private var load = LoadWindow()
    private var timerDue: Duration?
    private var waiters: [UUID: CheckedContinuation<Void, any Error>] = [:]
    private var worker: Task<Void, Never>?
    private var isRetired = false
    private var retireLimit: Duration?

    init(
        spec: InstanceSpec,
        scaling: Scaling,
        isServing: Bool,
        runner: any InstanceRunner,
        logs: (any LogStoring)?,
        settings: ScalerSettings,
        clock: any Clock<Duration>
    ) {
        self.spec = spec
        self.scaling = scaling
        self.isServing = isServing
        self.runner = runner
        self.logs = logs
        self.settings = settings
        self.clock = clock
        elapsed = clock.stopwatch()
        pool = InstancePool(limits: settings.queue)
        (signals, send) = AsyncStream.makeStream()
    }

    // MARK: Orders

    /// Begins to listen to the pool.
    func begin() {
        guard worker == nil, !isRetired else { return }
        // Many requests may wait at once; one look is enough for all of them.
        let isLookDue = DemandFlag()
        let send = send
        pool.whenInDemand { if isLookDue.raise() { send.yield(.look) } }
        // Lives as long as the scaler and is ended by `retire`, which waits for it.
        worker = Task { await self.work(isLookDue) }
        send.yield(.look)
    }

    /// Returns once an instance is ready.
    /// - Throws: what the start failed with, without a second attempt; `cancelled` when the task or the version ends.
    func ensureReady() async throws {
        guard !isRetired else { throw Self.retired }
        if !readySince.isEmpty { return }
        let id = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                waiters[id] = continuation
                notBefore = .zero
                send.yield(.look)
            }
        } onCancel: {
            // The handler cannot wait for the actor; the task ends as soon as the actor has heard of it.
            Task { await self.stopWaiting(id) }
        }
    }

    /// Changes the rules; `isServing` says whether requests can reach the version.
    func update(scaling: Scaling, isServing: Bool) {
        self.scaling = scaling
        self.isServing = isServing
        send.yield(.look)
    }

    /// Lets new instances take the place of those with an older value of the secret.
    func expect(_ secret: String, revision: Int) {
        secrets.expect(secret, revision: revision)
        send.yield(.look)
    }

    /// Refuses new requests, lets those at instances finish within `limit`, stops all instances. Returns when they are gone.
    func retire(within limit: Duration) async {
        isRetired = true
        retireLimit = limit
        pool.close()
        resolveWaiters(with: .failure(Self.retired))
        send.finish()
        worker?.cancel()
        await worker?.value
        worker = nil
        await withDiscardingTaskGroup { group in
            for id in Array(readySince.keys) {
                prepareStop(id)
                group.addTask { await self.stop(id) }
            }
        }
    }

    var status: VersionActivity {
        let statistics = pool.statistics
        return VersionActivity(
            ready: readySince.count,
            starting: starting,
            stopping: stopping.count,
            inFlight: statistics.inFlight,
            queued: statistics.queued,
            failures: backOff.failures,
            lastFailure: lastFailure,
            reason: reason
        )
    }

    // MARK: Work

    private func work(_ isLookDue: DemandFlag) async {
        await withDiscardingTaskGroup { group in
            for await signal in signals {
                isLookDue.lower()
                if case .exited(let exit) = signal { ended(exit) }
                act(in: &group)
            }
            group.cancelAll()
        }
    }

    /// Looks at the situation once and begins what it calls for.
    private func act(in group: inout DiscardingTaskGroup) {
        guard !isRetired else { return }
        let now = elapsed()
        for id in leaving(replaced) { takeAway(id, in: &group) }
        replaced = 0
        let decision = decide(at: now)
        reason = decision.reason
        let current = readySince.count + starting
        if now >= notBefore { pool.allowWaiting() }
        if decision.desired > current, now >= notBefore {
            for _ in current..<decision.desired { start(in: &group) }
        }
        if decision.desired < readySince.count {
            for id in leaving(readySince.count - decision.desired) { takeAway(id, in: &group) }
        } else if !secrets.stale.isEmpty, starting == 0, now >= notBefore {
            // One at a time, and beyond `maxScale` for as long as it takes: what serves goes only after that.
            reason = "a secret has changed"
            start(in: &group)
        }
        lookAgain(at: now, in: &group)
    }

    /// Those with old values of secrets first, then the youngest: the pool prefers the oldest, so these have the least to
    /// finish.
    private func leaving(_ count: Int) -> [InstanceID] {
        guard count > 0 else { return [] }
        let order = readySince.map { (isStale: secrets.stale.contains($0.key), since: $0.value, id: $0.key) }
        return order.sorted { $0.isStale != $1.isStale ? $0.isStale : $0.since > $1.since }.prefix(count).map(\.id)
    }

    private func takeAway(_ id: InstanceID, in group: inout DiscardingTaskGroup) {
        prepareStop(id)
        group.addTask {
            await self.drain(id, within: self.longestCall)
            // The end of the scaler cancels the wait above. Stopping must go on then: a task of its own shields it,
            // and the group waits for it all the same.
            await Task { await self.stop(id) }.value
        }
    }

    private func decide(at now: Duration) -> ScaleDecision {
        let rules = ScaleDecision.Rules(
            scaling: scaling,
            concurrency: spec.settings.concurrency > 0 ? spec.settings.concurrency : settings.defaultConcurrency,
            grace: settings.scaleToZeroGrace
        )
        if readySince.values.contains(where: { now - $0 >= CrashBackOff.stableAfter }) { backOff.recordStable() }
        let situation = load.observe(
            pool.statistics,
            ready: readySince.count,
            starting: starting,
            isServing: isServing,
            isAwaited: !waiters.isEmpty,
            rules: rules,
            at: now
        )
        return ScaleDecision.decide(situation, rules)
    }

    /// A version at zero without requests costs nothing, not even a timer.
    private func lookAgain(at now: Duration, in group: inout DiscardingTaskGroup) {
        var pause: Duration?
        if !readySince.isEmpty { pause = settings.interval }
        if notBefore > now { pause = min(pause ?? .seconds(60), notBefore - now) }
        guard let pause, timerDue.map({ $0 > now + pause || $0 <= now }) ?? true else { return }
        timerDue = now + pause
        group.addTask {
            // Cancelled only with the scaler itself.
            guard (try? await self.clock.sleep(for: pause)) != nil else { return }
            self.send.yield(.look)
        }
    }

    // MARK: Starting

    private func start(in group: inout DiscardingTaskGroup) {
        starting += 1
        let (pool, send) = (pool, send)
        group.addTask {
            do {
                let instance = try await self.runner.start(self.spec) { exit in
                    pool.remove(exit.id)
                    send.yield(.exited(exit))
                }
                await self.started(instance)
            } catch {
                await self.startFailed(error)
            }
        }
    }

    private func started(_ instance: RunningInstance) {
        starting -= 1
        guard endedEarly.remove(instance.id) == nil else {
            send.yield(.look)
            return
        }
        let now = elapsed()
        readySince[instance.id] = now
        secrets.add(instance)
        if !secrets.stale.contains(instance.id), replaced < secrets.stale.count { replaced += 1 }
        load.touch(at: now)
        lastFailure = nil
        if !isRetired { pool.add(instance) }
        resolveWaiters(with: .success(()))
        log(.info, "instance '\(instance.id)' is ready", instance: instance.id)
        send.yield(.look)
    }

    private func startFailed(_ error: any Error) {
        starting -= 1
        guard !isRetired, !(error is CancellationError) else {
            resolveWaiters(with: .failure(error))
            return
        }
        let failure =
            error as? FuncError ?? FuncError(.readinessFailed, "the instance did not start", because: error)
        backOff.recordFailedStart()
        let isAwaited = !waiters.isEmpty
        resolveWaiters(with: .failure(failure))
        pause(after: failure, for: backOff.delay(afterCrash: false), refuses: backOff.failures >= 2 || isAwaited)
    }

    // MARK: Ending

    private func ended(_ exit: InstanceExit) {
        pool.remove(exit.id)
        guard stopping.remove(exit.id) == nil else { return }
        secrets.remove(exit.id)
        replaced = min(replaced, secrets.stale.count)
        guard let since = readySince.removeValue(forKey: exit.id) else {
            endedEarly.insert(exit.id)
            return
        }
        guard !exit.wasStopped else { return }
        backOff.recordCrash(afterReadyFor: elapsed() - since)
        let how = exit.signal.map { "by signal \($0)" } ?? "with status \(exit.status ?? -1)"
        let failure = FuncError(
            .readinessFailed,
            "instance '\(exit.id)' of function '\(spec.functionName)' ended \(how)",
            details: exit.lastLines
        )
        pause(after: failure, for: backOff.delay(afterCrash: true), refuses: backOff.failures >= 3)
    }

    private func pause(after failure: FuncError, for delay: Duration, refuses: Bool) {
        lastFailure = failure
        notBefore = elapsed() + delay
        log(.error, "\(failure.message); next attempt in \(delay.components.seconds) s", instance: nil)
        if refuses, delay > .zero, readySince.isEmpty {
            pool.refuse(with: failure, retryAfterSeconds: max(1, Int(delay.components.seconds)))
        }
        send.yield(.look)
    }

    // MARK: Stopping

    private func prepareStop(_ id: InstanceID) {
        readySince[id] = nil
        secrets.remove(id)
        stopping.insert(id)
    }

    private func stop(_ id: InstanceID) async {
        if let retireLimit { await drain(id, within: retireLimit) }
        await runner.stop(id)
        stopping.remove(id)
        log(.info, "instance '\(id)' was stopped", instance: id)
    }

    /// Waits until the instance has no request left, at most for `limit`.
    private func drain(_ id: InstanceID, within limit: Duration) async {
        let (idle, done) = AsyncStream<Void>.makeStream()
        pool.remove(id) { done.finish() }
        await withTaskGroup { group in
            group.addTask { for await _ in idle {} }
            group.addTask { try? await self.clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Waiters and words

    private func resolveWaiters(with result: Result<Void, any Error>) {
        let resolved = waiters
        waiters = [:]
        for continuation in resolved.values { continuation.resume(with: result) }
    }

    private func stopWaiting(_ id: UUID) {
        waiters.removeValue(forKey: id)?.resume(throwing: CancellationError())
    }

    private func log(_ level: LogLevel, _ message: String, instance: InstanceID?) {
        let entry = LogEntry(
            timestamp: Date(),
            level: level,
            message: message,
            source: "platform",
            instance: instance?.rawValue,
            version: spec.versionNumber
        )
        logs?.append([entry], to: .function(id: spec.functionID))
    }

    private var longestCall: Duration { .seconds(max(1, spec.settings.timeout)) }

    private static let retired = FuncError(.cancelled, "the version was taken out of service")
}

/// Raised by the first of many, until it is lowered.
private final class DemandFlag: Sendable {
    private let isRaised = Atomic(false)

    /// Whether it was down.
    func raise() -> Bool { !isRaised.exchange(true, ordering: .acquiringAndReleasing) }

    func lower() { isRaised.store(false, ordering: .releasing) }
}
