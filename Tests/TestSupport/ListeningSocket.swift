import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A free TCP port of the loopback address that is listened on, and says nothing, for as long as this lives.
public final class ListeningSocket: Sendable {
    /// No port could be had.
    public struct Failed: Error {
        /// Why.
        public let errorNumber: Int32
    }

    /// The port.
    public let port: UInt16
    private let descriptor: Int32

    /// Listens on a port, without one on that which the system chooses.
    public init(port wanted: UInt16 = 0) throws {
        #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        // A child of another test must not keep the port.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = wanted.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else { throw Failed(errorNumber: errno) }
    }

    private static let lastTaken = Mutex(UInt16.random(in: 10_000..<19_000))

    /// A port that nobody listens on, for a program that is told one. It is outside of those that the system gives away, and
    /// is given once in this process, so that no two tests get the same.
    public static func freePort() throws -> UInt16 {
        for _ in 0..<500 {
            let port = lastTaken.withLock { last in
                last = last >= 19_999 ? 10_000 : last + 1
                return last
            }
            if (try? ListeningSocket(port: port)) != nil { return port }
        }
        throw Failed(errorNumber: EADDRINUSE)
    }

    deinit {
        close(descriptor)
    }

    /// Whether a client waits to be accepted.
    public func hasConnection() -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 1
    }
}
