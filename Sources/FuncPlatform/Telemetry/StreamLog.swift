import Dispatch
import Foundation
import FuncKit
import Synchronization

/// One log: entries wait in memory, a serial queue writes them to segments, readers read the segments up to a known end.
final class StreamLog: Sendable {
    /// Where a log ends, and whether there will be more.
    struct Progress: Sendable {
        var end: LogPosition?
        var nextSequence = 1
        var isFinished = false
    }

    private struct State {
        var pending: [LogEntry] = []
        var pendingBytes = 0
        /// Entries that were not kept since the last notice, and why.
        var dropped = 0
        var dropReason = ""
        var isFlushScheduled = false
        var isRemoved = false
        var progress = Progress()
        var waiters: [UUID: CheckedContinuation<Void, Never>] = [:]
    }

    let segments: LogSegments
    private let maxBytes: Int
    private let maxPendingBytes: Int
    private let now: @Sendable () -> Date
    private let queue: DispatchQueue
    private let state = Mutex(State())
    /// Used on `queue` only; the lock is never waited for.
    private let writer = Mutex<LogWriter?>(nil)

    init(folder: String, maxBytes: Int, maxPendingBytes: Int, now: @escaping @Sendable () -> Date) {
        segments = LogSegments(folder: folder)
        self.maxBytes = maxBytes
        self.maxPendingBytes = maxPendingBytes
        self.now = now
        queue = DispatchQueue(label: "hks.log")
    }

    /// Takes entries without waiting for the disk. Those that do not fit into memory are counted.
    func append(_ entries: [LogEntry]) {
        let schedules = state.withLock { state in
            guard !state.isRemoved else { return false }
            for entry in entries {
                let size = Self.size(of: entry)
                if state.pendingBytes + size <= maxPendingBytes {
                    state.pending.append(entry)
                    state.pendingBytes += size
                } else {
                    state.dropped += 1
                    state.dropReason = "they came faster than they could be written"
                }
            }
            defer { state.isFlushScheduled = true }
            return !state.isFlushScheduled
        }
        if schedules { queue.async { [self] in flush() } }
    }

    /// Marks the log as complete once what is pending has been written.
    func finish() {
        queue.async { [self] in
            flush()
            guard !state.withLock({ $0.isRemoved }) else { return }
            // Without the mark on disk a follower after a restart waits until somebody finishes the log again.
            _ = FileManager.default.createFile(atPath: finishedMark, contents: nil)
            update { $0.isFinished = true }
        }
    }

    /// Ends all followers and takes no more entries. The folder is the caller's to delete, after this returns.
    func remove() async {
        state.withLock { $0.isRemoved = true }
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                update { $0.isFinished = true }
                continuation.resume()
            }
        }
    }

    /// Where the log ends, with all that was appended before the call.
    func settled() async throws -> Progress {
        try await onQueue { [self] in
            if FileManager.default.fileExists(atPath: segments.folder) { try openIfNeeded() }
            flush()
            return progress
        }
    }

    /// Where the log ends, as far as it is written.
    var progress: Progress { state.withLock { $0.progress } }

    /// Waits until the log goes on from `end`, is finished, or the task is cancelled.
    func change(after end: LogPosition?) async {
        let waiter = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumes = state.withLock { state in
                    if state.progress.end != end || state.progress.isFinished || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if resumes { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }

    // MARK: On the queue

    private struct Batch {
        var entries: [LogEntry]
        /// Entries that were dropped before; the last entry says so.
        var dropped: Int
    }

    private func flush() {
        let batch = takePending()
        guard !batch.entries.isEmpty else { return }
        do {
            try openIfNeeded()
            if progress.isFinished {
                try FileManager.default.removeItem(atPath: finishedMark)
                update { $0.isFinished = false }
            }
            let (kept, error) = writer.withLock { $0?.write(batch.entries) ?? (0, nil) }
            publishEnd()
            if let error { count(batch, kept: kept, error: error) }
        } catch {
            count(batch, kept: 0, error: error)
        }
    }

    private func takePending() -> Batch {
        state.withLock { state in
            var batch = Batch(entries: state.isRemoved ? [] : state.pending, dropped: state.dropped)
            if state.dropped > 0 { batch.entries.append(notice(dropped: state.dropped, reason: state.dropReason)) }
            state.pending = []
            state.pendingBytes = 0
            state.dropped = 0
            state.isFlushScheduled = false
            return batch
        }
    }

    /// Remembers what the disk refused for the notice that comes with the next entries.
    private func count(_ batch: Batch, kept: Int, error: any Error) {
        let refused = batch.entries.count - kept
        state.withLock { state in
            state.dropped += batch.dropped > 0 && refused > 0 ? refused - 1 + batch.dropped : refused
            state.dropReason = "the log could not be written (\(error.localizedDescription))"
        }
    }

    private func notice(dropped: Int, reason: String) -> LogEntry {
        let lines = dropped == 1 ? "1 log line was" : "\(dropped) log lines were"
        return LogEntry(timestamp: now(), level: .warn, message: "\(lines) dropped: \(reason)", source: "platform")
    }

    private func openIfNeeded() throws {
        guard writer.withLock({ $0 == nil }) else { return }
        let opened = try LogWriter(segments: segments, maxBytes: maxBytes)
        writer.withLock { $0 = opened }
        let isFinished = FileManager.default.fileExists(atPath: finishedMark)
        publishEnd()
        update { $0.isFinished = isFinished }
    }

    private func publishEnd() {
        let (end, next) = writer.withLock { ($0?.end, $0?.nextSequence ?? 1) }
        update {
            $0.end = end
            $0.nextSequence = next
        }
    }

    private func update(_ change: (inout Progress) -> Void) {
        let waiters = state.withLock { state in
            change(&state.progress)
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    private func onQueue<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: .init(catching: body)) }
        }
    }

    private var finishedMark: String { segments.folder + "/finished" }

    private static func size(of entry: LogEntry) -> Int {
        entry.fields.reduce(entry.message.utf8.count + 200) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }
}
