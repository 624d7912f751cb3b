import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The terminal's way to hand over keys, which has to be as it was whenever the program stops or ends.
enum TerminalMode {
    private static let before = Mutex<termios?>(nil)

    /// Hands over each key as it is pressed and shows none. Ctrl-C and Ctrl-Z stay signals.
    /// - Returns: Whether standard input is a terminal that does so.
    static func takeKeys() -> Bool {
        before.withLock { before in
            var mode = termios()
            guard tcgetattr(STDIN_FILENO, &mode) == 0 else { return false }
            if before == nil { before = mode }
            mode.c_lflag &= ~tcflag_t(ECHO | ICANON)
            // Ctrl-\ ends a program at once, before the terminal is as it was; as a key it can be put in order first.
            withUnsafeMutableBytes(of: &mode.c_cc) { $0[Int(VQUIT)] = 0 }
            return tcsetattr(STDIN_FILENO, TCSANOW, &mode) == 0
        }
    }

    /// Puts the terminal back as it was before ``takeKeys()``; may be called at any time, and more than once.
    static func restore() {
        before.withLock { before in
            guard var mode = before else { return }
            // It fails only where the terminal is gone.
            _ = tcsetattr(STDIN_FILENO, TCSANOW, &mode)
            before = nil
        }
    }

    /// Whether the terminal is ours at present: a program in the background must neither read from it nor set it up.
    static var isForeground: Bool { tcgetpgrp(STDOUT_FILENO) == getpgrp() }

    /// Columns and rows of the terminal at present; nil where it does not say.
    static func size() -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
