import NIOCore

/// A deadline that is moved with every request and hardly ever reached.
///
/// Moving it back costs an assignment: the scheduled task stays, finds itself early, and schedules itself anew. Bound to
/// its event loop.
final class LazyTimer {
    private let eventLoop: any EventLoop
    private var deadline: NIODeadline = .distantFuture
    private var scheduled: Scheduled<Void>?
    private var scheduledFor: NIODeadline = .distantFuture
    private var onFire: () -> Void

    init(on eventLoop: any EventLoop, onFire: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.onFire = onFire
    }

    /// Moves the deadline; `.distantFuture` stops the timer.
    func set(_ deadline: NIODeadline) {
        self.deadline = deadline
        guard deadline < scheduledFor else { return }
        schedule()
    }

    /// Stops the timer for good and lets go of what it calls.
    func cancel() {
        scheduled?.cancel()
        scheduled = nil
        scheduledFor = .distantFuture
        deadline = .distantFuture
        onFire = {}
    }

    private func schedule() {
        scheduled?.cancel()
        scheduledFor = deadline
        scheduled = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.fire() }
    }

    private func fire() {
        scheduled = nil
        scheduledFor = .distantFuture
        guard deadline < .distantFuture else { return }
        guard NIODeadline.now() >= deadline else { return schedule() }
        deadline = .distantFuture
        onFire()
    }
}
