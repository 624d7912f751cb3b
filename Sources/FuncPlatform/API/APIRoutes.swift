import FuncKit
import Hummingbird

/// One operation of the HTTP API: what the OpenAPI document describes and the role table lists.
struct APIOperation: Hashable, Sendable {
    /// Such as `GET`.
    var method: String
    /// The path as OpenAPI writes it, such as `/functions/{function}`.
    var path: String
    /// Who may take it.
    var access: Access
}

/// Every operation of the API and the router over them. A route cannot be added without saying who may take it.
///
/// Paths are taken with and without a trailing slash; nothing is redirected.
final class APIRoutes {
    let router = Router(context: APIContext.self)
    private(set) var operations: [APIOperation] = []
    private let accessGuard: AccessGuard
    private let limiter: RateLimiter
    private let repeated: RepeatedRequests

    /// Starts without routes; what comes in by any of them passes the three.
    init(accessGuard: AccessGuard, limiter: RateLimiter, repeated: RepeatedRequests) {
        self.accessGuard = accessGuard
        self.limiter = limiter
        self.repeated = repeated
    }

    /// The routes below a path.
    func group(_ path: String) -> APIRouteGroup {
        APIRouteGroup(routes: self, prefix: path)
    }

    fileprivate func add(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        _ handler: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) {
        let operation = APIOperation(method: method.rawValue, path: path, access: access)
        operations.append(operation)
        router.on(RouterPath(path), method: method) { [accessGuard, limiter, repeated] request, context in
            var (request, context) = (request, context)
            try await accessGuard.admit(&request, &context, to: access)
            let standing = access == .open ? nil : try await limiter.take(operation, context)
            var response = try await repeated.answer(request, context, handler)
            if let standing { response.add(standing) }
            return response
        }
    }
}

/// Routes with a common start of their paths.
struct APIRouteGroup {
    fileprivate let routes: APIRoutes
    fileprivate let prefix: String

    /// The routes further below.
    func group(_ path: String) -> APIRouteGroup {
        APIRouteGroup(routes: routes, prefix: prefix + path)
    }

    /// Adds an operation; `path` begins with a slash, or is empty for the group's own path.
    func on(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        _ handler: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) {
        routes.add(method, prefix + path, access, handler)
    }
}
