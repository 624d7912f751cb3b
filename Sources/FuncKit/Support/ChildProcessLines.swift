import Foundation

/// Cuts a stream of bytes into lines of bounded length.
struct ChildProcessLines {
    private let stream: ChildOutputLine.Stream
    private let maxLineBytes: Int
    private var partial: [UInt8] = []
    private var cutBytes = 0

    init(stream: ChildOutputLine.Stream, maxLineBytes: Int) {
        self.stream = stream
        self.maxLineBytes = max(1, maxLineBytes)
    }

    /// Takes the next bytes and gives the lines that they complete.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> [ChildOutputLine] {
        var lines: [ChildOutputLine] = []
        var rest = bytes
        while let start = rest.baseAddress, let end = memchr(start, Int32(UInt8(ascii: "\n")), rest.count) {
            let length = UnsafeRawPointer(end) - start
            keep(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            lines.append(takeLine())
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        keep(rest)
        return lines
    }

    /// The last line where the stream ended without a line end.
    mutating func finish() -> ChildOutputLine? {
        partial.isEmpty && cutBytes == 0 ? nil : takeLine()
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        let room = maxLineBytes - partial.count
        partial.append(contentsOf: bytes.prefix(room))
        cutBytes += max(0, bytes.count - room)
    }

    private mutating func takeLine() -> ChildOutputLine {
        if cutBytes == 0, partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        if cutBytes > 0 { dropTornCharacter() }
        defer {
            partial.removeAll(keepingCapacity: partial.capacity <= 4096)
            cutBytes = 0
        }
        return ChildOutputLine(stream: stream, text: String(decoding: partial, as: UTF8.self), cutBytes: cutBytes)
    }

    /// A cut may fall inside a character; its first bytes alone would be repaired into a sign that was never written.
    private mutating func dropTornCharacter() {
        let tail = partial.suffix(4)
        guard let lead = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return }
        let byte = partial[lead]
        let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        guard partial.count - lead < length else { return }
        cutBytes += partial.count - lead
        partial.removeSubrange(lead...)
    }
}
