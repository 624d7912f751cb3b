import Foundation
import Synchronization

/// Drives all transfers of a client on one thread of its own, so that they share connections and no task ever blocks.
///
/// One thread with a libcurl "multi" set is used rather than a thread per blocking transfer: a stream that is followed
/// for hours costs no thread, and a cancellation wakes the thread at once, where a blocking transfer would look at its
/// progress callback once a second only.
final class TransferLoop: Sendable {
    private enum Command: Sendable {
        case start(tag: Int, HTTPRequest, TransferOptions, ResponseBuffer)
        case end(tag: Int)
        case resume(tag: Int)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isRunning = false
        var isStopped = false
        var lastTag = 0
    }

    private let inbox = Mutex(Inbox())
    private let multi: CurlMultiHandle

    /// Opens libcurl; the thread starts with the first transfer.
    /// - Throws: `library_missing`, or `CurlError`.
    init() throws {
        try CurlLibrary.load()
        multi = try CurlMultiHandle()
    }

    /// Starts a transfer and returns the buffer its answer comes through with the closure that ends it early.
    func start(
        _ request: HTTPRequest,
        options: TransferOptions
    ) -> (buffer: ResponseBuffer, cancel: @Sendable () -> Void) {
        let buffer = ResponseBuffer()
        let tag = inbox.withLock { inbox in
            inbox.lastTag += 1
            return inbox.lastTag
        }
        buffer.onDrain { [weak self] in self?.submit(.resume(tag: tag)) }
        submit(.start(tag: tag, request, options, buffer))
        let cancel: @Sendable () -> Void = { [weak self] in
            buffer.finish(.failure(CancellationError()))
            self?.submit(.end(tag: tag))
        }
        return (buffer, cancel)
    }

    /// Ends the thread and with it every transfer.
    func stop() {
        inbox.withLock { $0.isStopped = true }
        multi.wakeUp()
    }

    private func submit(_ command: Command) {
        let mustStart = inbox.withLock { inbox in
            inbox.commands.append(command)
            defer { inbox.isRunning = true }
            return !inbox.isRunning
        }
        guard mustStart else { return multi.wakeUp() }
        Thread.detachNewThread { self.run() }
    }

    // MARK: The thread

    private func run() {
        CurlLibrary.blockBrokenPipeSignal()
        var transfers: [Int: Transfer] = [:]
        while true {
            let (commands, isStopped) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isStopped)
            }
            for command in commands { carryOut(command, &transfers) }
            if isStopped { return endAll(&transfers, CancellationError()) }
            do {
                try multi.perform()
                collectDone(&transfers)
                let wait = endIdle(&transfers)
                try multi.wait(milliseconds: wait)
            } catch {
                return giveUp(&transfers, error)
            }
        }
    }

    /// Leaves after a failure of the whole set; the next transfer starts a new thread.
    private func giveUp(_ transfers: inout [Int: Transfer], _ error: any Error) {
        endAll(&transfers, error)
        let unread = inbox.withLock { inbox in
            defer { inbox.commands = [] }
            inbox.isRunning = false
            return inbox.commands
        }
        for case .start(_, _, _, let buffer) in unread { buffer.finish(.failure(error)) }
    }

    private func carryOut(_ command: Command, _ transfers: inout [Int: Transfer]) {
        switch command {
        case .start(let tag, let request, let options, let buffer):
            do {
                let transfer = try Transfer(tag: tag, request: request, options: options, buffer: buffer)
                try multi.add(transfer.handle)
                transfers[tag] = transfer
            } catch {
                buffer.finish(.failure(error))
            }
        case .end(let tag):
            remove(tag, &transfers)
        case .resume(let tag):
            guard let transfer = transfers[tag] else { return }
            do {
                try transfer.handle.unpause()
            } catch {
                remove(tag, &transfers)
                transfer.buffer.finish(.failure(error))
            }
        }
    }

    private func collectDone(_ transfers: inout [Int: Transfer]) {
        while let done = multi.nextDone() {
            guard let transfer = remove(done.tag, &transfers) else { continue }
            transfer.finish(code: done.code)
        }
    }

    /// Ends transfers that are stuck and returns how long the thread may wait for the network.
    private func endIdle(_ transfers: inout [Int: Transfer]) -> Int {
        var wait = Duration.seconds(60)
        let now = ContinuousClock.now
        for (tag, transfer) in transfers {
            guard let deadline = transfer.idleDeadline() else { continue }
            if deadline <= now {
                remove(tag, &transfers)?.finishIdle()
            } else {
                wait = min(wait, deadline - now)
            }
        }
        return wait.wholeMilliseconds
    }

    @discardableResult
    private func remove(_ tag: Int, _ transfers: inout [Int: Transfer]) -> Transfer? {
        guard let transfer = transfers.removeValue(forKey: tag) else { return nil }
        multi.remove(transfer.handle)
        return transfer
    }

    private func endAll(_ transfers: inout [Int: Transfer], _ error: any Error) {
        for tag in transfers.keys {
            remove(tag, &transfers)?.buffer.finish(.failure(error))
        }
    }
}
