import Foundation
import FuncKit
import Logging
import TestSupport

@testable import FuncPlatform

/// A scheduler over the control side of a platform, in a time that the test sets.
final class ScheduleFixture: Sendable {
    let control: ControlFixture
    let clock = ManualClock()
    let service: ScheduleService
    let firing: FiringService
    private let signals: ScheduleSignals
    /// The wall clock where the manual one was made.
    private let start: MutexBox<Date>
    private let loop: MutexBox<Task<Void, Never>?> = MutexBox(nil)

    /// Starts at a time of the wall clock, over what an earlier fixture left in `folder`.
    init(at time: String, folder: TemporaryFolder? = nil, limits: ScheduleLimits = ScheduleLimits()) throws {
        let signals = ScheduleSignals()
        let clock = clock
        let start = MutexBox(WireDate.parse(time) ?? .distantPast)
        let now: @Sendable () -> Date = { start.current.addingTimeInterval(clock.now.offset / .seconds(1)) }
        control = try ControlFixture(folder: folder, schedules: signals)
        firing = FiringService(functions: control.store, invocations: control.invocations, now: now)
        service = ScheduleService(
            store: ScheduleStore(invocations: control.invocationStore, now: now),
            firing: firing,
            logs: control.logs,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            signals: signals,
            limits: limits,
            clock: clock,
            now: now
        )
        self.signals = signals
        self.start = start
    }

    /// The function `hello` with these triggers, and a scheduler that runs.
    func run(_ triggers: TriggerSpec...) async throws {
        try await control.createHello { $0.triggers = triggers }
        begin()
        try await settle()
    }

    /// Starts the scheduler.
    func begin() {
        loop.mutate { $0 = Task { [service] in await service.run() } }
    }

    /// Ends the scheduler as a kill does: what runs is not waited for.
    func kill() async throws {
        let task = loop.mutate { $0 }
        task?.cancel()
        await task?.value
        try control.registry.close()
        // Too late to be written.
        await service.stop(within: .zero)
    }

    /// Moves the time, and waits until the scheduler has seen to it.
    func advance(_ seconds: Double) async throws {
        clock.advance(by: .milliseconds(Int(seconds * 1_000)))
        try await settle()
    }

    /// Sets the wall clock without any time passing.
    func setClock(by seconds: Double) {
        start.mutate { $0 = $0.addingTimeInterval(seconds) }
    }

    /// Waits until the scheduler sleeps.
    func settle(sleepers: Int = 1) async throws {
        try await eventually("the scheduler sleeps") { clock.sleepers >= sleepers }
    }

    /// Waits for a number of requests and gives them as events.
    func events(_ count: Int) async throws -> [FiredEvent] {
        try await eventually("\(count) events, not \(control.invoker.requests.count)") {
            control.invoker.requests.count >= count
        }
        return control.invoker.requests.map(FiredEvent.init)
    }

    /// As ``events(_:)``, and waits until all runs are over: one that is not would keep the next from beginning.
    func ended(_ count: Int) async throws -> [FiredEvent] {
        let events = try await events(count)
        try await eventually("all runs are over") { await service.runs.isEmpty }
        return events
    }

    /// Lines of the function's log.
    func log() async throws -> [String] {
        let id = try await control.store.function(ControlFixture.hello).id
        return try await control.logs.read(.function(id: id), query: LogQuery()).map(\.message)
    }

    static func cron(_ cron: String, _ config: [String: String] = [:]) -> TriggerSpec {
        TriggerSpec(name: "tick", type: TriggerSpec.schedule, config: ["cron": cron].merging(config) { $1 })
    }
}

/// The event of a schedule as the function gets it.
struct FiredEvent: Hashable {
    var id: String?
    var type: String?
    var isCatchUp: Bool
    var scheduled: String?
    var fired: String?
    var attempt: Int?
    var input: JSONValue?

    init(_ request: InvokeRequest) {
        id = request.headers["ce-id"]?.first
        type = request.headers["ce-type"]?.first
        isCatchUp = request.headers["ce-catchup"] == ["true"]
        guard let body = request.body, case .object(let data)? = try? JSONValue(parsing: body) else { return }
        if case .string(let text)? = data["scheduledTime"] { scheduled = text }
        if case .string(let text)? = data["firedTime"] { fired = text }
        if case .integer(let number)? = data["attempt"] { attempt = number }
        input = data["input"]
    }
}
