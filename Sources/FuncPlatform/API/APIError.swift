import Foundation
import FuncKit
import Hummingbird

/// The error body of the Function API.
struct APIError: Encodable, Sendable {
    struct Details: Encodable, Sendable {
        var hint: String?
        var lines: [String]?
        /// Where a broken upload goes on.
        var offset: Int?
    }

    var error: String
    var message: String
    var code: ErrorCode
    var details: Details
    /// The path of a request that no route takes; so clients tell it from a thing that is not there.
    var path: String?
    /// What is wrong by field; the Python SDK shows it.
    var errors: [String: [String]]

    /// Shows what the client may know of `error`.
    init(_ error: FuncError) {
        self.error = error.message
        message = error.message
        code = error.code
        let offset = error.details.lazy.compactMap { $0.hasPrefix("offset: ") ? Int($0.dropFirst(8)) : nil }.first
        details = Details(
            hint: error.hint,
            lines: error.lines.isEmpty || offset != nil ? nil : error.lines,
            offset: offset
        )
        errors = error.field.map { [$0: [error.message]] } ?? [:]
    }

    /// The HTTP status of an error on a path. A secret that a body refers to makes the request unprocessable; only one
    /// that the path names is not found.
    static func status(of code: ErrorCode, at path: String) -> HTTPResponse.Status {
        let place = path.split(separator: "/").dropLast().suffix(2)
        let isOfSecret = place.last == "secrets" && place.first != "functions"
        return code == .secretNotFound && !isOfSecret ? .unprocessableContent : status(of: code)
    }

    /// The HTTP status of an error code.
    static func status(of code: ErrorCode) -> HTTPResponse.Status {
        switch code {
        case .invalidArgument, .nameImmutable, .archiveInvalid, .environmentInvalid, .manifestInvalid: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .functionNotFound, .versionNotFound, .projectNotFound, .invocationNotFound, .triggerNotFound,
            .secretNotFound, .sourceNotFound, .notFound:
            .notFound
        case .conflict, .alreadyExists, .versionConflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .sourceTooLarge: .contentTooLarge
        case .idempotencyKeyReused, .runtimeUnknown, .toolchainMissing, .unsupported, .buildFailed, .buildTimedOut,
            .readinessFailed:
            .unprocessableContent
        case .rateLimited: .tooManyRequests
        case .invocationFailed, .functionFailed, .unreachable, "response_too_large": .badGateway
        case .overloaded, .stillPending, .cancelled, .secretKeyInvalid: .serviceUnavailable
        case .timedOut: .gatewayTimeout
        case .noSpace: .init(code: 507, reasonPhrase: "Insufficient Storage")
        default: .internalServerError
        }
    }
}
