import NIOHTTP1

/// What a request's authority (`Host`, or the host of an absolute target) stands for.
///
/// Only names that always mean this machine are known, so a page on the web cannot reach the platform through a name
/// of its own that resolves to a loopback address.
enum RequestHost: Equatable {
    /// `127.0.0.1`, `localhost` or `[::1]`.
    case loopback
    /// `LABEL.PROJECT.localhost`, where the label is a function's name or `TAG-NAME`.
    case function(label: Substring, project: Substring)
    /// `PROJECT.localhost`
    case project(Substring)
    /// Any other name below `localhost`, which a trigger may have taken.
    case other

    /// Reads `host[:port]`; nil for every host that is not ours.
    init?(authority: String) {
        let name = authority.utf8.contains { (65...90).contains($0) } ? authority.lowercased() : authority
        guard let host = Self.withoutPort(name[...]) else { return nil }
        if host == "127.0.0.1" || host == "localhost" || host == "[::1]" {
            self = .loopback
            return
        }
        let suffix = ".localhost"
        guard host.utf8.count > suffix.utf8.count, host.hasSuffix(suffix) else { return nil }
        let labels = host.dropLast(suffix.count)
        let parts = labels.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy(Self.isLabel) else { return nil }
        switch parts.count {
        case 1: self = .project(parts[0])
        case 2: self = .function(label: parts[0], project: parts[1])
        default: self = .other
        }
    }

    /// The host of an authority that this type knows, in lower case.
    static func name(in authority: String) -> String {
        let name = authority.lowercased()
        return withoutPort(name[...]).map(String.init) ?? name
    }

    private static func withoutPort(_ authority: Substring) -> Substring? {
        guard let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")) else { return authority }
        if authority.utf8.last == UInt8(ascii: "]") { return authority }
        let port = authority[authority.utf8.index(after: colon)...]
        guard port.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return authority[..<colon]
    }

    private static func isLabel(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
