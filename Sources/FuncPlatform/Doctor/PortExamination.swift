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
        guard let error = LoopbackPort.listenError(port) else {
            return DoctorFinding("port", .port, .ok, title, "free")
        }
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
}
