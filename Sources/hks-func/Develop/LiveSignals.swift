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

    /// What a terminal does to the program.
    enum Happening: Hashable, Sendable {
        /// Bytes of keys were typed.
        case keys([UInt8])
        /// The terminal is somebody else's; ``pauseKeys()`` is to be called.
        case away
        /// It has another size.
        case resized
        /// The program is about to stop; it does when the handler returns.
        case suspending
        /// The program goes on.
        case resumed
        /// A signal asks for the end.
        case ending
    }

    /// Begins to listen; the handler is called on a queue of its own.
    mutating func start(_ handler: @escaping @Sendable (Happening) -> Void) {
        signal(SIGTSTP, SIG_IGN)
        sources = [
            source(SIGWINCH) { handler(.resized) },
            source(SIGCONT) { handler(.resumed) },
            source(SIGTSTP) {
                TerminalMode.restore()
                handler(.suspending)
                kill(getpid(), SIGSTOP)
            },
        ]
        sources += [SIGINT, SIGTERM, SIGHUP].map { number in
            source(number) {
                TerminalMode.restore()
                handler(.ending)
            }
        }
        if isatty(STDIN_FILENO) == 1 { readKeys(handler) }
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

    private mutating func readKeys(_ handler: @escaping @Sendable (Happening) -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        source.setEventHandler {
            // In the background, reading would stop the program; the shell reads what is typed.
            guard TerminalMode.isForeground else { return handler(.away) }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            if count > 0 { handler(.keys(Array(bytes[..<count]))) }
        }
        source.resume()
        keySource = source
    }
}
