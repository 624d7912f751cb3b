import NIOCore

/// What an ``InstancePool`` keeps under its lock.
struct PoolState {
    struct Slot {
        let number: Int
        let instance: RunningInstance
        let capacity: Int
        var inFlight = 0
        /// Set while the last requests of a removed instance finish.
        var isLeaving = false
        var onIdle: (@Sendable () -> Void)?
    }

    var slots: [Slot] = []
    var waiting = CircularBuffer<PoolTicket>()
    var newestSlot = 0
    var inFlight = 0
    var served = 0
    var refusal: PoolRefusal?
    var isClosed = false
    var onDemand: @Sendable () -> Void = {}

    /// The least loaded instance that takes one more request; the oldest of several, so that load gathers on few.
    var freeSlot: Int? {
        var best: Int?
        for index in slots.indices where !slots[index].isLeaving && slots[index].inFlight < slots[index].capacity {
            if let current = best, slots[current].inFlight <= slots[index].inFlight { continue }
            best = index
        }
        return best
    }

    /// Takes a slot for a request that began to wait when `newestSlot` was the newest instance.
    mutating func take(_ index: Int, for pool: InstancePool, newestSlot: Int) -> InstanceLease {
        slots[index].inFlight += 1
        inFlight += 1
        served += 1
        let slot = slots[index]
        return InstanceLease(
            instance: slot.instance,
            coldStart: slot.number > newestSlot,
            pool: pool,
            slot: slot.number
        )
    }

    /// Takes a slot for the request that has waited longest.
    mutating func grantNext(for pool: InstancePool) -> PoolGrant? {
        guard !waiting.isEmpty, let index = freeSlot else { return nil }
        let ticket = waiting.removeFirst()
        return PoolGrant(ticket: ticket, lease: take(index, for: pool, newestSlot: ticket.newestSlot))
    }
}

/// A slot that was found for a waiting request.
struct PoolGrant {
    let ticket: PoolTicket
    let lease: InstanceLease

    /// Kept out of the lock: completing a promise may run the waiting request at once.
    func deliver() {
        ticket.promise.succeed(lease)
    }
}
