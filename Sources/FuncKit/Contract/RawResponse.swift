import Foundation

/// A response as it stood on the wire, its body without chunk framing.
package struct RawResponse: Sendable {
    /// Status code.
    package var status: Int
    /// Headers in order, names in lower case.
    package var headers: [(name: String, value: String)]
    /// Body.
    package var body: Data

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The first header of a name.
    package subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// All headers of a name.
    package func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The body as a JSON value.
    package func json() throws -> Any { try JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed) }

    /// The body as a JSON object; empty where it is none.
    package func object() throws -> [String: Any] { try json() as? [String: Any] ?? [:] }

    /// Bytes that are no HTTP response.
    package struct Malformed: Error, CustomStringConvertible {
        /// What is wrong.
        package let description: String
    }

    /// Bytes in which a head, or the line before a chunk, has to end.
    private static let longestHead = 256 << 10

    /// Reads the complete responses at the start of `bytes` and drops interim ones.
    static func parse(_ bytes: Data, isHead: Bool, isEnded: Bool) throws -> [RawResponse] {
        // Slices all the way, and no `Data.range(of:)`, which reads all: this is asked after each read, and a body may be long.
        var rest = bytes[...]
        var responses: [RawResponse] = []
        while let end = try find("\r\n\r\n", in: rest) {
            var response = try parseHead(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
            if (100..<200).contains(response.status) { continue }
            if isHead || [204, 304].contains(response.status) {
                responses.append(response)
                continue
            }
            guard let taken = try takeBody(&response, from: rest, isEnded: isEnded) else { break }
            rest = rest.dropFirst(taken)
            responses.append(response)
        }
        return responses
    }

    /// Where a mark stands; nil while it may still come.
    private static func find(_ mark: String, in bytes: Data) throws -> Range<Data.Index>? {
        if let found = bytes.prefix(longestHead).firstRange(of: Array(mark.utf8)) { return found }
        guard bytes.count < longestHead else {
            throw Malformed(description: "no end of the head, or of a line, in \(longestHead >> 10) KiB")
        }
        return nil
    }

    private static func parseHead(_ head: Data) throws -> RawResponse {
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let parts = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        // Some HTTP libraries answer a client that speaks 1.0 in its own version.
        guard parts.count >= 2, ["HTTP/1.1", "HTTP/1.0"].contains(parts[0]), let status = Int(parts[1]) else {
            throw Malformed(description: "status line '\(lines.first ?? "")'")
        }
        let headers = try lines.dropFirst().map { line -> (name: String, value: String) in
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(description: "header line '\(line)'") }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        return RawResponse(status: status, headers: headers, body: Data())
    }

    /// Reads the body; gives the number of bytes that it took, nil while bytes lack.
    private static func takeBody(_ response: inout RawResponse, from rest: Data, isEnded: Bool) throws -> Int? {
        if response["transfer-encoding"] == "chunked" { return try takeChunks(&response, from: rest) }
        guard let text = response["content-length"] else {
            guard isEnded else { return nil }
            response.body = Data(rest)
            return rest.count
        }
        guard let length = length(text, radix: 10), response.values("content-length").count == 1 else {
            throw Malformed(description: "content-length '\(text)'")
        }
        guard rest.count >= length else { return nil }
        response.body = Data(rest.prefix(length))
        return length
    }

    private static func takeChunks(_ response: inout RawResponse, from rest: Data) throws -> Int? {
        var position = rest.startIndex
        var chunks: [Range<Data.Index>] = []
        while let line = try find("\r\n", in: rest[position...]) {
            let text = String(decoding: rest[position..<line.lowerBound], as: UTF8.self)
            guard let size = length(text, radix: 16) else { throw Malformed(description: "chunk size '\(text)'") }
            let end = line.upperBound + size
            guard rest.endIndex >= end + 2 else { return nil }
            chunks.append(line.upperBound..<end)
            position = end + 2
            if size == 0 {
                response.body = chunks.reduce(into: Data()) { $0 += rest[$1] }
                return position - rest.startIndex
            }
        }
        return nil
    }

    /// A length as servers may claim it: digits alone, and no more of them than can be added up.
    private static func length(_ text: String, radix: Int) -> Int? {
        guard let length = Int(text, radix: radix), text.first?.isHexDigit == true, length < Int.max / 4 else {
            return nil
        }
        return length
    }
}
