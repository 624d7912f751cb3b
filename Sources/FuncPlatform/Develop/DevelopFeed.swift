import FuncKit
import NIOCore
import Synchronization

/// What happens while projects are developed, on its way to whoever shows it.
///
/// Nobody waits for a slow reader, and it costs bounded memory: beyond a limit, requests and lines of logs are counted
/// in place of being kept. What says how functions are is always kept.
final class DevelopFeed: Sendable {
    private struct State {
        var queue = CircularBuffer<DevelopEvent>()
        /// Those in the queue that may be dropped.
        var passing = 0
        var dropped = 0
        var isFinished = false
        var reader: CheckedContinuation<DevelopEvent?, Never>?
    }

    private let maxPassing: Int
    private let state = Mutex(State())

    /// Keeps at most `maxPassing` requests and lines of logs for the reader.
    init(maxPassing: Int = 1000) {
        self.maxPassing = maxPassing
    }

    /// Adds an event.
    func send(_ event: DevelopEvent) {
        let reader = state.withLock { state -> CheckedContinuation<DevelopEvent?, Never>? in
            guard !state.isFinished else { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            if event.isPassing {
                guard state.passing < maxPassing else {
                    state.dropped += 1
                    return nil
                }
                state.passing += 1
            }
            state.queue.append(event)
            return nil
        }
        reader?.resume(returning: event)
    }

    /// Ends the events once those that were sent have been read.
    func finish() {
        let reader = state.withLock { state -> CheckedContinuation<DevelopEvent?, Never>? in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// The events, for one reader.
    var events: AsyncStream<DevelopEvent> {
        AsyncStream(unfolding: { await self.next() }, onCancel: { self.finish() })
    }

    private func next() async -> DevelopEvent? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> DevelopEvent?? in
                if state.queue.isEmpty, state.dropped > 0 {
                    defer { state.dropped = 0 }
                    return .warning(function: nil, "\(state.dropped) requests and log lines came too fast to be shown")
                }
                if let event = state.queue.popFirst() {
                    if event.isPassing { state.passing -= 1 }
                    return event
                }
                if state.isFinished { return .some(nil) }
                state.reader = continuation
                return .none
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}

extension DevelopEvent {
    /// Whether it may be left out where there are too many.
    fileprivate var isPassing: Bool {
        switch self {
        case .build, .log, .request: true
        default: false
        }
    }
}
