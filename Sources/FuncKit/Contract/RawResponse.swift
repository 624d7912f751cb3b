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

    /// Reads the complete responses at the start of `bytes` and drops interim ones.
    static func parse(_ bytes: Data, isHead: Bool, isEnded: Bool) throws -> [RawResponse] {
        var rest = Data(bytes)
        var responses: [RawResponse] = []
        while let end = rest.range(of: Data("\r\n\r\n".utf8)) {
            var response = try parseHead(rest[rest.startIndex..<end.lowerBound])
            rest = Data(rest[end.upperBound...])
            if (100..<200).contains(response.status) { continue }
            if isHead || [204, 304].contains(response.status) {
                responses.append(response)
                continue
            }
            guard let taken = try takeBody(&response, from: rest, isEnded: isEnded) else { break }
            rest = Data(rest.dropFirst(taken))
            responses.append(response)
        }
        return responses
    }

    private static func parseHead(_ head: Data) throws -> RawResponse {
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let parts = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0] == "HTTP/1.1", let status = Int(parts[1]) else {
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
            response.body = rest
            return isEnded ? rest.count : nil
        }
        guard let length = Int(text), response.values("content-length").count == 1 else {
            throw Malformed(description: "content-length '\(text)'")
        }
        guard rest.count >= length else { return nil }
        response.body = Data(rest.prefix(length))
        return length
    }

    private static func takeChunks(_ response: inout RawResponse, from rest: Data) throws -> Int? {
        var position = rest.startIndex
        var body = Data()
        while let line = rest.range(of: Data("\r\n".utf8), in: position..<rest.endIndex) {
            let text = String(decoding: rest[position..<line.lowerBound], as: UTF8.self)
            guard let size = Int(text, radix: 16) else { throw Malformed(description: "chunk size '\(text)'") }
            let end = line.upperBound + size
            guard rest.endIndex >= end + 2 else { return nil }
            body += rest[line.upperBound..<end]
            position = end + 2
            if size == 0 {
                response.body = body
                return position - rest.startIndex
            }
        }
        return nil
    }
}
