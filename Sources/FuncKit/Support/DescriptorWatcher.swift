import CProcess
import Foundation
import Synchronization

/// Tells when descriptors become readable, from one thread that never ends.
///
/// Dispatch's read sources are not used for this: where many of them come and go at once, its thread on Linux follows
/// bookkeeping that was freed already (github.com/swiftlang/swift-corelibs-libdispatch/issues/949), and the process
/// crashes. Here an event carries a number that is never used twice, so that a late one finds nobody.
final class DescriptorWatcher: Sendable {
    static let shared = DescriptorWatcher()

    private struct State {
        var lastID: UInt64 = 0
        var handlers: [UInt64: @Sendable () -> Void] = [:]
    }

    private let watch = hks_watch_open()
    private let state = Mutex(State())

    private init() {
        // Without it every watch is refused, and there is nothing to wait for.
        guard watch >= 0 else { return }
        Thread.detachNewThread { [self] in
            var ids = [UInt64](repeating: 0, count: 64)
            while true {
                let count = Int(hks_watch_wait(watch, &ids, Int32(ids.count)))
                for id in ids[..<count] {
                    let handler = state.withLock { $0.handlers[id] }
                    handler?()
                }
            }
        }
    }

    /// Calls `onReadable` once when there is something to read or the other end is gone; ``DescriptorWatch/again()`` asks
    /// for the next time. It is called on the watcher's thread and must not block.
    /// - Returns: nil where the system refuses to watch the descriptor.
    func start(_ descriptor: Int32, onReadable: @escaping @Sendable () -> Void) -> DescriptorWatch? {
        let id = state.withLock { state in
            state.lastID += 1
            state.handlers[state.lastID] = onReadable
            return state.lastID
        }
        guard hks_watch_add(watch, descriptor, id) == 0 else {
            state.withLock { $0.handlers[id] = nil }
            return nil
        }
        return DescriptorWatch(descriptor: descriptor, id: id)
    }

    fileprivate func again(_ target: DescriptorWatch) {
        // It fails only for a descriptor that is not watched any more.
        _ = hks_watch_again(watch, target.descriptor, target.id)
    }

    fileprivate func stop(_ target: DescriptorWatch) {
        _ = hks_watch_remove(watch, target.descriptor)
        state.withLock { $0.handlers[target.id] = nil }
    }
}

/// A descriptor that is watched.
struct DescriptorWatch: Sendable {
    fileprivate let descriptor: Int32
    fileprivate let id: UInt64

    /// Waits for the next time.
    func again() {
        DescriptorWatcher.shared.again(self)
    }

    /// Ends the watch; to be called before the descriptor is closed.
    func stop() {
        DescriptorWatcher.shared.stop(self)
    }
}
