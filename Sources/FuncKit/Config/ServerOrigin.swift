import Foundation
import Glibc

/// Scheme, host and port of a server: what credentials are given for, and never sent beyond.
public struct ServerOrigin: Hashable, Sendable, CustomStringConvertible {
    /// The usual spelling: `https://api.example.com`, with the port where it is not the scheme's own.
    public let description: String
    private let isEncrypted: Bool
    private let host: String

    /// The origin of an address.
    /// - Throws: `config_invalid` where it is no `http` or `https` address.
    public init(_ address: String) throws {
        guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty
        else { throw FuncError(.configInvalid, "'\(address)' is not an http or https address") }
        self.host = host.trimmingCharacters(in: ["[", "]"])
        isEncrypted = scheme == "https"
        let port = parts.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : $0 }
        description = "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "")
    }

    /// Refuses to hand credentials to whoever listens on the way.
    /// - Throws: `config_invalid` for plain `http` to another machine.
    public func requirePrivacy() throws {
        guard !isEncrypted, !isLoopback else { return }
        throw FuncError(
            .configInvalid,
            "credentials are not sent to '\(description)', which is not encrypted",
            hint: "use the server's https address; 'hks-func context add NAME --endpoint https://… --force' changes it"
        )
    }

    /// Whether the name means this machine (RFC 6761, section 6.3) or the address does.
    private var isLoopback: Bool {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        if inet_pton(AF_INET6, host, &six) == 1 { return host == "::1" }
        return host == "localhost" || host.hasSuffix(".localhost")
    }
}
