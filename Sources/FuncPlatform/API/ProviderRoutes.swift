import FuncKit
import Hummingbird

/// `/functions/provider/…`: what the platform can do, and whether it is well.
struct ProviderRoutes: Sendable {
    let capabilities: Capabilities
    let health: PlatformHealth

    func add(to group: APIRouteGroup) {
        group.on(.get, "/provider/capabilities", .signedIn) { _, _ in try Response.json(capabilities) }
        // The path of older clients.
        group.on(.get, "/capabilities", .signedIn) { _, _ in try Response.json(capabilities) }
        group.on(.get, "/provider/health", .signedIn) { _, context in
            guard let problem = await health.problem() else { return try Response.json(["status": "healthy"]) }
            context.logger.error("unhealthy", metadata: ["error": "\(problem)", "cause": "\(problem.cause ?? "")"])
            return try Response.json(Unhealthy(problem), status: .serviceUnavailable)
        }
    }

    /// The one error body whose details are a text: so clients of this route expect it.
    private struct Unhealthy: Encodable {
        var status = "unhealthy"
        var error = "Provider unhealthy"
        var message: String
        var code: ErrorCode
        var details: String

        init(_ problem: FuncError) {
            message = problem.message
            code = problem.code
            details = problem.message
        }
    }
}
