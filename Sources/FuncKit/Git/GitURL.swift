import Foundation

/// What must be known about addresses of git repositories.
enum GitURL {
    /// Whether `text` has the short ssh form `user@host:path`.
    static func isShortForm(_ text: String) -> Bool {
        text.wholeMatch(of: #/[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^:].*/#) != nil
    }

    /// The address as it may be shown: without the password, and for https without the user, which may be a token.
    static func withoutCredentials(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        let user = authority[..<at].prefix { $0 != ":" }
        let shown = url[..<scheme.lowerBound].lowercased() == "ssh" ? user + "@" : ""
        return String(url[..<scheme.upperBound] + shown + rest[rest.index(after: at)...])
    }
}
