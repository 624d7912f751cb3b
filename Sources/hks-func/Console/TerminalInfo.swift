import Foundation

/// What the program knows about the terminal it may be attached to.
struct TerminalInfo: Sendable {
    var inputIsTerminal = false
    var outputIsTerminal = false
    var errorIsTerminal = false
    /// Columns of the terminal; 80 where unknown.
    var width = 80

    /// Looks at the three standard streams.
    static func live(environment: [String: String]) -> TerminalInfo {
        var info = TerminalInfo(
            inputIsTerminal: isatty(STDIN_FILENO) == 1,
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1
        )
        var size = winsize()
        if let columns = environment["COLUMNS"].flatMap(Int.init), columns > 0 {
            info.width = columns
        } else if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            info.width = Int(size.ws_col)
        }
        return info
    }

    /// Whether a stream is coloured: the flag decides, else the variables that programs agree on, else the stream itself.
    static func usesColor(_ choice: ColorChoice, isTerminal: Bool, environment: [String: String]) -> Bool {
        switch choice {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if let force = environment["CLICOLOR_FORCE"], force != "0", !force.isEmpty { return true }
        if let disabled = environment["NO_COLOR"], !disabled.isEmpty { return false }
        if environment["CLICOLOR"] == "0" || environment["TERM"] == "dumb" { return false }
        return isTerminal
    }
}
