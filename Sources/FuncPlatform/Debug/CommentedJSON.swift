import Foundation
import FuncKit

/// Reads JSON as editors keep it in their settings, with comments and commas before closing brackets, and tells where in
/// the text everything stands.
struct CommentedJSON {
    /// A value with its place, in bytes.
    struct Value {
        enum Content {
            case object([Member])
            case array([Value])
            case string(String)
            case other
        }

        var content: Content
        var range: Range<Int>
        /// Behind the last item of a list or object; nil where it is empty.
        var lastEnd: Int?
        /// Whether a comma follows that item.
        var hasTrailingComma = false

        /// A member's value where that is a text.
        func text(of name: String) -> String? {
            guard case .object(let members) = content,
                case .string(let text)? = members.last(where: { $0.name == name })?.value.content
            else { return nil }
            return text
        }
    }

    /// A member of an object.
    struct Member {
        var name: String
        var value: Value
    }

    /// Deeper than any file that people write.
    private static let maxDepth = 100

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var depth = 0

    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    /// The whole text.
    /// - Throws: `config_invalid` with the place.
    mutating func document() throws -> Value {
        let value = try value()
        try skipBlanks()
        guard position == bytes.count else { throw fault("unexpected text behind the end", at: position) }
        return value
    }

    /// An error with a place.
    func fault(_ message: String, at place: Int) -> FuncError {
        let before = bytes[..<min(place, bytes.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return FuncError(
            .configInvalid,
            message,
            hint: "correct the file, or move it away to have a new one written",
            location: SourceLocation(file: file, line: line, column: place - start + 1)
        )
    }

    private mutating func value() throws -> Value {
        try skipBlanks()
        let start = position
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw fault("values are nested too deeply", at: start) }
        switch peek {
        case UInt8(ascii: "{"): return try object(from: start)
        case UInt8(ascii: "["): return try array(from: start)
        case UInt8(ascii: "\""): return Value(content: .string(try string()), range: start..<position)
        default:
            while let byte = peek, Self.isWordByte(byte) { position += 1 }
            guard position > start else { throw fault("expected a value", at: start) }
            return Value(content: .other, range: start..<position)
        }
    }

    private mutating func object(from start: Int) throws -> Value {
        var members: [Member] = []
        var object = Value(content: .other, range: start..<start)
        try items(of: &object, until: UInt8(ascii: "}")) { scanner in
            guard scanner.peek == UInt8(ascii: "\"") else {
                throw scanner.fault("expected the name of a member", at: scanner.position)
            }
            let name = try scanner.string()
            try scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.fault("expected ':'", at: scanner.position) }
            members.append(Member(name: name, value: try scanner.value()))
        }
        object.content = .object(members)
        object.range = start..<position
        return object
    }

    private mutating func array(from start: Int) throws -> Value {
        var items: [Value] = []
        var array = Value(content: .other, range: start..<start)
        try self.items(of: &array, until: UInt8(ascii: "]")) { items.append(try $0.value()) }
        array.content = .array(items)
        array.range = start..<position
        return array
    }

    private mutating func items(
        of container: inout Value,
        until close: UInt8,
        _ item: (inout CommentedJSON) throws -> Void
    ) throws {
        position += 1
        while true {
            try skipBlanks()
            if take(close) { return }
            guard container.lastEnd == nil || container.hasTrailingComma else {
                throw fault("expected ',' or '\(Character(UnicodeScalar(close)))'", at: position)
            }
            try item(&self)
            container.lastEnd = position
            try skipBlanks()
            container.hasTrailingComma = take(UInt8(ascii: ","))
        }
    }

    private mutating func string() throws -> String {
        let start = position
        position += 1
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\n") {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard take(UInt8(ascii: "\"")) else { throw fault("the quote is not closed", at: start) }
        guard let text = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<position])) else {
            throw fault("this is not a JSON string", at: start)
        }
        return text
    }

    private mutating func skipBlanks() throws {
        while let byte = peek {
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                position += 1
            } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "/") {
                while let byte = peek, byte != UInt8(ascii: "\n") { position += 1 }
            } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
                try skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() throws {
        let start = position
        position += 2
        while peek != nil {
            if peek == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw fault("the comment is not closed", at: start)
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var next: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// Numbers, `true`, `false` and `null`; what exactly they say does not matter here.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
