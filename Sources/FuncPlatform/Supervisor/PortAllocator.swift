import Foundation
import FuncKit

/// Hands out loopback ports for instances.
///
/// They lie below the range from which the system picks ports for outgoing connections, so that no connection can take one
/// between the look and the instance's `bind`.
struct PortAllocator {
    private static let range = 20_000..<32_768
    private var taken: Set<Int> = []

    /// A port on which nothing listens and that no other instance was given.
    mutating func take() throws -> Int {
        let first = Int.random(in: Self.range)
        for step in 0..<Self.range.count {
            let port = Self.range.lowerBound + (first - Self.range.lowerBound + step) % Self.range.count
            if !taken.contains(port), Self.isFree(port) {
                taken.insert(port)
                return port
            }
        }
        throw FuncError(.overloaded, "no loopback port is free for another instance")
    }

    /// Takes a port back.
    mutating func release(_ port: Int) {
        taken.remove(port)
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Connections that are winding down do not keep a server from listening either.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return status == 0
    }
}
