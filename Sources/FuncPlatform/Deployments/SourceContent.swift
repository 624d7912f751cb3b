import Foundation
import FuncKit

/// How a client says that it wrote `source_code`.
enum SourceEncoding: String, Codable, Sendable {
    case raw, base64
}

/// What the text in a request's `source_code` stands for.
enum SourceContent: Sendable, Hashable {
    /// One file.
    case file(Data)
    /// A zip, tar or tar.gz archive.
    case archive(Data)

    /// Reads a source. Without an `encoding`, clients send both plain text and Base64: it is taken for Base64 only where
    /// that leads to an archive, or to text that can be a program while the input, one long word, can not.
    /// - Throws: `invalid_argument` where it is not the Base64 that it is said to be.
    init(_ text: String, encoding: SourceEncoding?) throws {
        switch encoding {
        case .raw:
            self = .file(Data(text.utf8))
        case .base64:
            guard let decoded = Self.decoded(text) else {
                throw FuncError.field(
                    "source_code",
                    "field 'source_code' is not Base64, as 'source_encoding' says",
                    hint: "send standard Base64 with padding and without line breaks"
                )
            }
            self.init(bytes: decoded)
        case nil:
            guard let decoded = Self.decoded(text), Self.isArchive(decoded) || Self.isProgram(decoded) else {
                self = .file(Data(text.utf8))
                return
            }
            self.init(bytes: decoded)
        }
    }

    /// Tells archives from other files by their first bytes.
    init(bytes: Data) {
        self = Self.isArchive(bytes) ? .archive(bytes) : .file(bytes)
    }

    /// Whether bytes begin like a zip, gzip or tar archive; the first 512 decide.
    static func isArchive(_ bytes: Data) -> Bool {
        if bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) { return true }
        return bytes.count >= 512 && bytes.dropFirst(257).starts(with: Array("ustar".utf8))
    }

    /// Strict Base64 (RFC 4648, section 4): the standard alphabet, padded, no line breaks.
    private static func decoded(_ text: String) -> Data? {
        guard !text.isEmpty, text.utf8.count % 4 == 0, let data = Data(base64Encoded: text) else { return nil }
        // Foundation lets bits pass that padding makes meaningless.
        return data.base64EncodedString() == text ? data : nil
    }

    /// Whether bytes are text with something in it that no single word has.
    private static func isProgram(_ bytes: Data) -> Bool {
        guard let text = String(data: bytes, encoding: .utf8) else { return false }
        let isPrintable = text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar.value != 0x7F || "\t\n\r\u{C}".unicodeScalars.contains(scalar)
        }
        return isPrintable && text.utf8.contains { " \n(){};:=<".utf8.contains($0) }
    }
}
