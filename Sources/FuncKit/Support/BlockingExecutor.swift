import Dispatch

/// Runs an actor whose calls block (a slow terminal, many files) away from the few threads that serve everything else.
public final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    /// Names the queue after what runs on it.
    public init(_ label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Runs a piece of the actor after all that came before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
