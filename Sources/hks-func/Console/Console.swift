import Foundation
import FuncKit
import Synchronization

/// The only way to the user: results on stdout, all else on stderr, in the form that was asked for.
final class Console: Sendable {
    let format: OutputFormat
    let isQuiet: Bool
    let isVerbose: Bool
    /// Whether questions may be asked.
    let mayAsk: Bool
    let terminal: TerminalInfo
    let outputStyle: TextStyle
    let errorStyle: TextStyle
    private let streams: Streams
    /// Whether nobody watches, as far as is known.
    let isAutomated: Bool
    private let statusLine = Mutex("")
    private let currentPlace = Mutex<String?>(nil)
    private let screenOwner = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// The three standard streams, or their stand-ins.
    struct Streams: Sendable {
        var output: any ConsoleStream
        var error: any ConsoleStream
        /// One line of input without its end; nil at the end of input.
        var readLine: @Sendable () -> String?
        /// The same without showing what is typed; nil where that cannot be had.
        var readHidden: (@Sendable () throws -> String?)?
    }

    init(
        streams: Streams,
        terminal: TerminalInfo,
        format: OutputFormat,
        color: ColorChoice,
        isQuiet: Bool,
        isVerbose: Bool,
        noInput: Bool,
        environment: [String: String]
    ) {
        self.streams = streams
        self.terminal = terminal
        self.format = format
        self.isQuiet = isQuiet
        self.isVerbose = isVerbose
        isAutomated = environment["CI"].map { !$0.isEmpty && $0 != "false" } ?? false
        mayAsk =
            terminal.inputIsTerminal && terminal.errorIsTerminal && !noInput && !isAutomated && !format.isMachine
        outputStyle = TextStyle(
            isEnabled: TerminalInfo.usesColor(color, isTerminal: terminal.outputIsTerminal, environment: environment)
        )
        errorStyle = TextStyle(
            isEnabled: TerminalInfo.usesColor(color, isTerminal: terminal.errorIsTerminal, environment: environment)
        )
    }

    // MARK: Results

    /// Shows the one result of a command.
    func result(_ value: some CommandResult) throws {
        if isQuiet || format == .name {
            try write(value.names.map { $0 + "\n" }.joined())
        } else if format == .human {
            try write(value.text(outputStyle))
        } else {
            try document(value)
        }
    }

    /// Shows a list: a table for people, a bare array for programs.
    func list<Item: ListItem>(_ items: [Item], whenEmpty: String, now: Date) throws {
        if isQuiet || format == .name {
            try write(items.map { $0.listName + "\n" }.joined())
        } else if format == .human {
            let table = Table(headings: Item.headings, rows: items.map(\.cells), whenEmpty: whenEmpty)
            guard terminal.outputIsTerminal else {
                if items.isEmpty { note(whenEmpty) }
                return try write(table.tabSeparated())
            }
            try write(table.aligned(width: terminal.width, style: outputStyle, now: now))
        } else if format == .jsonl {
            for item in items { try line(item) }
        } else {
            try document(items)
        }
    }

    /// Shows one element of a stream: one JSON document a line, or `text` for people.
    func element(_ value: some Encodable, text: @autoclosure () -> String) throws {
        format.isMachine ? try line(value) : try write(text())
    }

    /// Writes a whole JSON or YAML document.
    func document(_ value: some Encodable) throws {
        try write(format == .yaml ? DocumentText.yaml(value) : DocumentText.json(value))
    }

    private func line(_ value: some Encodable) throws {
        try write(DocumentText.jsonLine(value))
    }

    /// Writes to stdout as it is.
    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes bytes to stdout as they are.
    func write(_ bytes: [UInt8]) throws {
        try statusLine.withLock { line in
            erase(line)
            line = ""
            try streams.output.write(bytes)
        }
    }

    // MARK: Narration

    /// Says something that is good to know.
    func note(_ text: String) {
        guard !isQuiet, !format.isMachine else { return }
        say(text)
    }

    /// Says that something was done.
    func success(_ text: String) {
        note("\(errorStyle.good("✓")) \(text)")
    }

    /// Says that something may not be as wanted.
    func warning(_ text: String) {
        guard !format.isMachine else { return }
        say("\(errorStyle.caution("Warning:")) \(text)")
    }

