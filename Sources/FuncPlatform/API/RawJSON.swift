import Foundation

/// Passes JSON values on byte for byte: read and written again, a number such as `1.0` or one of twenty digits would be
/// another one.
enum RawJSON {
    /// The value of a member of an object, as it stands in `document`; the last one where the name is repeated.
    ///
    /// The document has been read before: that it is valid is not checked again.
    static func member(_ name: String, of document: Data) -> Data? {
        var scanner = Scanner(bytes: Array(document))
        return scanner.member(name)
    }

    /// Whether bytes are one JSON value.
    static func isValid(_ bytes: Data) -> Bool {
        !bytes.isEmpty && (try? JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed)) != nil
    }

    /// An object with one more member.
    static func adding(_ name: String, _ value: Data, to object: Data) -> Data {
        var result = object
        // An encoded object ends with its brace.
        result.removeLast()
        if result.last != UInt8(ascii: "{") { result.append(UInt8(ascii: ",")) }
        return result + Data("\"\(name)\":".utf8) + value + Data("}".utf8)
    }

    /// An object with the names of its members in lower case; anything else as it is, whether or not it is JSON.
    ///
    /// Go takes names in any case, and so do clients written in Go. What is further inside may be the user's own names.
    static func lowercasingNames(of document: Data) -> Data {
        guard document.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") else { return document }
        var bytes = [UInt8](document)
        var (depth, expectsName) = (0, false)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let end = endOfString(bytes, from: index)
                if depth == 1, expectsName { lowercase(&bytes, index..<end) }
                expectsName = false
                index = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                expectsName = bytes[index] == UInt8(ascii: "{")
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): expectsName = true
            default: break
            }
            index += 1
        }
        return Data(bytes)
    }

    private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, bytes.count)
    }

    private static func lowercase(_ bytes: inout [UInt8], _ range: Range<Int>) {
        for index in range where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[index]) { bytes[index] |= 0x20 }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func member(_ name: String) -> Data? {
            guard skipBlanks() == UInt8(ascii: "{") else { return nil }
            position += 1
            var found: Data?
            while skipBlanks() == UInt8(ascii: "\"") {
                let key = value()
                guard skipBlanks() == UInt8(ascii: ":") else { return nil }
                position += 1
                _ = skipBlanks()
                let content = value()
                if (try? JSONDecoder().decode(String.self, from: key)) == name { found = content }
                guard skipBlanks() == UInt8(ascii: ",") else { return found }
                position += 1
            }
            return found
        }

        /// Goes to the next byte that is no blank and gives it.
        private mutating func skipBlanks() -> UInt8? {
            while position < bytes.count {
                switch bytes[position] {
                case 0x20, 0x09, 0x0A, 0x0D: position += 1
                case let byte: return byte
                }
            }
            return nil
        }

        /// Goes past one value and gives it.
        private mutating func value() -> Data {
            let start = position
            var depth = 0
            repeat {
                switch bytes[position] {
                case UInt8(ascii: "\""): skipString()
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    position += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    position += 1
                case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0A, 0x0D: position += 1
                default: skipWord()
                }
            } while depth > 0 && position < bytes.count
            return Data(bytes[start..<position])
        }

        private mutating func skipString() {
            position += 1
            while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            position = min(position + 1, bytes.count)
        }

        /// A number, `true`, `false` or `null`.
        private mutating func skipWord() {
            while position < bytes.count, !",:]} \t\n\r".utf8.contains(bytes[position]) { position += 1 }
        }
    }
}
