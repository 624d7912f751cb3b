import CProcess
import Foundation

/// A program that runs as a child in a session and process group of its own.
///
/// It has no standard input, no inherited descriptor and no inherited variable, and it dies with this process. Whatever it
/// started in its session ends with it. Waiting for it and reading its output blocks no thread.
public final class ChildProcess: Sendable {
    /// Process id, which is also the id of its process group and session.
    public let processID: Int32
    private let handle: ChildProcessHandle

    private init(processID: Int32, handle: ChildProcessHandle) {
        self.processID = processID
        self.handle = handle
    }

    /// Starts a program.
    ///
    /// `beforeExec` gets the process id while the child waits; where it throws, the program never runs. `onLines` gets the
    /// lines that the child writes, in order and never twice at the same time; it must not block.
    /// - Throws: ``ChildProcessStartError``, or what `beforeExec` throws.
    public static func start(
        _ options: ChildProcessOptions,
        beforeExec: @escaping @Sendable (Int32) throws -> Void = { _ in },
        onLines: @escaping @Sendable ([ChildOutputLine]) -> Void
    ) async throws -> ChildProcess {
        try await ChildProcessSpawner.shared.run {
            let output = try PipeEnds(for: options.executable)
            let error = try PipeEnds(for: options.executable)
            defer {
                output.closeWriteEnd()
                error.closeWriteEnd()
            }
            let processID = try ChildProcessSpawner.spawn(
                options,
                outputDescriptor: output.writeEnd,
                errorDescriptor: error.writeEnd,
                beforeExec: beforeExec
            )
            func pipe(_ ends: PipeEnds, _ stream: ChildOutputLine.Stream) -> ChildProcessPipe {
                let lines = ChildProcessLines(stream: stream, maxLineBytes: options.maxLineBytes)
                return ChildProcessPipe(descriptor: ends.takeReadEnd(), lines: lines, onLines: onLines)
            }
            let pipes = [pipe(output, .output), pipe(error, .error)]
            let handle = ChildProcessHandle(processID: processID, pipes: pipes)
            handle.activate()
            return ChildProcess(processID: processID, handle: handle)
        }
    }

    /// Waits until the child is gone with all that it started in its session, and its output has been handed on.
    /// - Throws: `CancellationError` where the task is cancelled first; the child goes on.
    public func exit() async throws -> ChildProcessExit {
        try await handle.waitUntilGoneOrCancelled()
    }

    /// Waits likewise, whether the task is cancelled or not.
    public func gone() async -> ChildProcessExit {
        await handle.waitUntilGone()
    }

    /// Sends a signal to the process group; nothing happens when the child is gone.
    public func signalGroup(_ number: Int32) {
        handle.signalGroup(number)
    }

    /// Sends SIGTERM to the process group, SIGKILL after `grace`, and waits until all is gone, even in a cancelled task.
    @discardableResult
    public func terminate(grace: Duration) async -> ChildProcessExit {
        handle.terminate(grace: grace)
        return await handle.waitUntilGone()
    }
}

/// A pipe between this process and a child; closes what was not handed on.
private final class PipeEnds {
    let writeEnd: Int32
    private var readEnd: Int32
    private var isWriteEndOpen = true

    init(for executable: String) throws {
        var (readEnd, writeEnd): (Int32, Int32) = (-1, -1)
        let error = hks_pipe(&readEnd, &writeEnd)
        guard error == 0 else { throw ChildProcessStartError(executable: executable, step: "pipe", errorNumber: error) }
        (self.readEnd, self.writeEnd) = (readEnd, writeEnd)
    }

    deinit {
        closeWriteEnd()
        if readEnd >= 0 { close(readEnd) }
    }

    func takeReadEnd() -> Int32 {
        defer { readEnd = -1 }
        return readEnd
    }

    func closeWriteEnd() {
        guard isWriteEndOpen else { return }
        isWriteEndOpen = false
        close(writeEnd)
    }
}
