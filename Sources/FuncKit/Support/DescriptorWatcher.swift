import CProcess
import Dispatch
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Tells when descriptors have something to read, from one thread for all of them.
///
/// In place of Dispatch's read sources: on Linux, setting them up and cancelling them on several threads corrupts what
/// Dispatch keeps of its epoll registrations, and ends the process (swift-corelibs-libdispatch, issue 949).
final class DescriptorWatcher: Sendable {
    /// The one that all use.
    static let shared = DescriptorWatcher()

    /// Names a watch, to end it.
    struct Token: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct Watch {
        let descriptor: Int32
        let queue: DispatchQueue
        let handler: @Sendable () -> Void
        /// Off from the moment at which there is something to read until the handler has returned.
        var isArmed = true
    }

    private struct State {
        var watches: [Int: Watch] = [:]
        var next = 0
        /// Whether a byte lies in the pipe that wakes the thread.
        var isWoken = false
    }

    private let state = Mutex(State())
    private let wakeReadEnd: Int32
    private let wakeWriteEnd: Int32

    private init() {
        var (readEnd, writeEnd): (Int32, Int32) = (-1, -1)
        // Without a pipe the thread looks around on its own every few milliseconds.
        _ = hks_pipe(&readEnd, &writeEnd)
        (wakeReadEnd, wakeWriteEnd) = (readEnd, writeEnd)
        Thread.detachNewThread { [self] in
            while true { wait() }
        }
    }

    /// Calls `handler` on `queue` whenever the descriptor can be read or has come to its end, until the watch is ended.
    func watch(_ descriptor: Int32, on queue: DispatchQueue, handler: @escaping @Sendable () -> Void) -> Token {
        let token = state.withLock { state in
            state.next += 1
            state.watches[state.next] = Watch(descriptor: descriptor, queue: queue, handler: handler)
            return Token(number: state.next)
        }
        wake()
        return token
    }

    /// Ends a watch: the descriptor may be closed as soon as this returns. A call of the handler that is on its way
    /// comes all the same.
    func end(_ token: Token) {
        state.withLock { $0.watches[token.number] = nil }
        wake()
    }

    private func wake() {
        state.withLock { state in
            guard !state.isWoken, wakeWriteEnd >= 0 else { return }
            state.isWoken = write(wakeWriteEnd, "w", 1) == 1
        }
    }

    /// Waits once, and hands on what is ready.
    private func wait() {
        let armed = state.withLock { state in
            state.watches.filter(\.value.isArmed).map { ($0.key, $0.value.descriptor) }
        }
        var entries = [pollfd(fd: wakeReadEnd, events: Int16(POLLIN), revents: 0)]
        entries += armed.map { pollfd(fd: $0.1, events: Int16(POLLIN), revents: 0) }
        let count = poll(&entries, nfds_t(entries.count), wakeReadEnd >= 0 ? -1 : 5)
        guard count > 0 else { return }
        if entries[0].revents != 0 { drainWakes() }
        for (entry, watch) in zip(entries.dropFirst(), armed) where entry.revents != 0 { report(watch.0) }
    }

    private func drainWakes() {
        state.withLock { state in
            var byte: UInt8 = 0
            while read(wakeReadEnd, &byte, 1) == 1 {}
            state.isWoken = false
        }
    }

    private func report(_ number: Int) {
        // Ended meanwhile: the descriptor's number may be another's by now.
        let watch = state.withLock { state -> Watch? in
            state.watches[number]?.isArmed = false
            return state.watches[number]
        }
        guard let watch else { return }
        watch.queue.async { [self] in
            watch.handler()
            state.withLock { $0.watches[number]?.isArmed = true }
            wake()
        }
    }
}
