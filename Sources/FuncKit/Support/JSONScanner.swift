/// Finds the first byte that cannot stand in JSON (RFC 8259).
struct JSONScanner {
    /// What is wrong, and where.
    struct Fault: Error, Hashable {
        var position: Int
        var reason: String
    }

    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The first fault of the whole document; nil where it has none.
    mutating func fault() -> Fault? {
        do throws(Fault) {
            try value(depth: 0)
            guard peek() == nil else { throw expected("the end of the document") }
            return nil
        } catch {
            return error
        }
    }

    private mutating func value(depth: Int) throws(Fault) {
        guard depth < JSONText.maxDepth else { throw Fault(position: position, reason: "nested too deeply") }
        switch peek() {
        case UInt8(ascii: "{"): try members(depth: depth)
        case UInt8(ascii: "["): try elements(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "-"), .some(48...57): try number()
        default: throw expected("a value")
        }
    }

    private mutating func members(depth: Int) throws(Fault) {
        position += 1
        if take("}") { return }
        repeat {
            guard peek() == UInt8(ascii: "\"") else { throw expected("a name in quotation marks") }
            try string()
            guard take(":") else { throw expected("':'") }
            try value(depth: depth + 1)
        } while take(",")
        guard take("}") else { throw expected("',' or '}'") }
    }

    private mutating func elements(depth: Int) throws(Fault) {
        position += 1
        if take("]") { return }
        repeat { try value(depth: depth + 1) } while take(",")
        guard take("]") else { throw expected("',' or ']'") }
    }

    private mutating func string() throws(Fault) {
        let start = position
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                guard String(validating: bytes[start..<position], as: UTF8.self) != nil else {
                    throw Fault(position: start, reason: "text that is not UTF-8")
                }
                return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw Fault(position: position, reason: "a control character in a text")
            default: position += 1
            }
        }
        throw Fault(position: start, reason: "a text that does not end")
    }

    private mutating func escape() throws(Fault) {
        let rest = bytes[(position + 1)...]
        guard let kind = rest.first, "\"\\/bfnrtu".utf8.contains(kind) else {
            throw Fault(position: position, reason: "an escape that there is not")
        }
        position += 2
        guard kind == UInt8(ascii: "u") else { return }
        let digits = rest.dropFirst().prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
            throw Fault(position: position - 2, reason: "'\\u' without four hexadecimal digits")
        }
        position += 4
    }

    private mutating func number() throws(Fault) {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        var isGood = digits() > 0 && (bytes[first] != UInt8(ascii: "0") || position == first + 1)
        if isGood, position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            isGood = digits() > 0
        }
        if isGood, position < bytes.count, "eE".utf8.contains(bytes[position]) {
            position += 1
            if position < bytes.count, "+-".utf8.contains(bytes[position]) { position += 1 }
            isGood = digits() > 0
        }
        guard isGood else { throw Fault(position: start, reason: "a number that is none") }
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func word(_ text: String) throws(Fault) {
        guard bytes[position...].starts(with: text.utf8) else { throw expected("a value") }
        position += text.utf8.count
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// The next byte that is no blank.
    private mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private func expected(_ what: String) -> Fault {
        guard position < bytes.count else { return Fault(position: position, reason: "\(what) is missing at the end") }
        return Fault(position: position, reason: "\(what) is expected here")
    }
}
