import Dispatch
import Foundation

/// Keys and signals of a terminal, for as long as a live view has it.
///
/// The terminal is put back as it was before anything else happens to a signal, so that it is in order however the
/// program goes on: stopped by Ctrl-Z, ended by a second Ctrl-C, or finished.
struct LiveSignals {
    private var sources: [any DispatchSourceProtocol] = []
    private var keySource: (any DispatchSourceRead)?
    private var isPaused = false
    private let queue = DispatchQueue(label: "develop.signals")

    /// Begins to listen. Handlers are called on a queue of their own.
    ///
    /// - Parameters:
    ///   - onKeys: Gets what was typed.
    ///   - onAway: The terminal is somebody else's; ``pauseKeys()`` is to be called.
    ///   - onSize: The terminal has another size.
    ///   - onSuspend: The program is about to stop; it does when this returns.
    ///   - onResume: The program goes on.
    ///   - onEnd: A signal asks for the end.
    mutating func start(
        onKeys: @escaping @Sendable ([UInt8]) -> Void,
        onAway: @escaping @Sendable () -> Void,
        onSize: @escaping @Sendable () -> Void,
        onSuspend: @escaping @Sendable () -> Void,
        onResume: @escaping @Sendable () -> Void,
        onEnd: @escaping @Sendable () -> Void
    ) {
        signal(SIGTSTP, SIG_IGN)
        sources = [
            source(SIGWINCH, onSize),
            source(SIGCONT, onResume),
            source(SIGTSTP) {
                TerminalMode.restore()
                onSuspend()
                kill(getpid(), SIGSTOP)
            },
        ]
        sources += [SIGINT, SIGTERM, SIGHUP].map { number in
            source(number) {
                TerminalMode.restore()
                onEnd()
            }
        }
        if isatty(STDIN_FILENO) == 1 { readKeys(onKeys, onAway) }
    }

    /// Takes the keys, where the terminal is ours and has not been set up for it yet.
    mutating func takeKeys() {
        guard let keySource, TerminalMode.isForeground, TerminalMode.takeKeys(), isPaused else { return }
        keySource.resume()
        isPaused = false
    }

    /// Leaves what is typed to whoever has the terminal now.
    mutating func pauseKeys() {
        guard let keySource, !isPaused else { return }
        keySource.suspend()
        isPaused = true
    }

    /// Ends listening and puts the terminal back as it was.
    mutating func stop() {
        for source in sources { source.cancel() }
        sources = []
        keySource?.cancel()
        // A source that is put away while it is suspended brings the program down.
        if isPaused { keySource?.resume() }
        isPaused = false
        keySource = nil
        signal(SIGTSTP, SIG_DFL)
        TerminalMode.restore()
    }

    /// Does what Ctrl-\ does where it is no key.
    func abort() {
        TerminalMode.restore()
        signal(SIGQUIT, SIG_DFL)
        kill(getpid(), SIGQUIT)
    }

    private func source(_ number: Int32, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }

    private mutating func readKeys(
        _ onKeys: @escaping @Sendable ([UInt8]) -> Void,
        _ onAway: @escaping @Sendable () -> Void
    ) {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        source.setEventHandler {
            // In the background, reading would stop the program; the shell reads what is typed.
            guard TerminalMode.isForeground else { return onAway() }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            if count > 0 { onKeys(Array(bytes[..<count])) }
        }
        source.resume()
        keySource = source
    }
}
