import CProcess
import Dispatch
import Foundation

/// Watches one child: reads what it writes, notices its end, ends what it left behind, and reaps it.
///
/// Safety: every mutable property, and each pipe, is touched on `queue` only, which is serial.
final class ChildProcessHandle: @unchecked Sendable {
    let processID: Int32

    private let queue: DispatchQueue
    private let pipes: [ChildProcessPipe]
    private var exitDescriptor: Int32 = -1
    private var exitWatch: DescriptorWatch?
    private var exitTimer: (any DispatchSourceTimer)?
    private var exit: ChildProcessExit?
    private var isReaped = false
    private var waiters: [UUID: (Result<ChildProcessExit, any Error>) -> Void] = [:]
    private var cancelledWaiters: Set<UUID> = []

    /// Takes over a running child and the read ends of its two pipes.
    init(processID: Int32, pipes: [ChildProcessPipe]) {
        self.processID = processID
        self.pipes = pipes
        queue = DispatchQueue(label: "hks.child.\(processID)")
    }

    /// Begins to watch. The handle keeps itself alive until the child is gone.
    func activate() {
        queue.async { [self] in
            for pipe in pipes { pipe.activate(on: queue) }
            watchExit()
        }
    }

    /// Sends a signal to the child's process group, unless the child is gone.
    func signalGroup(_ number: Int32) {
        queue.async { [self] in
            guard !isReaped else { return }
            kill(-processID, number)
        }
    }

    /// Sends SIGTERM, and SIGKILL after `grace` if the child is still there.
    func terminate(grace: Duration) {
        queue.async { [self] in
            guard !isReaped else { return }
            kill(-processID, grace > .zero ? SIGTERM : SIGKILL)
            queue.asyncAfter(deadline: .now() + grace.timeInterval) { [self] in
                if !isReaped { kill(-processID, SIGKILL) }
            }
        }
    }

    /// Waits until the child and all that it started in its session are gone and their output has been handed on.
    func waitUntilGone() async -> ChildProcessExit {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                if isReaped, let exit {
                    continuation.resume(returning: exit)
                } else {
                    // Only a cancellable waiter ever sees a failure.
                    waiters[UUID()] = { result in
                        if case .success(let exit) = result { continuation.resume(returning: exit) }
                    }
                }
            }
        }
    }

    /// Waits likewise, and gives up when the task is cancelled.
    func waitUntilGoneOrCancelled() async throws -> ChildProcessExit {
        let waiter = UUID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in
                    if isReaped, let exit {
                        continuation.resume(returning: exit)
                    } else if cancelledWaiters.remove(waiter) != nil {
                        continuation.resume(throwing: CancellationError())
                    } else {
                        waiters[waiter] = { continuation.resume(with: $0) }
                    }
                }
            }
        } onCancel: {
            queue.async { [self] in
                if let resume = waiters.removeValue(forKey: waiter) {
                    resume(.failure(CancellationError()))
                } else if !isReaped {
                    cancelledWaiters.insert(waiter)
                }
            }
        }
    }

    /// Watches a descriptor that becomes readable at the child's end; looks now and then where a sandbox refuses one.
    private func watchExit() {
        exitDescriptor = hks_pidfd_open(processID)
        if exitDescriptor >= 0 {
            exitWatch = DescriptorWatcher.shared.start(exitDescriptor) { [self] in
                queue.async { [self] in lookForExit() }
            }
        }
        guard exitWatch == nil else { return }
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .milliseconds(20))
        timer.setEventHandler { [self] in lookForExit() }
        exitTimer = timer
        timer.resume()
    }

    private func lookForExit() {
        guard exit == nil else { return }
        var (status, signal): (Int32, Int32) = (-1, -1)
        guard hks_peek_exit(processID, &status, &signal) != 0 else {
            exitWatch?.again()
            return
        }
        exit = signal >= 0 ? .signal(signal) : .status(status)
        stopWatchingExit()
        endSession(deadline: .now() + .seconds(10))
    }

    private func stopWatchingExit() {
        exitWatch?.stop()
        exitWatch = nil
        exitTimer?.cancel()
        exitTimer = nil
        if exitDescriptor >= 0 { close(exitDescriptor) }
        exitDescriptor = -1
    }

    /// Kills what the child left behind. The child stays a zombie meanwhile, so that nobody else can get its number.
    private func endSession(deadline: DispatchTime) {
        kill(-processID, SIGKILL)
        let survivors = ProcessTable.members(ofSession: processID)
        for survivor in survivors { kill(survivor.id, SIGKILL) }
        guard !survivors.isEmpty, DispatchTime.now() < deadline else { return finish() }
        queue.asyncAfter(deadline: .now() + .milliseconds(2)) { [self] in endSession(deadline: deadline) }
    }

    private func finish() {
        for pipe in pipes { pipe.finish() }
        while waitpid(processID, nil, 0) < 0, errno == EINTR {}
        isReaped = true
        guard let result = exit else { return }
        for resume in waiters.values { resume(.success(result)) }
        waiters = [:]
    }
}

/// The read end of a child's stdout or stderr.
///
/// Safety: used by one ``ChildProcessHandle`` on its queue only, after it was made.
final class ChildProcessPipe: @unchecked Sendable {
    private let descriptor: Int32
    private let onLines: @Sendable ([ChildOutputLine]) -> Void
    private var lines: ChildProcessLines
    private var watch: DescriptorWatch?
    private var isOpen = true

    init(descriptor: Int32, lines: ChildProcessLines, onLines: @escaping @Sendable ([ChildOutputLine]) -> Void) {
        self.descriptor = descriptor
        self.lines = lines
        self.onLines = onLines
    }

    /// Reads whenever there is something to read.
    func activate(on queue: DispatchQueue) {
        watch = DescriptorWatcher.shared.start(descriptor) { [self] in
            queue.async { [self] in readSome() }
        }
    }

    /// A bound per event, so that a flood keeps neither the child's end nor a signal waiting.
    private func readSome() {
        for _ in 0..<4 { guard isOpen, readOnce() else { break } }
        if isOpen { watch?.again() }
    }

    /// Reads what is left, hands on a last line without an end, and closes.
    func finish() {
        while isOpen, readOnce() {}
        closeOnce()
    }

    /// Whether more may be there at once.
    private func readOnce() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { return true }
            guard count > 0 else {
                if count == 0 || errno != EAGAIN { closeOnce() }
                return false
            }
            let complete = lines.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if !complete.isEmpty { onLines(complete) }
            return true
        }
    }

    private func closeOnce() {
        guard isOpen else { return }
        isOpen = false
        if let last = lines.finish() { onLines([last]) }
        watch?.stop()
        watch = nil
        close(descriptor)
    }
}

extension Duration {
    /// The duration in seconds, as Dispatch and Foundation count.
    package var timeInterval: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
