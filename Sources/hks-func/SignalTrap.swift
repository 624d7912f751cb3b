import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first one cancels the command, which cleans up; the second one ends the process at once.
final class SignalTrap {
    private let state: State
    private let sources: [any DispatchSourceSignal]

    /// Watches from now on; `cancel` is called once.
    init(cancel: @escaping @Sendable () -> Void) {
        let state = State(cancel: cancel)
        self.state = state
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { state.receive(number) }
            source.resume()
            return source
        }
    }

    /// The status to leave with: that of the signal if one came and the command did not end well in spite of it.
    func status(replacing status: Int32) -> Int32 {
        guard let number = state.received, status != ExitStatus.success.rawValue else { return status }
        return 128 + number
    }

    private final class State: Sendable {
        private let first = Mutex<Int32?>(nil)
        private let cancel: @Sendable () -> Void

        init(cancel: @escaping @Sendable () -> Void) {
            self.cancel = cancel
        }

        var received: Int32? { first.withLock { $0 } }

        func receive(_ number: Int32) {
            let isFirst = first.withLock { first in
                defer { first = first ?? number }
                return first == nil
            }
            guard isFirst else { _exit(128 + number) }
            cancel()
        }
    }
}
