import Foundation
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

/// `Idempotency-Key`: a call that must not happen twice is sent again only where the server remembers it.
@Suite struct RepeatedCallTests {
    private static let careful = #"{"name":"p","supports_source_upload":true,"supports_idempotency_keys":true}"#
    private static let careless = #"{"name":"p","supports_source_upload":true}"#
    private static let trigger = TriggerSpec(name: "api", type: "http", config: ["path": "/x"])
    private static let answer = #"{"id":"t-1","name":"api","type":"http","enabled":true,"config":{"path":"/x"}}"#

    private struct Outcome {
        var trigger: Result<Trigger, any Error>
        /// Keys of the POSTs in order.
        var keys: [String?]
        var waits: [Duration]
    }

    /// Creates a trigger on a server that fails a number of times.
    private func create(
        capabilities: String,
        failing failures: Int,
        calls: Int = 1,
        with fail: @escaping ScriptedServer.Handler
    ) async throws -> Outcome {
        let count = Counter()
        let waits = Mutex<[Duration]>([])
        let table: [String: ScriptedServer.Handler] = [
            "GET /functions/provider/capabilities": json(capabilities),
            "POST /functions/f/triggers": { exchange in
                try exchange.readBody()
                if count.next() <= failures { try fail(exchange) } else { try exchange.respond(json: Self.answer) }
            },
        ]
        return try await withServer(routes(table)) { server in
            let timing = RetryTiming.immediate { wait in waits.withLock { $0.append(wait) } }
            let client = try makeAPIClient(server, timing: timing)
            // Known already, so that later questions are counted on their own.
            _ = try await client.capabilities()
            var trigger: Result<Trigger, any Error> = .failure(CancellationError())
            for _ in 0..<calls {
                do {
                    trigger = .success(try await client.createTrigger(Self.trigger, of: "f"))
                } catch {
                    trigger = .failure(error)
                }
            }
            let posts = server.requests.filter { $0.method == "POST" }
            return Outcome(
                trigger: trigger,
                keys: posts.map { $0.headers["idempotency-key"] },
                waits: waits.withLock { $0 }
            )
        }
    }

    @Test func `a server that died after it took the request is asked again with the same key`() async throws {
        let outcome = try await create(capabilities: Self.careful, failing: 2) { $0.connection.reset() }
        #expect(try outcome.trigger.get().id == "t-1")
        #expect(outcome.keys.count == 3)
        #expect(Set(outcome.keys).count == 1)
        #expect(try #require(outcome.keys.first ?? nil).count == 36)
    }

    @Test func `a server that may carry it out twice is asked once`() async throws {
        let outcome = try await create(capabilities: Self.careless, failing: 1) { $0.connection.reset() }
        let error = #expect(throws: FuncError.self) { try outcome.trigger.get() }
        #expect(error?.code == .unreachable)
        #expect(error?.hint == "the server may have carried out the request: look before trying again")
        #expect(outcome.keys.count == 1)
    }

    @Test func `each call has a key of its own`() async throws {
        let outcome = try await create(capabilities: Self.careful, failing: 0, calls: 2) { _ in }
        #expect(Set(outcome.keys).count == 2)
    }

    @Test func `an attempt that is still being answered is waited for, however long`() async throws {
        let count = Counter()
        let outcome = try await create(capabilities: Self.careful, failing: 8) { exchange in
            if count.next() == 1 { return exchange.connection.reset() }
            try exchange.respond(
                409,
                #"{"error":"is being answered","code":"conflict"}"#,
                headers: ["retry-after": "1"]
            )
        }
        #expect(try outcome.trigger.get().id == "t-1")
        #expect(outcome.waits.filter { $0 == .seconds(1) }.count == 7)
    }

    @Test func `a conflict that stays is not waited for`() async throws {
        let outcome = try await create(capabilities: Self.careful, failing: 1) { exchange in
            try exchange.respond(409, #"{"error":"no","code":"conflict"}"#, headers: ["retry-after": "1"])
        }
        #expect(throws: FuncError.self) { try outcome.trigger.get() }
        #expect(outcome.keys.count == 1)
    }

    @Test(arguments: [429, 503])
    func `a refusal with a time to come back is met with another attempt`(status: Int) async throws {
        let outcome = try await create(capabilities: Self.careful, failing: 1) { exchange in
            try exchange.respond(status, headers: ["retry-after": "3"])
        }
        #expect(try outcome.trigger.get().id == "t-1")
        #expect(outcome.waits == [.seconds(3)])
    }

    /// Failures are not remembered by the server, and the function may have run.
    @Test(arguments: [502, 503, 504])
    func `a failure without a word is not repeated`(status: Int) async throws {
        let outcome = try await create(capabilities: Self.careful, failing: 1) { try $0.respond(status) }
        #expect(throws: FuncError.self) { try outcome.trigger.get() }
        #expect(outcome.keys.count == 1)
    }

    @Test func `signing in has no keys, because its answers are not kept`() async throws {
        try await withServer(routes([:])) { server in
            let client = AuthClient(endpoint: server.url, http: try makeClient())
            await #expect(throws: FuncError.self) { try await client.refresh("t0ken") }
            #expect(server.requests.map { $0.headers["idempotency-key"] } == [nil])
        }
    }
}
