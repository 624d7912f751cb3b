import Foundation
import FuncKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Reads a line from the terminal without showing it.
///
/// The terminal hands over each key as it is pressed, Ctrl-C too, so that no signal ends the program before the terminal is
/// as it was.
enum HiddenInput {
    /// The line without its end; nil at the end of input (Ctrl-D on an empty line).
    /// - Throws: `interrupted` at Ctrl-C and where the command is cancelled, `file_system` where it is no terminal.
    static func readLine() throws -> String? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw failure() }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { throw failure() }
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        var line = HiddenLine()
        while true {
            switch try readByte().map({ line.take($0) }) ?? .end {
            case .more: continue
            case .line: return line.text
            case .end: return line.text.isEmpty ? nil : line.text
            case .interrupt: throw interrupted
            }
        }
    }

    /// The next byte; nil at the end of input.
    private static func readByte() throws -> UInt8? {
        while true {
            if Task.isCancelled { throw interrupted }
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            // Looks up now and then: a signal from elsewhere cancels the command.
            let ready = poll(&waiting, 1, 100)
            guard ready != 0 else { continue }
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte }
            if count < 0, errno == EINTR { continue }
            return nil
        }
    }

    private static let interrupted = FuncError(.interrupted, "interrupted; nothing was changed")

    private static func failure() -> FuncError {
        FuncError(.fileSystem, "standard input is no terminal", cause: String(cString: strerror(errno)))
    }
}

/// What keys make of a line.
struct HiddenLine {
    enum Step {
        case more, line, end, interrupt
    }

    private var bytes: [UInt8] = []

    /// The line so far.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes a key.
    mutating func take(_ byte: UInt8) -> Step {
        switch byte {
        case 3: return .interrupt
        case 4: return .end
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"): return .line
        case 8, 127: dropCharacter()
        // Ctrl-U
        case 21: bytes = []
        default: bytes.append(byte)
        }
        return .more
    }

    /// A character may have several bytes, of which only the first is no continuation.
    private mutating func dropCharacter() {
        while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    }
}
