#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension ContractCheck {
    /// Probes and the orderly stop (points 2 and 3).
    static let life = [
        ContractCheck("probes", point: 2, "readiness and liveness answer 200 to GET and HEAD, and 405 to POST") {
            for path in ["/health/readiness", "/health/liveness"] {
                for (method, expected) in [("GET", 200), ("HEAD", 200), ("POST", 405)] {
                    let request = "\(method) \(path) HTTP/1.1\r\nHost: h\r\n\r\n"
                    let status = try await $0.client.response(to: request).status
                    try demand(status == expected, "\(method) \(path) is answered with \(status), not \(expected)")
                }
            }
        },
        ContractCheck("stop", point: 3, "SIGTERM ends an idle instance with status 0") {
            $0.signal(SIGTERM)
            let status = try await $0.exitStatus()
            try demand(status == 0, "it ended with \(status)")
        },
    ]
}
