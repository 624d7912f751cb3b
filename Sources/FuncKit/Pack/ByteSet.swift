/// A set of bytes: what a bracket of a wildcard stands for.
struct ByteSet: Hashable, Sendable {
    private var words: SIMD4<UInt64> = .zero

    /// Whether a byte is in it.
    func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    /// Adds a byte.
    mutating func insert(_ byte: UInt8) {
        words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
    }

    /// All other bytes.
    var inverted: ByteSet {
        var other = self
        other.words = ~words
        return other
    }

    /// Reads the bracket that `pattern` starts with; gives its bytes and its length, or nil if it is malformed.
    ///
    /// As in POSIX and git: `!` or `^` inverts, a `]` in front is itself, `\` escapes, `-` makes a range unless it is
    /// first or last, `[:alpha:]` and the like are classes.
    static func bracket(_ pattern: ArraySlice<UInt8>) -> (set: ByteSet, length: Int)? {
        var reader = BracketReader(rest: pattern.dropFirst())
        guard let set = reader.read() else { return nil }
        return (set, reader.rest.startIndex - pattern.startIndex)
    }
}

/// Reads what stands between the brackets of a wildcard.
private struct BracketReader {
    var rest: ArraySlice<UInt8>
    private var set = ByteSet()
    /// The byte from which a range may start.
    private var previous: UInt8?

    init(rest: ArraySlice<UInt8>) {
        self.rest = rest
    }

    mutating func read() -> ByteSet? {
        let isInverted = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isInverted { rest = rest.dropFirst() }
        repeat {
            guard let byte = rest.popFirst(), readItem(byte) else { return nil }
        } while rest.first != UInt8(ascii: "]")
        rest = rest.dropFirst()
        return isInverted ? set.inverted : set
    }

    /// Reads a byte, a range's second half or a class; false if it is malformed.
    private mutating func readItem(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"):
            guard let escaped = rest.popFirst() else { return false }
            insert(escaped)
        case UInt8(ascii: "-"):
            guard let start = previous, let next = rest.first, next != UInt8(ascii: "]") else {
                insert(byte)
                break
            }
            rest = rest.dropFirst()
            guard let end = next == UInt8(ascii: "\\") ? rest.popFirst() : next else { return false }
            if start <= end { (start...end).forEach { set.insert($0) } }
            previous = nil
        case UInt8(ascii: "["):
            return readClass()
        default:
            insert(byte)
        }
        return true
    }

    private mutating func readClass() -> Bool {
        guard rest.first == UInt8(ascii: ":") else {
            insert(UInt8(ascii: "["))
            return true
        }
        let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        guard inside.endIndex < rest.endIndex else { return false }
        guard inside.last == UInt8(ascii: ":") else {
            insert(UInt8(ascii: "["))
            return true
        }
        guard let isMember = Self.classes[String(decoding: inside.dropLast(), as: UTF8.self)] else { return false }
        (UInt8.min...127).filter(isMember).forEach { set.insert($0) }
        previous = nil
        rest = rest[(inside.endIndex + 1)...]
        return true
    }

    private mutating func insert(_ byte: UInt8) {
        set.insert(byte)
        previous = byte
    }

    private static let lower = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// ASCII only, like git, whatever the locale.
    private static let classes: [String: @Sendable (UInt8) -> Bool] = [
        "alnum": { lower.contains($0) || upper.contains($0) || digits.contains($0) },
        "alpha": { lower.contains($0) || upper.contains($0) },
        "blank": { $0 == 32 || $0 == 9 },
        "cntrl": { $0 < 32 || $0 == 127 },
        "digit": { digits.contains($0) },
        "graph": { (33...126).contains($0) },
        "lower": { lower.contains($0) },
        "print": { (32...126).contains($0) },
        "punct": {
            (33...126).contains($0) && !(lower.contains($0) || upper.contains($0) || digits.contains($0))
        },
        "space": { $0 == 32 || (9...13).contains($0) },
        "upper": { upper.contains($0) },
        "xdigit": { digits.contains($0) || (97...102).contains($0) || (65...70).contains($0) },
    ]
}
