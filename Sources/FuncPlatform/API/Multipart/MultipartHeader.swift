import FuncKit
import Hummingbird

/// What the header of a form's part says.
struct MultipartHeader: Hashable, Sendable {
    /// Name of the field.
    var name: String
    /// Name of the file, where the part is one.
    var fileName: String?

    /// Reads a block of header lines, without the empty line that ends it.
    /// - Throws: `invalid_argument`.
    init(block: [UInt8]) throws {
        guard let text = String(validating: block, as: UTF8.self) else {
            throw MultipartParser.malformed("the header of a part is not UTF-8")
        }
        var disposition: String?
        for line in try Self.lines(text) {
            guard let colon = line.firstIndex(of: ":"),
                line[..<colon].wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~\-]+/) != nil
            else { throw MultipartParser.malformed("'\(line)' is no header line") }
            let value = line[line.index(after: colon)...].trimmingPrefix { $0 == " " || $0 == "\t" }
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard disposition == nil else { throw MultipartParser.malformed("a part has two dispositions") }
                disposition = String(value)
            case "content-transfer-encoding":
                // RFC 7578, section 4.7: deprecated; only the ones that change nothing are read.
                guard ["7bit", "8bit", "binary"].contains(value.lowercased()) else {
                    throw MultipartParser.malformed("transfer encoding '\(value)' is not supported")
                }
            default: break
            }
        }
        guard let disposition else { throw MultipartParser.malformed("a part has no Content-Disposition") }
        let (kind, parameters) = try Self.parameters(of: disposition)
        guard kind == "form-data", let name = parameters["name"], !name.isEmpty else {
            throw MultipartParser.malformed("'Content-Disposition: \(disposition)' names no field of a form")
        }
        self.name = Self.unescaped(name)
        fileName = parameters["filename"].map(Self.unescaped)
    }

    /// The boundary of a request that brings a form; nil where it brings something else.
    /// - Throws: `invalid_argument`.
    static func boundary(of request: Request) throws -> String? {
        guard let type = request.headers[.contentType], type.lowercased().hasPrefix("multipart/") else { return nil }
        let (kind, parameters) = try parameters(of: type)
        guard kind == "multipart/form-data" else {
            throw FuncError(.invalidArgument, "bodies of type '\(kind)' are not read", hint: "send JSON or a form")
        }
        // RFC 2046, section 5.1.1.
        guard let boundary = parameters["boundary"],
            boundary.wholeMatch(of: /[A-Za-z0-9'()+_,\-.\/:=? ]{0,69}[A-Za-z0-9'()+_,\-.\/:=?]/) != nil
        else { throw MultipartParser.malformed("'Content-Type: \(type)' has no valid boundary") }
        return boundary
    }

    /// By scalars, as CRLF is one character to Swift.
    private static func lines(_ text: String) throws -> [String] {
        guard !text.isEmpty else { return [] }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        return try lines.enumerated().map { index, line in
            let isLast = index == lines.count - 1
            guard isLast || line.last == "\r" else { throw MultipartParser.malformed("a header line ends without CR") }
            let content = isLast ? line : line.dropLast()
            guard !content.contains("\r") else { throw MultipartParser.malformed("a header line has a CR in it") }
            return String(content)
        }
    }

    /// `form-data; name="a"; filename="b.zip"` taken apart; names in lower case.
    private static func parameters(of text: String) throws -> (kind: String, [String: String]) {
        var rest = Substring(text)
        let kind = rest.prefix { $0 != ";" }
        rest = rest[kind.endIndex...]
        var parameters: [String: String] = [:]
        while rest.first == ";" {
            rest = rest.dropFirst().trimmingPrefix { $0 == " " || $0 == "\t" }
            guard !rest.isEmpty else { break }
            guard
                let match = rest.prefixMatch(
                    of: /([A-Za-z0-9!#$%&'*+.^_`|~\-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))[ \t]*/
                )
            else { throw MultipartParser.malformed("'\(text)' has a parameter that cannot be read") }
            let value = match.output.2.map(unquoted) ?? match.output.3.map(String.init) ?? ""
            guard parameters.updateValue(value, forKey: match.output.1.lowercased()) == nil else {
                throw MultipartParser.malformed("'\(text)' has parameter '\(match.output.1)' twice")
            }
            rest = rest[match.range.upperBound...]
        }
        guard rest.isEmpty else { throw MultipartParser.malformed("'\(text)' cannot be read to its end") }
        return (String(kind).lowercased().trimmed, parameters)
    }

    /// Backslashes escape quotes and themselves only: older browsers send whole Windows paths.
    private static func unquoted(_ text: Substring) -> String {
        String(text).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }

    /// Browsers write these three in percent (HTML, "multipart/form-data encoding algorithm").
    private static func unescaped(_ text: String) -> String {
        text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = trimmingPrefix { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
