import Foundation

/// Which proxy, if any, stands between us and a server.
public struct ProxySettings: Hashable, Sendable {
    /// Proxy for `http` URLs.
    public var http: String?
    /// Proxy for `https` URLs.
    public var https: String?
    /// Hosts that are reached directly: names, suffixes, addresses, networks, or `*`, joined by commas.
    public var exceptions: String

    /// No proxy unless values say otherwise.
    public init(http: String? = nil, https: String? = nil, exceptions: String = "") {
        self.http = http
        self.https = https
        self.exceptions = exceptions
    }

    /// Reads the usual variables; the lower-case spelling wins, as it does for curl.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? {
            [name.lowercased(), name].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let fallback = value("ALL_PROXY")
        self.init(
            http: value("HTTP_PROXY") ?? fallback,
            https: value("HTTPS_PROXY") ?? fallback,
            exceptions: value("NO_PROXY") ?? ""
        )
    }

    /// The proxy to try for `url` before ``exceptions`` are looked at; never one for this machine itself.
    func proxy(for url: String) -> String? {
        guard let parts = URLComponents(string: url), let host = parts.host else { return nil }
        if Self.isLoopback(host) { return nil }
        return parts.scheme?.lowercased() == "https" ? https : http
    }

    /// Whether a host name or address means this machine.
    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
