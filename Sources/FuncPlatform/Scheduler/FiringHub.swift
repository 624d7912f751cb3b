import Foundation
import FuncKit
import Synchronization

/// Tells whoever listens what came of the triggers that fired.
final class FiringHub: Sendable {
    /// Firings that wait for a listener that is slow; older ones are dropped.
    private static let maxWaiting = 256

    private let listeners = Mutex<[UUID: AsyncStream<TriggerFiring>.Continuation]>([:])

    /// All firings from now on, until the one who listens stops.
    func firings() -> AsyncStream<TriggerFiring> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TriggerFiring.self,
            bufferingPolicy: .bufferingNewest(Self.maxWaiting)
        )
        let id = UUID()
        listeners.withLock { $0[id] = continuation }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { $0[id] = nil }
        }
        return stream
    }

    /// Passes on one that has ended.
    func publish(_ firing: TriggerFiring) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(firing) }
    }
}
