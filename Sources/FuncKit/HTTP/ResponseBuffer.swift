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
        var headWaiter: CheckedContinuation<HTTPResponseHead, any Error>?
        var bytesWaiter: CheckedContinuation<[UInt8]?, any Error>?
        /// Called once unread bytes are gone after a pause.
        var resume: (@Sendable () -> Void)?
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
            return take(&state.headWaiter)
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
            if let waiter = take(&state.bytesWaiter) { return waiter }
            state.bytes += body
            return nil
        }
        waiter?.resume(returning: body)
    }

    /// Ends the answer; only the first call counts. Bytes that came before a failure can still be read, except after a
    /// cancellation.
    func finish(_ outcome: Result<Void, any Error>) {
        let waiters = state.withLock { state -> (CheckedContinuation<HTTPResponseHead, any Error>?, CheckedContinuation<[UInt8]?, any Error>?) in
            guard state.outcome == nil else { return (nil, nil) }
            state.outcome = outcome
            if case .failure(is CancellationError) = outcome { state.bytes = [] }
            return (take(&state.headWaiter), take(&state.bytesWaiter))
        }
        switch outcome {
        case .success:
            waiters.0?.resume(throwing: Self.noHead)
            waiters.1?.resume(returning: nil)
        case .failure(let error):
            waiters.0?.resume(throwing: error)
            waiters.1?.resume(throwing: error)
        }
    }

    // MARK: Reader

    /// Waits for the head.
    func head() async throws -> HTTPResponseHead {
        try await withCheckedThrowingContinuation { waiter in
            let ready = state.withLock { state -> Result<HTTPResponseHead, any Error>? in
                if let head = state.head { return .success(head) }
                if let outcome = state.outcome { return outcome.flatMap { .failure(Self.noHead) } }
                state.headWaiter = waiter
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
                state.bytesWaiter = waiter
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

private func take<T>(_ value: inout T?) -> T? {
    defer { value = nil }
    return value
}
