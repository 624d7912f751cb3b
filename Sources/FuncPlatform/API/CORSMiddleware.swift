import FuncKit
import Hummingbird

/// Lets pages of the configured origins read answers, and answers what browsers ask before they call. Without
/// configured origins it does nothing.
struct CORSMiddleware: RouterMiddleware {
    typealias Context = APIContext
    let origins: Set<String>

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains(origin.lowercased()) else {
            return try await next(request, context)
        }
        var response: Response
        if request.method == .options {
            response = Response(status: .noContent, headers: Self.preflight)
        } else {
            response = try await next(request, context)
        }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "ETag, Retry-After, Upload-Offset, X-Request-Id"
        response.headers[.vary] = "Origin"
        return response
    }

    private static let preflight: HTTPFields = [
        .accessControlAllowMethods: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        .accessControlAllowHeaders: """
        Origin, Content-Type, Accept, Authorization, Content-Range, Idempotency-Key, If-Match, X-Api-Key, \
        X-Request-Id
        """,
        .accessControlMaxAge: "600",
    ]
}
