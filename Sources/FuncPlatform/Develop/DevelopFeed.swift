import FuncKit
import NIOCore
import Synchronization

/// What happens while projects are developed, on its way to whoever shows it.
///
/// Nobody waits for a slow reader, and it costs bounded memory: beyond a limit, requests and lines of logs are counted
/// in place of being kept. What says how functions are is always kept. Lines of a version that starts wait until it answers,
/// or for a second, and are not told where it fails: see ``StartingLines``.
final class DevelopFeed: Sendable {
    private typealias Answer = (reader: CheckedContinuation<DevelopEvent?, Never>, event: DevelopEvent)

    private struct State {
        var queue = CircularBuffer<DevelopEvent>()
        /// Those in the queue that may be dropped.
        var passing = 0
        var dropped = 0
        var isFinished = false
        var reader: CheckedContinuation<DevelopEvent?, Never>?
        var starting = StartingLines()

        /// Puts events behind those that wait. Gives the reader that waits for the first, and that one.
        mutating func add(_ events: [DevelopEvent], maxPassing: Int) -> Answer? {
            var rest = events[...]
            var answer: Answer?
            if let reader, let first = rest.popFirst() {
                answer = (reader, first)
                self.reader = nil
            }
            for event in rest {
                if event.isPassing {
                    guard passing < maxPassing else {
                        dropped += 1
                        continue
                    }
                    passing += 1
                }
                queue.append(event)
            }
            return answer
        }
    }

    /// How long lines of a version that starts are kept back.
    private static let patience = Duration.seconds(1)

    private let maxPassing: Int
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    /// Keeps at most `maxPassing` requests and lines of logs for the reader.
    init(maxPassing: Int = 1000, clock: any Clock<Duration> = ContinuousClock()) {
        self.maxPassing = maxPassing
        self.clock = clock
    }

    /// Adds an event.
    func send(_ event: DevelopEvent) {
        add { starting in
            switch starting.pass(event) {
            case .now(let events): return events
            case .later(let ticket):
                // Ends by itself, and what it releases may be nothing.
                if let ticket { Task { try await self.release(ticket) } }
                return []
            }
        }
    }

    private func release(_ ticket: StartingLines.Ticket) async throws {
        try await clock.sleep(for: Self.patience)
        add { $0.release(ticket) }
    }

    private func add(_ choose: (inout StartingLines) -> [DevelopEvent]) {
        let answer = state.withLock { state in
            state.isFinished ? nil : state.add(choose(&state.starting), maxPassing: maxPassing)
        }
        answer?.reader.resume(returning: answer?.event)
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
