import Foundation
import Glibc
import Synchronization

/// Runs code that blocks (libcurl, libarchive, libgit2, `waitpid`) on a thread of its own, so that the few threads
/// of the cooperative pool stay free.
public enum BlockingWork {
    /// Runs `body` on a new thread and waits for it without blocking.
    ///
    /// Cancelling the task does not stop the thread: `body` has to look at `isCancelled` now and then and throw
    /// `CancellationError`. The call returns only after `body` has, so nothing goes on behind the caller's back.
    ///
    /// - Parameters:
    ///   - label: Name of the thread, and of the work in errors.
    ///   - body: The work; its argument tells whether the task was cancelled.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws, or `overloaded` where the system has no thread left.
    public static func run<Value: Sendable>(
        _ label: String,
        _ body: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let job = Job(label: label) {
                    continuation.resume(with: Result { try body { flag.isSet } })
                }
                if let status = job.start() {
                    let reason = String(cString: strerror(status))
                    continuation.resume(
                        throwing: FuncError(.overloaded, "cannot start a thread for '\(label)'", cause: reason)
                    )
                }
            }
        } onCancel: {
            flag.set()
        }
    }
}

/// A flag that one thread sets and another one reads.
private final class CancellationFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() {
        value.store(true, ordering: .relaxed)
    }
}

/// What one thread runs.
///
/// `Foundation.Thread` is not used to start it, because it ignores that a thread could not be created, which would
/// leave the caller waiting for ever.
private final class Job: Sendable {
    private let label: String
    private let body: @Sendable () -> Void

    init(label: String, body: @escaping @Sendable () -> Void) {
        self.label = label
        self.body = body
    }

    /// Starts the thread; gives the error number if there is none to be had.
    func start() -> Int32? {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard status == 0 else {
            context.release()
            return status
        }
        pthread_detach(thread)
        return nil
    }

    private func run() {
        Thread.current.name = label
        body()
    }
}
