import FuncKit
import NIOCore
import Synchronization

/// The instances of one version as the gateway sees them: who is free, who waits, and who must be told that more are needed.
///
/// All methods may be called from any thread; none blocks for longer than a few list operations.
public final class InstancePool: Sendable {
    /// How many requests may wait, and for how long.
    public struct Limits: Sendable, Hashable {
        /// Most requests that wait.
        public var maxQueued: Int
        /// Longest wait.
        public var queueTimeout: TimeAmount

        /// Names both limits.
        public init(maxQueued: Int = 1000, queueTimeout: TimeAmount = .seconds(30)) {
            self.maxQueued = maxQueued
            self.queueTimeout = queueTimeout
        }
    }

    /// A pool at one moment.
    public struct Statistics: Sendable, Hashable {
        /// Instances that take requests.
        public var instances: Int
        /// Requests at instances, including those that take no new ones.
        public var inFlight: Int
        /// Requests that wait.
        public var queued: Int
        /// Rises with every request that reached an instance; the same number twice means nothing happened in between.
        public var served: Int
    }

    private let limits: Limits
    private let state = Mutex(PoolState())

    /// A pool without instances.
    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Sets who is told when a request has to wait. Called on the request's event loop, so it must return at once.
    public func whenInDemand(_ handler: @escaping @Sendable () -> Void) {
        state.withLock { $0.onDemand = handler }
    }

    // MARK: Requests

    /// Asks for a slot: at once where one is free, else by a place in the queue.
    public func acquire(on eventLoop: any EventLoop) -> PoolAnswer {
        let (answer, demand) = state.withLock { state -> (PoolAnswer, (@Sendable () -> Void)?) in
            if state.isClosed { return (.refused(.retired), nil) }
            if let index = state.freeSlot {
                return (.ready(state.take(index, for: self, newestSlot: .max)), nil)
            }
            if let refusal = state.refusal { return (.refused(refusal), state.onDemand) }
            guard state.waiting.count < limits.maxQueued else { return (.refused(.overloaded), state.onDemand) }
            let ticket = PoolTicket(promise: eventLoop.makePromise(), newestSlot: state.newestSlot)
            state.waiting.append(ticket)
            return (.waiting(ticket), state.onDemand)
        }
        demand?()
        if case .waiting(let ticket) = answer { expire(ticket, on: eventLoop) }
        return answer
    }

    /// Gives up a place in the queue. A lease that was granted meanwhile is released by whoever receives it.
    public func cancel(_ ticket: PoolTicket) {
        refuse(ticket, with: .retired)
    }

    /// Gives a slot back and hands it to the next request.
    func release(slot number: Int) {
        let (granted, onIdle) = state.withLock { state -> (PoolGrant?, (@Sendable () -> Void)?) in
            guard let index = state.slots.firstIndex(where: { $0.number == number }) else { return (nil, nil) }
            state.slots[index].inFlight -= 1
            state.inFlight -= 1
            guard state.slots[index].isLeaving else { return (state.grantNext(for: self), nil) }
            guard state.slots[index].inFlight == 0 else { return (nil, nil) }
            return (nil, state.slots.remove(at: index).onIdle)
        }
        granted?.deliver()
        onIdle?()
    }

    // MARK: Instances

    /// Lets an instance take requests, those that wait first.
    public func add(_ instance: RunningInstance) {
        let granted = state.withLock { state -> [PoolGrant] in
            state.newestSlot += 1
            state.refusal = nil
            state.slots.append(
                PoolState.Slot(number: state.newestSlot, instance: instance, capacity: max(1, instance.concurrency))
            )
            var granted: [PoolGrant] = []
            while let next = state.grantNext(for: self) { granted.append(next) }
            return granted
        }
        for grant in granted { grant.deliver() }
    }

    /// Sends an instance no further requests; those it has go on. `onIdle` is called once it has none, at once where it has
    /// none now.
    public func remove(_ id: InstanceID, onIdle: (@Sendable () -> Void)? = nil) {
        let isIdle = state.withLock { state -> Bool in
            guard let index = state.slots.firstIndex(where: { $0.instance.id == id }) else { return true }
            guard state.slots[index].inFlight > 0 else {
                state.slots.remove(at: index)
                return true
            }
            state.slots[index].isLeaving = true
            if let onIdle { state.slots[index].onIdle = onIdle }
            return false
        }
        if isIdle { onIdle?() }
    }

    /// Answers those that wait, and those to come while no slot is free, with a reason until an instance is added.
    public func refuse(with error: FuncError, retryAfterSeconds: Int) {
        let refusal = PoolRefusal.unavailable(error, retryAfterSeconds: retryAfterSeconds)
        failWaiting(with: refusal) { $0.refusal = refusal }
    }

    /// Lets requests wait again after ``refuse(with:retryAfterSeconds:)``.
    public func allowWaiting() {
        state.withLock { $0.refusal = nil }
    }

    /// Refuses all further requests; those at instances go on.
    public func close() {
        failWaiting(with: .retired) { $0.isClosed = true }
    }

    /// What the pool does now.
    public var statistics: Statistics {
        state.withLock { state in
            Statistics(
                instances: state.slots.count { !$0.isLeaving },
                inFlight: state.inFlight,
                queued: state.waiting.count,
                served: state.served
            )
        }
    }

    // MARK: Queue

    private func expire(_ ticket: PoolTicket, on eventLoop: any EventLoop) {
        let timer = eventLoop.scheduleTask(in: limits.queueTimeout) { [weak self] in
            self?.refuse(ticket, with: .queueTimedOut)
        }
        ticket.lease.whenComplete { _ in timer.cancel() }
    }

    private func refuse(_ ticket: PoolTicket, with refusal: PoolRefusal) {
        let wasWaiting = state.withLock { state -> Bool in
            guard let index = state.waiting.firstIndex(where: { $0 === ticket }) else { return false }
            state.waiting.remove(at: index)
            return true
        }
        if wasWaiting { ticket.promise.fail(refusal) }
    }

    private func failWaiting(with refusal: PoolRefusal, _ change: (inout PoolState) -> Void) {
        let failed = state.withLock { state -> [PoolTicket] in
            change(&state)
            defer { state.waiting.removeAll() }
            return Array(state.waiting)
        }
        for ticket in failed { ticket.promise.fail(refusal) }
    }
}
