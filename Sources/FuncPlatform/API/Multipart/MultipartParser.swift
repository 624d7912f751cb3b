import FuncKit

/// Reads a `multipart/form-data` body (RFC 2046, section 5.1; RFC 7578) as it comes, in constant memory.
///
/// Strict where leniency would leave a body with two readings: line ends are CRLF, every part has one plain
/// `Content-Disposition`, nothing but blanks follows a boundary, and the body ends with the closing one.
struct MultipartParser {
    /// What was read.
    enum Event: Hashable, Sendable {
        case part(MultipartHeader)
        case data([UInt8])
        case endOfPart
    }

    /// Bounds on what a client may make us keep.
    struct Limits: Sendable {
        var headerBytes = 8 << 10
        var parts = 64
        /// Bytes before the first and after the last boundary.
        var paddingBytes = 4 << 10
    }

    private enum State {
        case preamble, boundaryLine, header, body, epilogue
    }

    private let delimiter: [UInt8]
    private let limits: Limits
    private var state = State.preamble
    // The first boundary may stand at the very beginning, as if a line had ended there.
    private var buffer: [UInt8] = [13, 10]
    private var padding = 0
    private var parts = 0

    /// Reads a body whose parts are separated by `boundary`.
    init(boundary: String, limits: Limits = Limits()) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    /// Takes the next bytes.
    /// - Throws: `invalid_argument` for what is no such body.
    mutating func feed(_ bytes: some Sequence<UInt8>) throws -> [Event] {
        buffer += bytes
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// Takes note of the end of the body.
    /// - Throws: `invalid_argument` where it comes too early.
    func finish() throws {
        guard case .epilogue = state else { throw Self.malformed("it ends before its closing boundary") }
    }

    /// Goes one step on; false where more bytes are needed.
    private mutating func step(_ events: inout [Event]) throws -> Bool {
        switch state {
        case .preamble:
            let (skipped, found) = takeUntilDelimiter()
            try count(padding: skipped.count)
            if found { state = .boundaryLine }
            return found
        case .boundaryLine: return try readBoundaryLine()
        case .header: return try readHeader(&events)
        case .body:
            let (data, found) = takeUntilDelimiter()
            if !data.isEmpty { events.append(.data(data)) }
            if found {
                events.append(.endOfPart)
                state = .boundaryLine
            }
            return found
        case .epilogue:
            try count(padding: buffer.count)
            buffer.removeAll()
            return false
        }
    }

    /// After a boundary: `--` at the end of all, else blanks and a line end.
    private mutating func readBoundaryLine() throws -> Bool {
        if buffer.count >= 2, buffer[0] == UInt8(ascii: "-"), buffer[1] == UInt8(ascii: "-") {
            buffer.removeFirst(2)
            state = .epilogue
            return true
        }
        let blanks = buffer.prefix { $0 == 0x20 || $0 == 0x09 }.count
        try count(padding: blanks)
        buffer.removeFirst(blanks)
        guard buffer.count >= 2 else {
            guard buffer.isEmpty || buffer[0] == 13 || buffer[0] == UInt8(ascii: "-") else {
                throw Self.malformed("a boundary is followed by other text")
            }
            return false
        }
        guard buffer[0] == 13, buffer[1] == 10 else { throw Self.malformed("a boundary is followed by other text") }
        parts += 1
        guard parts <= limits.parts else { throw Self.malformed("it has more than \(limits.parts) parts") }
        // The line end stays: a header block may be empty.
        state = .header
        return true
    }

    private mutating func readHeader(_ events: inout [Event]) throws -> Bool {
        guard let end = Self.index(of: [13, 10, 13, 10], in: buffer) else {
            guard buffer.count <= limits.headerBytes else { throw Self.longHeader(limits) }
            return false
        }
        guard end <= limits.headerBytes else { throw Self.longHeader(limits) }
        let block = end > 2 ? Array(buffer[2..<end]) : []
        events.append(.part(try MultipartHeader(block: block)))
        // The last line end may be the one before the next boundary, where a part has no body.
        buffer.removeFirst(end + 2)
        state = .body
        dropsLineEnd = true
        return true
    }

    /// Whether the line end that closes a header block is still before the body.
    private var dropsLineEnd = false

    /// What comes before the next delimiter, as far as it is there, and whether the delimiter was reached.
    private mutating func takeUntilDelimiter() -> (bytes: [UInt8], found: Bool) {
        let skipped = dropsLineEnd ? 2 : 0
        if let index = Self.index(of: delimiter, in: buffer) {
            let data = index > skipped ? Array(buffer[skipped..<index]) : []
            buffer.removeFirst(index + delimiter.count)
            dropsLineEnd = false
            return (data, true)
        }
        // The end of what is there may be the beginning of a delimiter.
        let safe = buffer.count - delimiter.count + 1
        guard safe > skipped else { return ([], false) }
        let data = Array(buffer[skipped..<safe])
        buffer.removeFirst(safe)
        dropsLineEnd = false
        return (data, false)
    }

    private mutating func count(padding bytes: Int) throws {
        padding += bytes
        guard padding <= limits.paddingBytes else { throw Self.malformed("too much stands outside of its parts") }
    }

    private static func index(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        var start = 0
        let last = bytes.count - pattern.count
        while start <= last, let candidate = bytes[start...last].firstIndex(of: pattern[0]) {
            if bytes[candidate..<candidate + pattern.count].elementsEqual(pattern) { return candidate }
            start = candidate + 1
        }
        return nil
    }

    private static func longHeader(_ limits: Limits) -> FuncError {
        malformed("the header of a part has more than \(limits.headerBytes) bytes")
    }

    static func malformed(_ why: String) -> FuncError {
        FuncError(.invalidArgument, "the form is malformed: \(why)")
    }
}
