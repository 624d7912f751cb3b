import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HostedTriggerTests {
    @Test func `triggers are made enabled with text only, and cannot be changed`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            let client = try fixture.client()
            #expect(try await client.triggers(of: "hello").isEmpty)
            let spec = TriggerSpec(name: "nightly", type: "schedule", config: ["cron": "@daily"])
            let made = try await client.createTrigger(spec, of: "hello")
            #expect(made.spec.enabled)
            #expect(made.spec.config == ["cron": "0 0 * * *"])
            #expect(made.createdAt == nil)
            #expect(try await client.triggers(of: "hello").map(\.id) == [made.id])

            let twice = await #expect(throws: FuncError.self) { try await client.createTrigger(spec, of: "hello") }
            #expect(twice?.code == .alreadyExists)
            let type = await #expect(throws: FuncError.self) {
                try await client.createTrigger(TriggerSpec(name: "e", type: "event"), of: "hello")
            }
            #expect(type?.summary == "unsupported: this server cannot create triggers of type 'event'")

            for name in ["nightly", made.id] {
                let update = await #expect(throws: FuncError.self) {
                    try await client.updateTrigger(name, to: spec, of: "hello")
                }
                #expect(update?.code == .unsupported)
                let delete = await #expect(throws: FuncError.self) { try await client.deleteTrigger(name, of: "hello") }
                #expect(delete?.code == .unsupported)
                #expect(delete?.hint == "only deleting the function removes its triggers there")
            }
            let fire = await #expect(throws: FuncError.self) {
                _ = try await client.fireTrigger("nightly", of: "hello", data: nil)
            }
            #expect(fire?.code == .unsupported)
            #expect(fire?.hint == "call the function as the trigger would: hks-func invoke hello")
            let unknown = await #expect(throws: FuncError.self) { try await client.deleteTrigger("x", of: "hello") }
            #expect(unknown?.code == .triggerNotFound)
        }
    }

    @Test(arguments: [
        ("0 3 * * *", "0 3 * * *"), ("  0  3 * * * ", "0 3 * * *"), ("0 0 3 * * *", "0 3 * * *"),
        ("00 */5 * * * *", "*/5 * * * *"), ("@hourly", "0 * * * *"), ("@Weekly", "0 0 * * 0"),
        ("every 5m", "*/5 * * * *"), ("@every 1h", "0 * * * *"), ("every 60s", "* * * * *"),
        ("every 6h", "0 */6 * * *"), ("every 24h", "0 0 * * *"), ("every 1d", "0 0 * * *"),
    ])
    func `schedules are written in five fields`(text: String, fields: String) throws {
        #expect(try PlainTrigger.fiveFields(text, of: "t") == fields)
    }

    @Test(arguments: [
        "30 0 3 * * *", "*/10 * * * * *", "every 7m", "every 90s", "every 90m", "every 5h", "every 0s", "every",
        "@never",
        "* * * *", "", "0 0 0 0 0 0 0",
    ])
    func `schedules that five fields cannot say are refused with a reason`(text: String) {
        let error = #expect(throws: FuncError.self) { try PlainTrigger.fiveFields(text, of: "nightly") }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("'nightly'") == true)
    }

    @Test func `time zones and several methods are refused, UTC and one are taken`() throws {
        let utc = TriggerSpec(name: "t", type: "schedule", config: ["cron": "0 3 * * *", "timezone": "UTC"])
        #expect(try PlainTrigger.fitted(utc).config["cron"] == "0 3 * * *")
        for spec in [
            TriggerSpec(name: "t", type: "schedule", config: ["cron": "0 3 * * *", "timezone": "Asia/Tokyo"]),
            TriggerSpec(name: "t", type: "http", config: ["methods": "GET,POST"]),
        ] {
            let error = #expect(throws: FuncError.self) { try PlainTrigger.fitted(spec) }
            #expect(error?.code == .unsupported)
        }
        let disabled = TriggerSpec(name: "t", type: "http", enabled: false, config: ["methods": "PUT"])
        #expect(try PlainTrigger.fitted(disabled).config == ["methods": "PUT", "method": "PUT"])
        #expect(try PlainTrigger.fitted(disabled).enabled == false)
    }
}
