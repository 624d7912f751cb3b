import Foundation

/// Rules for URLs that the platform reads from, or sends browsers to.
enum WebAddress {
    private static let loopbackHosts = ["127.0.0.1", "localhost", "[::1]"]
    private static let maxBytes = 2048

    /// Whether what is read from there can be believed: `https`, or `http` on this machine.
    static func isTrustworthy(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.fragment == nil
        else { return false }
        switch parts.scheme {
        case "https": return true
        case "http": return loopbackHosts.contains(host) || host == "::1"
        default: return false
        }
    }

    /// Whether a sign-in may end there: a program of this machine that listens on a port of its own (RFC 8252, section
    /// 7.3).
    ///
    /// Read letter by letter: whatever a URL parser makes of odd texts, the browser's might make something else of them.
    static func isLoopbackRedirect(_ text: String) -> Bool {
        origin(of: text) != nil
    }

    /// The `http://host:port` of a loopback address; nil for any other.
    static func origin(of text: String) -> String? {
        guard text.utf8.count <= maxBytes, text.utf8.allSatisfy(isPlain) else { return nil }
        for host in loopbackHosts {
            let start = "http://\(host):"
            guard text.hasPrefix(start) else { continue }
            let rest = text.dropFirst(start.count)
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let port = Int(digits), (1...65_535).contains(port), digits.count <= 5 else { return nil }
            let next = rest.dropFirst(digits.count).first
            return next == nil || next == "/" || next == "?" ? start + digits : nil
        }
        return nil
    }

    /// `address` with query items after those that it has. Names and values must need no escapes.
    static func adding(_ items: [(String, String)], to address: String) -> String {
        let query = items.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        guard let mark = address.firstIndex(of: "?") else { return address + "?" + query }
        let isEmpty = address.index(after: mark) == address.endIndex
        return address + (isEmpty || address.hasSuffix("&") ? "" : "&") + query
    }

    /// Visible ASCII that means the same everywhere; no `#`, as what is added would stand behind it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"#<>\\^`{|}".utf8.contains(byte)
    }
}
