import Foundation
import FuncKit

/// Whether the local platform gets the port that it is configured for.
struct PortExamination: Sendable {
    let port: Int
    let state: PlatformState

    func finding() -> DoctorFinding {
        let title = port == 0 ? "any" : String(port)
        if case .running(let platform) = state {
            let isOther = port != 0 && platform.port != port
            return DoctorFinding(
                "port",
                .port,
                isOther ? .note : .ok,
                title,
                isOther
                    ? "the local platform (process \(platform.pid)) listens on \(platform.port) instead"
                    : "used by the local platform (process \(platform.pid))",
                fix: isOther ? "run 'hks-func platform stop' and start it again once \(port) is free" : nil
            )
        }
        guard port != 0 else { return DoctorFinding("port", .port, .ok, title, "the platform takes a free port") }
        guard let error = Self.bindError(port) else { return DoctorFinding("port", .port, .ok, title, "free") }
        guard error == EADDRINUSE else {
            return DoctorFinding(
                "port",
                .port,
                .warning,
                title,
                "cannot be listened on: \(String(cString: strerror(error)))",
                fix: "run 'hks-func config set platform.port' with a port above 1023"
            )
        }
        return DoctorFinding(
            "port",
            .port,
            .note,
            title,
            "another program listens on it; the platform takes the next free port",
            fix: "run 'hks-func config set platform.port PORT' to choose one"
        )
    }

    /// The error of an attempt to listen on the loopback address; nil where it works. Nothing is listened for.
    static func bindError(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // As the gateway does: connections of an earlier platform that linger do not count.
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0, listen(descriptor, 1) == 0 else { return errno }
        return nil
    }
}
