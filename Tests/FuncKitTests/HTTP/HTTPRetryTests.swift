import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HTTPRetryTests {
    /// Sends a request to a server that fails a number of times first, and returns the waits between the attempts.
    private func waits(
        method: String = "GET",
        failing failures: Int,
        policy: RetryPolicy = RetryPolicy(),
        with fail: @escaping ScriptedServer.Handler
    ) async throws -> (waits: [Duration], response: Result<HTTPResponse, any Error>, requests: Int) {
        let count = Mutex(0)
        let slept = Mutex<[Duration]>([])
        return try await withServer { exchange in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number <= failures { try fail(exchange) } else { try exchange.respond(200, "fine") }
        } _: { server in
            let client = try makeClient { configuration in
                configuration.retryPolicy = policy
                configuration.timing = .immediate { wait in slept.withLock { $0.append(wait) } }
            }
            let response: Result<HTTPResponse, any Error>
            do {
                response = .success(try await client.send(HTTPRequest(method, server.url)))
            } catch {
                response = .failure(error)
            }
            return (slept.withLock { $0 }, response, count.withLock { $0 })
        }
    }

    @Test(arguments: [408, 429, 502, 503, 504])
    func `passing failures are met with further attempts after growing waits`(status: Int) async throws {
        let result = try await waits(failing: 3) { try $0.respond(status) }
        #expect(result.waits == [.microseconds(187_500), .milliseconds(375), .milliseconds(750)])
        let response = try result.response.get()
        #expect(response.status == 200)
        #expect(response.attempts == 4)
    }

    @Test(arguments: [400, 401, 404, 409, 500, 501])
    func `lasting failures are not repeated`(status: Int) async throws {
        let result = try await waits(failing: 1) { try $0.respond(status) }
        #expect(result.waits.isEmpty)
        #expect(try result.response.get().status == status)
    }

    @Test func `broken connections are repeated and given up in the end`() async throws {
        let result = try await waits(failing: 9) { $0.connection.reset() }
        #expect(result.waits.count == 3)
        let error = #expect(throws: FuncError.self) { try result.response.get() }
        #expect(error?.code == .unreachable)
    }

    @Test func `a truncated answer is asked for again`() async throws {
        let result = try await waits(failing: 1) { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
            exchange.connection.close()
        }
        #expect(try result.response.get().body == Data("fine".utf8))
    }

    @Test func `the last answer stands when attempts run out`() async throws {
        let result = try await waits(failing: 9) { try $0.respond(503, "later") }
        #expect(try result.response.get().status == 503)
        #expect(result.requests == 4)
    }

    @Test func `a POST is sent once`() async throws {
        let result = try await waits(method: "POST", failing: 1) { try $0.respond(503) }
        #expect(result.waits.isEmpty)
        #expect(result.requests == 1)
    }

    @Test func `the server's wish is met in full`() async throws {
        let result = try await waits(failing: 1) { try $0.respond(429, headers: ["retry-after": "7"]) }
        #expect(result.waits == [.seconds(7)])
    }

    @Test func `a wish beyond the deadline ends the attempts`() async throws {
        let result = try await waits(failing: 1) { try $0.respond(503, headers: ["retry-after": "3600"]) }
        #expect(result.waits.isEmpty)
        #expect(try result.response.get().status == 503)
    }

    @Test(arguments: [
        ("12", Duration.seconds(12)),
        ("0", .zero),
        ("Tue, 14 Nov 2023 22:13:50 GMT", .seconds(30)),
        ("Tue, 14 Nov 2023 22:13:00 GMT", .zero),
        ("-1", nil),
        ("soon", nil),
        ("Tue, 14 Foo 2023 22:13:00 GMT", nil),
        ("999999999999", .seconds(86_400)),
    ])
    func `Retry-After is read in both forms`(text: String, expected: Duration?) {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        #expect(RetryPolicy.retryAfter(["Retry-After": text], now: now) == expected)
    }

    @Test func `waits stay between half and all of a doubling bound`() {
        let policy = RetryPolicy(
            maxAttempts: 10,
            baseDelay: .seconds(1),
            maxDelay: .seconds(6),
            deadline: .seconds(100)
        )
        let lowest = (1..<10).map { policy.delay(afterAttempts: $0, elapsed: .zero, random: 0) }
        #expect(lowest.prefix(4) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(3)])
        #expect(lowest.dropFirst(3).allSatisfy { $0 == .seconds(3) })
        let highest = policy.delay(afterAttempts: 9, elapsed: .zero, random: 0.999) ?? .zero
        #expect(highest > .milliseconds(5900) && highest < .seconds(6))
        #expect(policy.delay(afterAttempts: 10, elapsed: .zero, random: 0) == nil)
        #expect(policy.delay(afterAttempts: 1, elapsed: .seconds(99.8), random: 0) == nil)
    }
}
