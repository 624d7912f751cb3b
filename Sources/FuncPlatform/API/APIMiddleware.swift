import Foundation
import FuncKit
import Hummingbird
import Logging
import NIOCore

/// Gives every request an identifier, and its answer too.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = Self.accepted(request.headers[.requestID]) ?? Identifier.make("req")
        context.logger[metadataKey: "request"] = "\(context.requestID)"
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }

    /// The client's own identifier, where it can stand in a log.
    private static func accepted(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            return nil
        }
        return text
    }
}

/// Turns what routes throw into the error bodies of the Function API; what the client must not know goes to the log.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPError where error.status == .notFound {
            // The router's own: routes throw their errors by name. A known path with a wrong method is no route either.
            var body = APIError(
                FuncError(
                    .notFound,
                    "endpoint not found",
                    hint: "no route takes \(request.method.rawValue) '\(request.uri.path)'"
                )
            )
            body.path = request.uri.path
            return try Response.json(body, status: .notFound)
        } catch {
            let throttled = error as? Throttled
            let known = throttled?.error ?? translated(error)
            let status = APIError.status(of: known.code, at: request.uri.path)
            if status.code >= 500, !(error is FuncError) || known.code == .internalError {
                context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            } else {
                context.logger.debug("request refused", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            var headers: HTTPFields = [:]
            if known.code == .overloaded { headers[.retryAfter] = "1" }
            if let throttled { headers[.retryAfter] = "\(throttled.retryAfter)" }
            if known.code == .unauthenticated { headers[.wwwAuthenticate] = "Bearer" }
            var response = try Response.json(APIError(known), status: status, headers: headers)
            if let standing = throttled?.standing { response.add(standing) }
            return response
        }
    }

    private func translated(_ error: any Error) -> FuncError {
        switch error {
        case let error as FuncError:
            guard error.code != .internalError, APIError.status(of: error.code).code != 500 else {
                return Self.internal
            }
            return error
        case let error as HTTPError where error.status.code < 500:
            return FuncError(.invalidArgument, error.body ?? error.status.reasonPhrase.lowercased())
        case is NIOTooManyBytesError:
            return APIBody.tooLong
        default:
            return Self.internal
        }
    }

    private static let `internal` = FuncError(
        .internalError,
        "the platform failed to answer",
        hint: "its log says more; run 'hks-func platform status' to find it"
    )
}
