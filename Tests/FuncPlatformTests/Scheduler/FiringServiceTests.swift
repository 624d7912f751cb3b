import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Triggers that someone fires.
struct FiringServiceTests {
    private let hello = ControlFixture.hello
    private let fixture: ControlFixture
    private let service: FiringService

    init() async throws {
        fixture = try ControlFixture()
        service = FiringService(
            functions: fixture.store,
            invocations: fixture.invocations,
            now: { Date(timeIntervalSince1970: 1_772_366_400) }
        )
        try await fixture.createHello { settings in
            settings.triggers = [
                TriggerSpec(name: "nightly", type: "schedule", enabled: false, config: ["cron": "0 3 * * *"]),
                TriggerSpec(name: "api", type: "http", config: ["path": "/hi"]),
                TriggerSpec(name: "jobs", type: "messagequeue", config: ["topic": "jobs"]),
                TriggerSpec(
                    name: "orders",
                    type: "event",
                    config: [
                        "event_type": "com.example.made,com.example.sold", "event_source": "/shop",
                        "filter.region": "eu", "filter.subject": "a", "filter.prefix.x": "y",
                    ]
                ),
            ]
        }
    }

    @Test func `a schedule fires, disabled or not, and listeners hear of it`() async throws {
        let firings = service.firings()
        let firing = try await service.fire("nightly", of: hello)
        #expect(firing.isManual && firing.isSuccess)
        #expect(firing.scheduledTime == firing.firedTime)
        let event = FiredEvent(try #require(fixture.invoker.requests.first))
        #expect(event.type == "dev.hks.schedule.fired")
        #expect(event.scheduled == "2026-03-01T12:00:00Z")
        let call = try await fixture.invocationStore.invocation(firing.invocationID, of: hello)
        #expect(call.trigger == "nightly")
        #expect(call.status == .completed)
        let audit = try await EventStore(registry: fixture.registry).events(of: hello, limit: 1)
        #expect(audit.first?.description == "called by trigger 'nightly': completed")
        var heard = firings.makeAsyncIterator()
        #expect(await heard.next() == firing)
    }

    @Test func `an event passes the filter and tells what it was given`() async throws {
        let firing = try await service.fire("orders", of: hello, data: .object(["orderId": .integer(7)]))
        #expect(firing.scheduledTime == nil)
        let request = try #require(fixture.invoker.requests.first)
        let fields = ["type", "source", "region", "subject", "prefix.x", "prefixx"].map { request.headers["ce-" + $0] }
        #expect(fields == [["com.example.made"], ["/shop"], ["eu"], ["a"], nil, nil])
        #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == #"{"orderId":7}"#)
    }

    @Test func `how the call ended is the result`() async throws {
        fixture.invoker.answer(with: .failure(FuncError(.timedOut, "no answer within 1 s")))
        let late = try await service.fire("nightly", of: hello)
        #expect(late.status == .timeout)
        #expect(late.error == "no answer within 1 s")
        #expect(!late.isSuccess)
        fixture.invoker.answer(with: .success(InvokeResponse(statusCode: 400)))
        let refused = try await service.fire("nightly", of: hello)
        #expect(refused.status == .completed)
        #expect(!refused.isSuccess)
    }

    @Test(
        arguments: [
            ("api", nil, "invalid_argument", "hks-func invoke hello --path '/hi'"),
            ("jobs", nil, "invalid_argument", "hks-func invoke hello --file FILE"),
            ("none", nil, "trigger_not_found", ""),
            ("nightly", JSONValue.integer(1), "invalid_argument", ""),
        ] as [(String, JSONValue?, ErrorCode, String)]
    )
    func `what cannot be fired says what to do`(name: String, data: JSONValue?, code: ErrorCode, hint: String) async {
        let error = await #expect(throws: FuncError.self) {
            _ = try await service.fire(name, of: hello, data: data)
        }
        #expect(error?.code == code)
        #expect(hint.isEmpty || error?.hint?.contains(hint) == true)
        #expect(fixture.invoker.requests.isEmpty)
    }
}
