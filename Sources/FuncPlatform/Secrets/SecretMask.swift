import Foundation
import FuncKit

/// Finds secret values in texts, in the forms in which programs print them, and puts `***` in their place.
///
/// Every pattern is found by its first four bytes, so that a text without any costs one look at a small table per byte. A
/// pattern counts as found as soon as its first 512 bytes agree, which keeps the work per byte bounded whatever a function
/// writes.
public struct SecretMask: Hashable, Sendable {
    /// What stands in the place of a value.
    static let replacement = "***"
    /// Lines of a value that has several are masked by themselves from this length on: a shorter one, such as `},`, is
    /// no secret.
    static let minLineBytes = 8
    private static let prefixBytes = 512

    /// Patterns by their first four bytes, longest first.
    private let patterns: [UInt32: [[UInt8]]]
    /// Which bytes a pattern begins with.
    private let firstBytes: [Bool]

    /// A mask for these values; nil where none of them is long enough to be told from chance.
    public init?(_ values: [Data]) {
        var forms: Set<[UInt8]> = []
        for value in values where value.count >= Secret.minMaskedBytes {
            forms.formUnion(Self.forms(of: value))
        }
        forms = forms.filter { $0.count >= Secret.minMaskedBytes }
        guard !forms.isEmpty else { return nil }
        var first = [Bool](repeating: false, count: 256)
        for form in forms { first[Int(form[0])] = true }
        firstBytes = first
        patterns = Dictionary(grouping: forms) { Self.key($0, at: 0) }.mapValues { $0.sorted { $0.count > $1.count } }
    }

    /// `text` without the values.
    ///
    /// `isCut` says that the end of a longer text is missing: what may be the beginning of a value there goes, too.
    public func masked(_ text: String, isCut: Bool = false) -> String {
        var text = text
        // A slice of native storage; only bridged text would be copied.
        let found = text.withUTF8 { bytes in
            var found = self.found(in: bytes)
            if isCut, let start = tornStart(in: bytes, after: found.last?.upperBound ?? 0) {
                found.append(start..<bytes.count)
            }
            return found
        }
        guard !found.isEmpty else { return text }
        var result: [UInt8] = []
        var position = 0
        for range in found {
            text.withUTF8 { result += $0[position..<range.lowerBound] }
            result += Array(Self.replacement.utf8)
            position = range.upperBound
        }
        text.withUTF8 { result += $0[position...] }
        return String(decoding: result, as: UTF8.self)
    }

    /// An entry whose texts are without the values.
    func masked(_ entry: LogEntry, isCut: Bool = false) -> LogEntry {
        var entry = entry
        entry.message = masked(entry.message, isCut: isCut)
        entry.requestID = entry.requestID.map { masked($0) }
        entry.traceID = entry.traceID.map { masked($0) }
        if !entry.fields.isEmpty {
            entry.fields = Dictionary(entry.fields.map { (masked($0), masked($1)) }) { first, _ in first }
        }
        return entry
    }

    /// An error whose texts are without the values.
    func masked(_ error: FuncError) -> FuncError {
        var error = error
        error.message = masked(error.message)
        error.cause = error.cause.map { masked($0) }
        error.details = error.details.map { masked($0) }
        error.failures = error.failures.map(masked)
        return error
    }

    // MARK: Searching

    /// Where values stand; those that overlap are one range.
    private func found(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        guard bytes.count >= Secret.minMaskedBytes else { return ranges }
        // How far a long pattern was followed already: it is not followed twice through the same bytes.
        var followed = 0
        for start in 0...(bytes.count - Secret.minMaskedBytes) where firstBytes[Int(bytes[start])] {
            guard let end = longestEnd(in: bytes, at: start, &followed) else { continue }
            if let last = ranges.last, start < last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, end)
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges
    }

    /// Where the longest pattern ends that begins at `start`.
    private func longestEnd(in bytes: UnsafeBufferPointer<UInt8>, at start: Int, _ followed: inout Int) -> Int? {
        for pattern in patterns[Self.key(bytes, at: start)] ?? [] {
            if let end = Self.end(of: pattern, in: bytes, at: start, &followed) { return end }
        }
        return nil
    }

    /// Where the pattern ends if it begins at `start`.
    private static func end(
        of pattern: [UInt8],
        in bytes: UnsafeBufferPointer<UInt8>,
        at start: Int,
        _ followed: inout Int
    ) -> Int? {
        let needed = min(pattern.count, prefixBytes)
        guard start + needed <= bytes.count else { return nil }
        for index in 0..<needed where bytes[start + index] != pattern[index] { return nil }
        var end = start + needed
        guard pattern.count > needed, end >= followed else { return end }
        while end < bytes.count, end - start < pattern.count, bytes[end] == pattern[end - start] { end += 1 }
        followed = end
        return end
    }

    /// Where the last bytes may be the beginning of a value, the longest such beginning first.
    private func tornStart(in bytes: UnsafeBufferPointer<UInt8>, after: Int) -> Int? {
        let all = patterns.values.joined()
        let longest = min(all.map(\.count).max() ?? 0, Self.prefixBytes)
        for start in max(after, bytes.count - longest)..<max(after, bytes.count) where firstBytes[Int(bytes[start])] {
            let tail = bytes[start...]
            if all.contains(where: { $0.starts(with: tail) }) { return start }
        }
        return nil
    }

    private static func key(_ bytes: some RandomAccessCollection<UInt8>, at start: Int) -> UInt32 {
        bytes.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func key(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32 {
        UInt32(bytes[start]) << 24 | UInt32(bytes[start + 1]) << 16 | UInt32(bytes[start + 2]) << 8
            | UInt32(bytes[start + 3])
    }

    // MARK: Forms

    private static func forms(of value: Data) -> Set<[UInt8]> {
        // Bytes that are no text reach a log with signs in their place.
        let text = String(decoding: value, as: UTF8.self)
        let base64 = value.base64EncodedString()
        let urlSafe = base64.replacing("+", with: "-").replacing("/", with: "_")
        var texts = lines(of: text) + [text, escapedInJSON(text)]
        for encoded in [base64, urlSafe] {
            texts += [encoded, String(encoded.prefix { $0 != "=" })]
        }
        texts += percentEncoded(value)
        return Set(texts.map { Array($0.utf8) })
    }

    /// A log has lines, so that a value of several is never found as a whole.
    private static func lines(of text: String) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(line).trimmingCharacters(in: .whitespaces)
        }
        .filter { !$0.isEmpty }
        return lines.count > 1 ? lines.filter { $0.utf8.count >= minLineBytes } : lines
    }

    private static func escapedInJSON(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            .replacing("\r", with: "\\r").replacing("\t", with: "\\t")
    }

    /// As in paths and queries, in both cases of the hex digits, and as in forms, where a blank is a plus sign.
    private static func percentEncoded(_ value: Data) -> [String] {
        func encoded(_ digits: String, blank: String?) -> String {
            let digits = Array(digits)
            return value.map { byte -> String in
                if byte == UInt8(ascii: " "), let blank { return blank }
                let scalar = Unicode.Scalar(byte)
                let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                if isPlain || "-._~".unicodeScalars.contains(scalar) { return String(Character(scalar)) }
                return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
            .joined()
        }
        return ["0123456789ABCDEF", "0123456789abcdef"].flatMap { digits in
            [encoded(digits, blank: nil), encoded(digits, blank: "+")]
        }
    }
}
