import FuncKit
import NIOCore
import Synchronization

/// The right to send one request to an instance. Releasing it twice does nothing; letting go of it releases it.
public final class InstanceLease: Sendable {
    /// Where the request goes.
    public let instance: RunningInstance
    /// Whether the request had to wait for this very instance to start.
    public let coldStart: Bool

    private let pool: InstancePool
    private let slot: Int
    private let isReleased = Atomic(false)

    init(instance: RunningInstance, coldStart: Bool, pool: InstancePool, slot: Int) {
        self.instance = instance
        self.coldStart = coldStart
        self.pool = pool
        self.slot = slot
    }

    deinit {
        release()
    }

    /// Gives the slot to the next request.
    public func release() {
        guard !isReleased.exchange(true, ordering: .relaxed) else { return }
        pool.release(slot: slot)
    }
}

/// A request in a pool's queue.
public final class PoolTicket: Sendable {
    /// Completes with the lease, or with a ``PoolRefusal``.
    public var lease: EventLoopFuture<InstanceLease> { promise.futureResult }

    let promise: EventLoopPromise<InstanceLease>
    /// Instances with a higher number started after the request began to wait.
    let newestSlot: Int

    init(promise: EventLoopPromise<InstanceLease>, newestSlot: Int) {
        self.promise = promise
        self.newestSlot = newestSlot
    }
}

/// Why a request gets no instance.
public enum PoolRefusal: Error, Sendable, Hashable {
    /// The version takes no requests any more.
    case retired
    /// The queue is full.
    case overloaded
    /// No slot became free in time.
    case queueTimedOut
    /// Instances do not start; what the last one said, and when the next one will be tried.
    case unavailable(FuncError, retryAfterSeconds: Int)
}

/// What a request gets when it asks a pool for an instance.
public enum PoolAnswer: Sendable {
    case ready(InstanceLease)
    case waiting(PoolTicket)
    case refused(PoolRefusal)
}
