import Foundation
import Synchronization

/// What a program that ran to its end left behind.
public struct ProcessOutcome: Sendable, Hashable {
    /// How it ended.
    public var exit: ChildProcessExit
    /// Whether it was ended because its deadline passed.
    public var timedOut: Bool
    /// What it wrote to stdout, up to the limit.
    public var output: String
    /// Bytes of stdout beyond the limit.
    public var droppedBytes: Int
    /// The last lines of both streams, oldest first.
    public var lastLines: [String]
}

/// Runs programs to their end.
public enum ProcessRunner {
    /// Lines kept in ``ProcessOutcome/lastLines``.
    public static let lastLineCount = 20

    /// Runs a program and waits for it. Cancelling the task kills its process group.
    ///
    /// A program that still runs after `deadline` is killed. At most `outputLimit` bytes of stdout are kept in the outcome; the
    /// program goes on beyond. `onOutputLine` gets every line of both streams, in order.
    /// - Throws: ``ChildProcessStartError``, or `CancellationError` once all its processes are gone.
    public static func run(
        _ options: ChildProcessOptions,
        deadline: Duration? = nil,
        outputLimit: Int = 1 << 20,
        onOutputLine: @escaping @Sendable (ChildOutputLine) -> Void = { _ in }
    ) async throws -> ProcessOutcome {
        let collected = Mutex(Collected(limit: outputLimit))
        let child = try await ChildProcess.start(options) { lines in
            collected.withLock { collected in
                for line in lines { collected.add(line) }
            }
            for line in lines { onOutputLine(line) }
        }
        let (exit, timedOut) = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await expire(child, after: deadline) }
            let exit = await withTaskCancellationHandler {
                await child.gone()
            } onCancel: {
                child.signalGroup(SIGKILL)
            }
            group.cancelAll()
            // One that had ended by itself when its time was up was not ended by it.
            return (exit, await group.next() == true && exit == .signal(SIGKILL))
        }
        try Task.checkCancellation()
        return collected.withLock {
            ProcessOutcome(
                exit: exit,
                timedOut: timedOut,
                output: $0.output,
                droppedBytes: $0.droppedBytes,
                lastLines: $0.lastLines
            )
        }
    }

    /// Kills the child at its deadline, and tells whether it came to that.
    private static func expire(_ child: ChildProcess, after deadline: Duration?) async -> Bool {
        guard let deadline else { return false }
        do {
            try await Task.sleep(for: deadline)
        } catch {
            // Cancelled: the program ended first.
            return false
        }
        child.signalGroup(SIGKILL)
        return true
    }

    private struct Collected {
        let limit: Int
        var output = ""
        var droppedBytes = 0
        var lastLines: [String] = []

        mutating func add(_ line: ChildOutputLine) {
            lastLines.append(line.text)
            if lastLines.count > ProcessRunner.lastLineCount { lastLines.removeFirst() }
            guard line.stream == .output else { return }
            let size = line.text.utf8.count + 1
            if output.utf8.count + size <= limit {
                output += line.text + "\n"
            } else {
                droppedBytes += size + line.cutBytes
            }
        }
    }
}
