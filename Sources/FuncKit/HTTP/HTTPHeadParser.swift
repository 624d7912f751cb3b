/// Puts an answer's head together from the header lines libcurl hands over, interim answers left out.
struct HTTPHeadParser {
    /// What a line led to.
    enum Step: Equatable {
        case more
        case complete(HTTPResponseHead)
        /// More header than any honest server sends.
        case tooLarge
        case malformed
    }

    private static let maxBytes = 128 << 10
    private static let maxFields = 256

    private var head: HTTPResponseHead?
    private var bytes = 0
    private(set) var isComplete = false

    /// Takes one line without its line end; lines after the complete head are trailers and say nothing we use.
    mutating func take(_ line: [UInt8]) -> Step {
        guard !isComplete else { return .more }
        bytes += line.count + 2
        if bytes > Self.maxBytes { return .tooLarge }
        // Header values may hold any bytes; what is not UTF-8 is repaired, never refused.
        let text = String(decoding: line, as: UTF8.self)
        guard let current = head else { return start(with: text) }
        if line.isEmpty { return finish(current) }
        return add(text)
    }

    private mutating func start(with text: String) -> Step {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), let status = Int(parts[1]), (100...999).contains(status)
        else { return .malformed }
        head = HTTPResponseHead(status: status)
        return .more
    }

    private mutating func finish(_ head: HTTPResponseHead) -> Step {
        if head.status < 200 {
            self.head = nil
            return .more
        }
        isComplete = true
        return .complete(head)
    }

    private mutating func add(_ text: String) -> Step {
        guard let colon = text.firstIndex(of: ":") else { return .more }
        guard let count = head?.headers.fields.count, count < Self.maxFields else { return .tooLarge }
        head?.headers.add(String(text[..<colon]).trimmed, String(text[text.index(after: colon)...]).trimmed)
        return .more
    }
}

extension String {
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
