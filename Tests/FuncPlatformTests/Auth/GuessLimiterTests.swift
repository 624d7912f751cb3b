import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Brute force: wrong credentials are counted where they come from.
struct GuessLimiterTests {
    private let clock = MutexBox(Date(timeIntervalSince1970: 1_800_000_000))

    private func limiter(_ perMinute: Int) -> GuessLimiter {
        GuessLimiter(perMinute: perMinute, now: { [clock] in clock.current })
    }

    @Test func `so many wrong ones pass at once, and then as many per minute`() async throws {
        let limiter = limiter(20)
        for _ in 0..<20 {
            try await limiter.admit("10.0.0.1")
            await limiter.noteWrong("10.0.0.1")
        }
        let refusal = await #expect(throws: Throttled.self) { try await limiter.admit("10.0.0.1") }
        #expect(refusal?.retryAfter == 3)
        #expect(refusal?.error.code == .rateLimited)
        clock.mutate { $0 += 2.9 }
        await #expect(throws: Throttled.self) { try await limiter.admit("10.0.0.1") }
        clock.mutate { $0 += 0.2 }
        try await limiter.admit("10.0.0.1")
        await limiter.noteWrong("10.0.0.1")
        await #expect(throws: Throttled.self) { try await limiter.admit("10.0.0.1") }
        clock.mutate { $0 += 3600 }
        for _ in 0..<20 { await limiter.noteWrong("10.0.0.1") }
        await #expect(throws: Throttled.self) { try await limiter.admit("10.0.0.1") }
    }

    @Test func `addresses are counted apart`() async throws {
        let limiter = limiter(1)
        await limiter.noteWrong("10.0.0.1")
        await #expect(throws: Throttled.self) { try await limiter.admit("10.0.0.1") }
        try await limiter.admit("10.0.0.2")
        try await limiter.admit(nil)
    }

    @Test func `a clock that was set back locks nobody out for longer`() async throws {
        let limiter = limiter(1)
        await limiter.noteWrong("a")
        clock.mutate { $0 -= 86_400 }
        let refusal = await #expect(throws: Throttled.self) { try await limiter.admit("a") }
        #expect(refusal?.retryAfter == 60)
    }

    @Test func `0 sets no limit`() async throws {
        let limiter = limiter(0)
        for _ in 0..<100 { await limiter.noteWrong("a") }
        try await limiter.admit("a")
    }

    @Test func `many addresses do not free the one that guesses`() async throws {
        let limiter = limiter(1)
        for number in 0..<4000 { await limiter.noteWrong("10.1.\(number)") }
        clock.mutate { $0 += 1 }
        await limiter.noteWrong("attacker")
        for number in 0..<200 { await limiter.noteWrong("10.2.\(number)") }
        await #expect(throws: Throttled.self) { try await limiter.admit("attacker") }
    }

    @Test(arguments: ["hks_live_", "dev_token_", "eyJhbGciOiJub25lIn0.e30.", ""])
    func `guessing ends with 429, whatever is sent then, except by the owner`(guess: String) async throws {
        let fixture = try AuthFixture { $0.wrongCredentialsPerMinute = 5 }
        try await fixture.run { session in
            let good = try await session.signIn().access
            for number in 0..<5 {
                try await session.expect("\(guess)\(number)", 401)
            }
            let answer = try await session.with("\(guess)x").send(.get, "/auth/me")
            #expect(answer.status == 429)
            #expect(answer.headers[.retryAfter] == "12")
            #expect(answer.code == "rate_limited")
            try await session.expect(good, 429)
            try await session.expect("secret", 200)
            fixture.advance(12)
            try await session.expect(good, 200)
        }
    }

    @Test func `keys are guessed at their exchange as little as elsewhere`() async throws {
        let fixture = try AuthFixture { $0.wrongCredentialsPerMinute = 3 }
        try await fixture.run { session in
            for number in 0..<3 {
                let answer = try await session.send(.post, "/auth/token", #"{"api_key":"hks_live_\#(number)"}"#)
                #expect(answer.status == 401)
                #expect(answer.code == "INVALID_API_KEY")
            }
            let answer = try await session.send(.post, "/auth/token", #"{"api_key":"hks_live_3"}"#)
            #expect(answer.status == 429)
            #expect(answer.headers[.retryAfter] == "20")
        }
    }

    @Test func `expired and ended tokens are no guesses`() async throws {
        let fixture = try AuthFixture { $0.wrongCredentialsPerMinute = 2 }
        try await fixture.run { session in
            let tokens = try await session.signIn()
            #expect(try await session.refresh(tokens.refresh).status == 200)
            for _ in 0..<10 { try await session.expect(tokens.access, 401) }
            fixture.advance(7200)
            for _ in 0..<10 { try await session.expect(tokens.access, 401) }
        }
    }
}
