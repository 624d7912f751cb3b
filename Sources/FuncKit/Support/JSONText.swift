import Foundation

/// JSON that a person wrote: where it is malformed, the error says in which line and column.
public enum JSONText {
    /// Deeper documents are not read.
    static let maxDepth = 256

    /// Reads a document; `file` is for the error.
    /// - Throws: `invalid_argument`, located.
    public static func parse(_ document: Data, file: String = "<input>") throws -> JSONValue {
        let bytes = [UInt8](document)
        var scanner = JSONScanner(bytes: bytes)
        if let fault = scanner.fault() { throw error(fault, in: bytes, file: file) }
        do {
            return try JSONValue(parsing: document)
        } catch {
            throw FuncError(.invalidArgument, "'\(file)' holds JSON that cannot be read", because: error)
        }
    }

    /// One document for each line; nil where the text is not several documents, one a line.
    public static func lines(_ text: Data) -> [Data]? {
        let lines = text.split(separator: UInt8(ascii: "\n")).map { Data($0) }.filter { line in
            line.contains { ![0x20, 0x09, 0x0D].contains($0) }
        }
        guard lines.count > 1 else { return nil }
        for line in lines {
            var scanner = JSONScanner(bytes: [UInt8](line))
            guard scanner.fault() == nil else { return nil }
        }
        return lines
    }

    /// Several documents as one list, byte for byte.
    public static func list(of documents: [Data]) -> Data {
        Data("[".utf8) + Data(documents.joined(separator: Data(",\n".utf8))) + Data("]".utf8)
    }

    private static func error(_ fault: JSONScanner.Fault, in bytes: [UInt8], file: String) -> FuncError {
        let before = bytes.prefix(fault.position)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Columns count characters, not bytes.
        let column = String(decoding: before[start...], as: UTF8.self).count + 1
        return FuncError(
            .invalidArgument,
            "malformed JSON: \(fault.reason)",
            location: SourceLocation(file: file, line: line, column: column)
        )
    }
}
