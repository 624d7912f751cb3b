import Synchronization

/// Carries an answer from the transfer thread to the one task that reads it, holding a bounded number of bytes.
final class ResponseBuffer: Sendable {
    /// Above this many unread bytes the transfer pauses.
    private static let highWater = 256 << 10

    private struct State {
        var head: HTTPResponseHead?
        var bytes: [UInt8] = []
        var isPaused = false
        var outcome: Result<Void, any Error>?
        var waiters = Waiters()
        /// Called once unread bytes are gone after a pause.
        var resume: (@Sendable () -> Void)?
    }

    /// Who waits for the next piece: each is resumed once, by whoever takes it out.
    private struct Waiters {
        var head: CheckedContinuation<HTTPResponseHead, any Error>?
        var bytes: CheckedContinuation<[UInt8]?, any Error>?

        mutating func takeHead() -> CheckedContinuation<HTTPResponseHead, any Error>? {
            defer { head = nil }
            return head
        }

        mutating func takeBytes() -> CheckedContinuation<[UInt8]?, any Error>? {
            defer { bytes = nil }
            return bytes
        }

        mutating func taken() -> Waiters {
            Waiters(head: takeHead(), bytes: takeBytes())
        }
    }

    private let state = Mutex(State())

    /// Sets what lets a paused transfer go on.
    func onDrain(_ resume: @escaping @Sendable () -> Void) {
        state.withLock { $0.resume = resume }
    }

    // MARK: Transfer thread

    /// Hands over the head.
    func received(head: HTTPResponseHead) {
        let waiter = state.withLock { state in
            state.head = head
            return state.waiters.takeHead()
        }
        waiter?.resume(returning: head)
    }

    /// Whether more bytes fit; the transfer pauses where not, and is told when they do.
    func canTakeBody() -> Bool {
        state.withLock { state in
            state.isPaused = state.outcome == nil && state.bytes.count >= Self.highWater
            return !state.isPaused
        }
    }

    /// Whether the transfer stands still because the reader is slow.
    var isPaused: Bool { state.withLock { $0.isPaused } }

    /// Hands over bytes of the body.
    func received(body: [UInt8]) {
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard state.outcome == nil else { return nil }
            if let waiter = state.waiters.takeBytes() { return waiter }
            state.bytes += body
            return nil
        }
        waiter?.resume(returning: body)
    }

    /// Ends the answer; only the first call counts. Bytes that came before a failure can still be read, except after a
    /// cancellation.
    func finish(_ outcome: Result<Void, any Error>) {
        let waiting = state.withLock { state in
            guard state.outcome == nil else { return Waiters() }
            state.outcome = outcome
            if case .failure(is CancellationError) = outcome { state.bytes = [] }
            return state.waiters.taken()
        }
        waiting.head?.resume(with: outcome.flatMap { .failure(Self.noHead) })
        waiting.bytes?.resume(with: outcome.map { nil })
    }

    // MARK: Reader

    /// Waits for the head.
    func head() async throws -> HTTPResponseHead {
        try await withCheckedThrowingContinuation { waiter in
            let ready = state.withLock { state -> Result<HTTPResponseHead, any Error>? in
                if let head = state.head { return .success(head) }
                if let outcome = state.outcome { return outcome.flatMap { .failure(Self.noHead) } }
                state.waiters.head = waiter
                return nil
            }
            if let ready { waiter.resume(with: ready) }
        }
    }

    /// Waits for more bytes of the body; nil at its end.
    func next() async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { waiter in
            var resume: (@Sendable () -> Void)?
            let ready = state.withLock { state -> Result<[UInt8]?, any Error>? in
                if !state.bytes.isEmpty {
                    defer { state.bytes = [] }
                    if state.isPaused {
                        state.isPaused = false
                        resume = state.resume
                    }
                    return .success(state.bytes)
                }
                if let outcome = state.outcome { return outcome.map { nil } }
                state.waiters.bytes = waiter
                return nil
            }
            resume?()
            if let ready { waiter.resume(with: ready) }
        }
    }

    private static let noHead = CurlError(
        code: 52,
        operation: "read the answer",
        message: "the connection ended before an answer came",
        wasConnected: true
    )
}