    /// Says what `--verbose` asks for.
    func detail(_ text: String) {
        guard isVerbose else { return }
        say(errorStyle.dim(text))
    }

    /// Writes a line to stderr. A stderr that nobody reads loses nothing that anybody wants.
    func say(_ text: String) {
        if let show = screenOwner.withLock({ $0 }) { return show(text) }
        statusLine.withLock { line in
            erase(line)
            try? streams.error.write(Array((text + "\n").utf8))
            if !line.isEmpty { try? streams.error.write(Array(line.utf8)) }
        }
    }

    /// Puts `text` on a last line of its own that the next call replaces; an empty text takes it away.
    func status(_ text: String) {
        statusLine.withLock { line in
            erase(line)
            line = String(text.prefix(max(10, terminal.width - 1)))
            if !line.isEmpty { try? streams.error.write(Array(line.utf8)) }
        }
    }

    // MARK: A view that moves the cursor

    /// Hands the terminal to a view, which gets what is said from now on; nil takes it back.
    func lend(to view: (@Sendable (String) -> Void)?) {
        screenOwner.withLock { $0 = view }
    }

    /// Writes what moves the cursor, at once; for the view that has the terminal.
    func draw(_ frame: String) throws {
        try statusLine.withLock { _ in try streams.output.write(Array(frame.utf8)) }
    }

    private func erase(_ line: String) {
        guard !line.isEmpty else { return }
        try? streams.error.write(Array("\r\u{1B}[2K".utf8))
    }

    // MARK: Questions

    /// Asks for a line of text; `flag` says what to pass where nothing may be asked.
    /// - Throws: `invalid_argument` naming `flag` where questions are off, `interrupted` at the end of input.
    func ask(_ question: String, default fallback: String?, flag: String) throws -> String {
        guard mayAsk else {
            throw FuncError(.invalidArgument, "missing value: \(question)", hint: "pass \(flag)")
        }
        let suffix = fallback.map { " [\($0)]" } ?? ""
        try? streams.error.write(Array("\(errorStyle.bold(question))\(suffix): ".utf8))
        guard let answer = streams.readLine() else {
            throw FuncError(.interrupted, "input ended before '\(question)' was answered")
        }
        let trimmed = answer.trimmingCharacters(in: .whitespaces)
        if trimmed.isEmpty, let fallback { return fallback }
        return trimmed
    }

    /// Asks for a text that is not shown; `otherwise` says what to do where nothing may be asked.
    /// - Throws: `invalid_argument` where questions are off, `interrupted` at Ctrl-C and at the end of input.
    func askHidden(_ question: String, otherwise: String) throws -> String {
        guard mayAsk, let read = streams.readHidden else {
            throw FuncError(.invalidArgument, "missing value: \(question)", hint: otherwise)
        }
        try? streams.error.write(Array("\(errorStyle.bold(question)) (not shown): ".utf8))
        defer { try? streams.error.write(Array("\n".utf8)) }
        guard let answer = try read() else {
            throw FuncError(.interrupted, "input ended before '\(question)' was answered")
        }
        return answer
    }

    /// Reads another line of an answer that has several; nil at the end of input.
    func readAnotherLine() -> String? { streams.readLine() }

    /// The server that a command changes things on, as people are told; nil for this machine's own.
    var place: String? {
        get { currentPlace.withLock { $0 } }
        set { currentPlace.withLock { $0 = newValue } }
    }

    /// Says where something is changed, or would be, unless that is on this machine.
    func announcePlace() {
        if let place { note("Target: \(place)") }
    }

    /// Asks before something is destroyed, and says where unless that is on this machine.
    /// - Throws: `invalid_argument` naming `--yes` where questions are off, `cancelled` on any answer but yes.
    func confirm(_ question: String, isConfirmed: Bool) throws {
        if isConfirmed { return announcePlace() }
        let stem = question.hasSuffix("?") ? String(question.dropLast()) : question
        let question = place.map { "\(stem) in \($0)?" } ?? question
        guard mayAsk else {
            throw FuncError(.invalidArgument, "not done without confirmation: \(question)", hint: "pass --yes")
        }
        let answer = try ask("\(question) (yes/no)", default: "no", flag: "--yes")
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw FuncError(.cancelled, "not confirmed; nothing was changed")
        }
    }
}
