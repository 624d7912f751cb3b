import Foundation
import FuncKit
import Logging

/// Fires triggers of type `schedule` and `timer` when they are due.
///
/// The registry is the truth: what it says about a function is read anew whenever that may have changed, and a time is
/// noted there as dealt with before anything is called. Between two times nothing runs.
actor ScheduleService {
    nonisolated let store: ScheduleStore
    let firing: FiringService
    let logs: any LogStoring
    let logger: Logger
    let limits: ScheduleLimits
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date

    private typealias Sleep = @Sendable (Duration) async throws -> Void

    private let signals: ScheduleSignals
    private let makeSleep: @Sendable () -> Sleep
    private var entries: [String: ScheduleEntry] = [:]
    private var ids: [String: Set<String>] = [:]
    private var queue = DueQueue()
    private var alarm: Task<Void, Never>?
    /// Functions that could not be read; nil stands for all.
    private var unread: Set<String?> = []
    /// The clock's time when it was looked at last, by which a step back is noticed.
    private var lastLook = Date.distantPast
    /// Runs under way by trigger and event.
    var runs: [String: [String: ActiveRun]] = [:]
    var isStopping = false

    /// Takes its parts; ``run()`` starts the work.
    init(
        store: ScheduleStore,
        firing: FiringService,
        logs: any LogStoring,
        logger: Logger,
        signals: ScheduleSignals = ScheduleSignals(),
        limits: ScheduleLimits = ScheduleLimits(),
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.firing = firing
        self.logs = logs
        self.logger = logger
        self.signals = signals
        self.limits = limits
        self.clock = clock
        makeSleep = Self.sleeps(clock)
        self.now = now
    }

    /// How many schedules wait for their time.
    var waiting: Int { queue.count }

    /// When the first of them is due.
    var nextDue: Date? { queue.nextDue }

    /// Fires what is due, again and again until the task is cancelled or the service is stopped.
    func run() async {
        await read(nil)
        arm()
        for await signal in signals.stream {
            switch signal {
            case .changed(let functionID): await read(functionID)
            case .alarm:
                for functionID in unread { await read(functionID) }
                noticeStepBack()
                await fireDue()
            }
            arm()
        }
        alarm?.cancel()
    }

    /// Fires no more, lets calls that are under way end within a time, and gives up those that are not.
    func stop(within limit: Duration) async {
        isStopping = true
        signals.finish()
        alarm?.cancel()
        let active = runs.values.flatMap(\.values)
        for run in active where run.isWaiting { run.task.cancel() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for run in active { await run.task.value } }
            group.addTask { [clock] in
                // Cancelled once all have ended.
                try? await clock.sleep(for: limit)
            }
            await group.next()
            for run in active { run.task.cancel() }
            group.cancelAll()
        }
    }

    // MARK: - What is to be fired

    private func read(_ functionID: String?) async {
        do {
            let read = try await store.entries(of: functionID)
            unread.remove(functionID)
            let known = functionID.map { ids[$0] ?? [] } ?? Set(entries.keys)
            for id in known.subtracting(read.map(\.triggerID)) { forget(id) }
            for entry in read { place(entry) }
        } catch {
            guard !Task.isCancelled else { return }
            unread.insert(functionID)
            logger.error("schedules not read", metadata: ["function": "\(functionID ?? "all")", "error": "\(error)"])
        }
    }

    private func forget(_ id: String) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        ids[entry.functionID]?.remove(id)
        if ids[entry.functionID]?.isEmpty == true { ids[entry.functionID] = nil }
        queue.set(id, due: nil)
        for run in (runs[id] ?? [:]).values where run.isWaiting { run.task.cancel() }
    }

    private func place(_ entry: ScheduleEntry) {
        var entry = entry
        entry.handledThrough = ScheduleDecision.resumption(
            of: entry.schedule,
            handledThrough: entry.handledThrough,
            now: now()
        )
        entries[entry.triggerID] = entry
        ids[entry.functionID, default: []].insert(entry.triggerID)
        queue.set(entry.triggerID, due: entry.schedule.next(after: entry.handledThrough))
    }

    /// Where clocks were set back, schedules may have to begin anew.
    private func noticeStepBack() {
        let time = now()
        defer { lastLook = time }
        guard lastLook.timeIntervalSince(time) > 1 else { return }
        logger.notice("the clock was set back", metadata: ["seconds": "\(Int(lastLook.timeIntervalSince(time)))"])
        for entry in entries.values { place(entry) }
    }

    /// Sleeps until the next one is due. Clocks are looked at now and then meanwhile, as they may be set and machines
    /// may be suspended.
    private func arm() {
        alarm?.cancel()
        guard !isStopping else { return }
        // Begins before the look at the time: it may pass meanwhile, and too early is not too late.
        let sleep = makeSleep()
        var pause = queue.nextDue.map { min(.seconds(max(0, $0.timeIntervalSince(now()))), limits.longestSleep) }
        if !unread.isEmpty { pause = min(pause ?? limits.retryPause, limits.retryPause) }
        guard let pause else { return }
        lastLook = max(lastLook, now())
        // It ends with the next change, and with the service.
        alarm = Task { [signals] in
            do {
                try await sleep(pause)
                signals.ring()
            } catch {
                // Another alarm took its place.
            }
        }
    }

    /// Makes sleeps that begin when they are made, not when a thread is free for them.
    private static func sleeps<C: Clock<Duration>>(_ clock: C) -> @Sendable () -> Sleep {
        {
            let begin = clock.now
            return { try await clock.sleep(until: begin.advanced(by: $0), tolerance: nil) }
        }
    }

    // MARK: - Firing

    private func fireDue() async {
        let time = now()
        var claims: [ScheduleStore.Claim] = []
        while claims.count < limits.claimsAtOnce, let id = queue.pop(at: time) {
            guard let entry = entries[id] else { continue }
            let decision = ScheduleDecision.make(entry.schedule, handledThrough: entry.handledThrough, now: time)
            if let claim = claim(entry, decision, at: time) {
                claims.append(claim)
            } else {
                queue.set(id, due: entry.schedule.next(after: entry.handledThrough))
            }
        }
        guard !claims.isEmpty else { return }
        do {
            let accepted = try await store.claim(claims)
            for claim in claims { carryOut(claim, isAccepted: accepted.contains(claim.entry.triggerID)) }
        } catch {
            guard !Task.isCancelled else { return }
            // Nothing was called; they are late when the disk takes them again.
            logger.error("schedules not fired", metadata: ["error": "\(error)"])
            for claim in claims {
                queue.set(claim.entry.triggerID, due: time.addingTimeInterval(limits.retryPause / .seconds(1)))
            }
        }
    }

    private func claim(_ entry: ScheduleEntry, _ decision: ScheduleDecision, at time: Date) -> ScheduleStore.Claim? {
        switch decision {
        case .never, .wait: return nil
        case .skip(let first, let last):
            say(.warn, entry, ScheduleWords.tooOld(entry, first: first, last: last))
            return ScheduleStore.Claim(entry: entry, handledThrough: last)
        case .fire(let due, let isCatchUp, let firstMissed):
            var claim = ScheduleStore.Claim(entry: entry, handledThrough: due)
            if let words = ScheduleWords.missed(entry, first: firstMissed, fired: due, isCatchUp: isCatchUp, now: time)
            {
                say(.warn, entry, words)
            }
            guard mayRun(entry) else { return claim }
            do {
                let run = ScheduledRun(entry: entry, scheduledTime: due, isCatchUp: isCatchUp)
                claim.delivery = try run.delivery(attempt: 1, at: time)
            } catch {
                say(.error, entry, "trigger '\(entry.spec.name)' cannot be fired: \(error)")
            }
            return claim
        }
    }

    private func carryOut(_ claim: ScheduleStore.Claim, isAccepted: Bool) {
        let id = claim.entry.triggerID
        // Changed meanwhile: what it is now comes with the change's own signal.
        guard isAccepted, var entry = entries[id], entry.spec == claim.entry.spec else {
            return signals.follow(functionID: claim.entry.functionID)
        }
        entry.handledThrough = claim.handledThrough
        entries[id] = entry
        queue.set(id, due: entry.schedule.next(after: claim.handledThrough))
        if let delivery = claim.delivery { start(delivery) }
    }
}
