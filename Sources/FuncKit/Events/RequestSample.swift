import Foundation

/// A request that a file describes: a JSON object whose only member is `request`, in the words of request cases.
public enum RequestSample {
    /// Length of the longest file that is read.
    public static let maxBytes = YAMLDocument.Limits.bytes

    /// Whether a document is of that form; a body that happens to have a member `request` among others is not.
    public static func isRequest(_ value: JSONValue) -> Bool {
        guard case .object(let members) = value else { return false }
        return Array(members.keys) == ["request"]
    }

    /// Reads a document that has to describe a request.
    /// - Throws: `invalid_argument`, located.
    public static func read(_ document: Data, file: String) throws -> InvokeRequest {
        guard document.count <= maxBytes else {
            throw FuncError(
                .invalidArgument,
                "the file has \(document.count) bytes, and the description of a request may have \(maxBytes)",
                hint: "send the body from a file of its own, with --file",
                location: SourceLocation(file: file, line: 1, column: 1)
            )
        }
        guard isRequest(try JSONText.parse(document, file: file)) else {
            throw FuncError(
                .invalidArgument,
                "'\(file)' describes no request",
                hint: "write an object with the only member 'request': "
                    + #"{"request": {"method": "POST", "path": "/", "json": {}}}"#
            )
        }
        do {
            // Flow style of YAML is a superset of JSON, and its nodes know where they stand. It lacks one thing: the escapes
            // of characters in two halves, which are joined first.
            let text = joinedHalves(String(decoding: document, as: UTF8.self))
            let yaml = try YAMLDocument(SourceText(text, file: file))
            let nodes = CaseNodes(source: yaml.source, file: file, isSequence: false)
            guard case .request(let request) = try nodes.input("request", yaml.root) else {
                throw nodes.fault("'request' is missing", at: yaml.root)
            }
            return request
        } catch var error as FuncError {
            error.code = .invalidArgument
            throw error
        }
    }

    /// The text with characters in the place of `\uD83D\uDE00` and its like; the text is JSON.
    private static func joinedHalves(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        var joined: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: "\\"), let high = unit(rest), UTF16.isLeadSurrogate(high),
                let low = unit(rest.dropFirst(6)), UTF16.isTrailSurrogate(low)
            {
                joined += String(decoding: [high, low], as: UTF16.self).utf8
                rest = rest.dropFirst(12)
            } else {
                // An escape is taken as a whole: the second of two backslashes begins none.
                let length = byte == UInt8(ascii: "\\") ? 2 : 1
                joined += rest.prefix(length)
                rest = rest.dropFirst(length)
            }
        }
        return String(decoding: joined, as: UTF8.self)
    }

    /// The code unit that `\uXXXX` in front stands for.
    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard bytes.starts(with: Array("\\u".utf8)) else { return nil }
        return UInt16(String(decoding: bytes.dropFirst(2).prefix(4), as: UTF8.self), radix: 16)
    }
}
