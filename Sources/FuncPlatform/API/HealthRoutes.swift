import Foundation
import FuncKit
import Hummingbird

/// `/health` and `/ready`: probes that need no token. The first says that the process lives, the second that it can work.
struct HealthRoutes: Sendable {
    let version: String
    let health: PlatformHealth

    func add(to group: APIRouteGroup) {
        group.on(.get, "/health", .open) { _, _ in
            try Response.json(Health(status: "healthy", timestamp: Self.now(), version: version))
        }
        group.on(.get, "/ready", .open) { _, context in
            guard let problem = await health.problem() else {
                return try Response.json(Health(status: "ready", timestamp: Self.now()))
            }
            context.logger.error("not ready", metadata: ["error": "\(problem)", "cause": "\(problem.cause ?? "")"])
            return try Response.json(
                Health(status: "not ready", timestamp: Self.now(), error: problem.message),
                status: .serviceUnavailable
            )
        }
    }

    private static func now() -> Date {
        Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    }

    private struct Health: Encodable {
        var status: String
        var timestamp: Date
        var version: String?
        var error: String?
    }
}
