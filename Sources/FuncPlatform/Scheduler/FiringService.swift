import Foundation
import FuncKit

/// Calls functions on behalf of their triggers, and tells whoever listens what came of it.
struct FiringService: Sendable {
    let functions: FunctionStore
    let triggers: TriggerStore
    let invocations: InvocationService
    let now: @Sendable () -> Date
    private let hub = FiringHub()

    /// Takes its parts; `now` stamps the events.
    init(functions: FunctionStore, invocations: InvocationService, now: @escaping @Sendable () -> Date = { Date() }) {
        self.functions = functions
        self.invocations = invocations
        self.now = now
        triggers = TriggerStore(registry: functions.registry, now: now)
    }

    /// All that fires from now on, by itself or by hand, once it has ended.
    func firings() -> AsyncStream<TriggerFiring> {
        hub.firings()
    }

    /// Fires a trigger now and waits for what comes of it, whatever that is. Disabled triggers fire too; schedules go on
    /// as if nothing had happened. `data` is for triggers of type event.
    /// - Throws: `function_not_found`, `trigger_not_found`, `invalid_argument` for a type that cannot be fired.
    func fire(_ trigger: String, of reference: FunctionReference, data: JSONValue? = nil) async throws -> TriggerFiring
    {
        let trigger = try await triggers.trigger(trigger, of: reference)
        let now = now()
        let id = Identifier.make("evt")
        var isTimed = false
        let request: InvokeRequest
        switch trigger.spec.type {
        case TriggerSpec.schedule, TriggerSpec.timer:
            guard data == nil else {
                throw FuncError.field(
                    "data",
                    "trigger '\(trigger.spec.name)' of type '\(trigger.spec.type)' takes no data"
                )
            }
            isTimed = true
            request = try TriggerRequest.schedule(
                trigger.spec,
                of: trigger.functionName,
                id: id,
                scheduledTime: now,
                firedTime: now
            )
        case TriggerSpec.event:
            request = try TriggerRequest.sample(trigger.spec, of: trigger.functionName, id: id, now: now, data: data)
        default:
            throw Self.cannotFire(trigger)
        }
        let call = try await invocations.fire(request, functionID: trigger.functionID, trigger: trigger.spec.name)
        let firing = TriggerFiring(
            trigger: trigger.spec.name,
            type: trigger.spec.type,
            functionID: trigger.functionID,
            functionName: trigger.functionName,
            isManual: true,
            scheduledTime: isTimed ? now : nil,
            firedTime: now,
            call: call
        )
        hub.publish(firing)
        return firing
    }

    /// Makes a call that was recorded when its time came.
    /// - Throws: what keeps the call from being made, and `CancellationError`.
    func deliver(_ delivery: ScheduledDelivery) async throws -> TriggerFiring {
        let run = delivery.run
        let call = try await invocations.carryOut(
            delivery.invocationID,
            delivery.request,
            functionID: run.entry.functionID
        )
        let firing = TriggerFiring(
            trigger: run.entry.spec.name,
            type: run.entry.spec.type,
            functionID: run.entry.functionID,
            functionName: run.entry.functionName,
            scheduledTime: run.scheduledTime,
            firedTime: delivery.firedTime,
            attempt: delivery.attempt,
            call: call
        )
        hub.publish(firing)
        return firing
    }

    private static func cannotFire(_ trigger: Trigger) -> FuncError {
        let isHTTP = trigger.spec.type == TriggerSpec.http
        let path = trigger.spec.config["path"].map { " --path '\($0)'" } ?? ""
        return FuncError(
            .invalidArgument,
            "trigger '\(trigger.spec.name)' of type '\(trigger.spec.type)' cannot be fired by hand",
            hint: isHTTP
                ? "call it: hks-func invoke \(trigger.functionName)\(path)"
                : "send what it would deliver: hks-func invoke \(trigger.functionName) --file FILE"
        )
    }
}

extension TriggerFiring {
    /// A firing with the call that it led to.
    fileprivate init(
        trigger: String,
        type: String,
        functionID: String,
        functionName: String,
        isManual: Bool = false,
        scheduledTime: Date?,
        firedTime: Date,
        attempt: Int = 1,
        call: Invocation
    ) {
        self.init(
            trigger: trigger,
            type: type,
            functionID: functionID,
            functionName: functionName,
            invocationID: call.id,
            isManual: isManual,
            scheduledTime: scheduledTime,
            firedTime: firedTime,
            attempt: attempt,
            status: call.status,
            response: call.result,
            error: call.error
        )
    }
}
