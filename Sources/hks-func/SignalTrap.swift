import Dispatch
import Foundation
import Synchronization

/// Which signal came first.
final class ReceivedSignal: Sendable {
    private let first = Mutex<Int32?>(nil)

    /// The signal; nil where none came.
    var number: Int32? { first.withLock { $0 } }

    /// Notes a signal; true where it is the first one.
    fileprivate func receive(_ number: Int32) -> Bool {
        first.withLock { first in
            defer { first = first ?? number }
            return first == nil
        }
    }
}

/// Ctrl-C, SIGTERM and SIGHUP: the first one cancels the command, which cleans up; the second one ends the process at
/// once. A terminal that goes away counts as SIGTERM.
final class SignalTrap {
    private let received: ReceivedSignal
    private let sources: [any DispatchSourceSignal]

    /// Watches from now on; `cancel` is called once.
    init(_ received: ReceivedSignal, cancel: @escaping @Sendable () -> Void) {
        self.received = received
        sources = [(SIGINT, SIGINT), (SIGTERM, SIGTERM), (SIGHUP, SIGTERM)].compactMap { number, meaning in
            let former = signal(number, SIG_IGN)
            // `nohup` has asked for that, and means it.
            if number == SIGHUP, unsafeBitCast(former, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                return nil
            }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                guard received.receive(meaning) else { _exit(128 + meaning) }
                cancel()
            }
            source.resume()
            return source
        }
    }

    /// The status to leave with: that of the signal if one came and the command did not end well in spite of it.
    func status(replacing status: Int32) -> Int32 {
        guard let number = received.number, status != ExitStatus.success.rawValue else { return status }
        return 128 + number
    }
}
