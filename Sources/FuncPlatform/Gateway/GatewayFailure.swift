import Foundation
import FuncKit
import NIOCore
import NIOHTTP1

/// An answer that the gateway gives by itself because a request cannot be forwarded, or went wrong on the way.
struct GatewayFailure: Error, Sendable {
    /// Status of the answer.
    var status: HTTPResponseStatus
    /// What the body says.
    var error: FuncError
    /// When it is worth trying again.
    var retryAfterSeconds: Int?
    /// Further fields of the header block.
    var fields: [(String, String)] = []

    init(
        _ status: HTTPResponseStatus,
        _ code: ErrorCode,
        _ message: String,
        hint: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.retryAfterSeconds = retryAfterSeconds
        error = FuncError(code, message, hint: hint)
    }

    init(_ status: HTTPResponseStatus, _ error: FuncError, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.error = error
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The header block and body of the answer.
    func answer(requestID: String) -> (head: HTTPResponseHead, body: ByteBuffer) {
        let body = ByteBuffer(bytes: encodedBody())
        var headers = HTTPHeaders([
            ("content-type", "application/json"),
            ("content-length", String(body.readableBytes)),
            ("x-request-id", requestID),
        ])
        if let retryAfterSeconds { headers.add(name: "retry-after", value: String(retryAfterSeconds)) }
        headers.add(contentsOf: fields)
        return (HTTPResponseHead(version: .http1_1, status: status, headers: headers), body)
    }

    private func encodedBody() -> Data {
        let lines = error.details.isEmpty ? nil : error.details
        let envelope = Envelope(
            error: error.message,
            message: error.message,
            code: error.code.rawValue,
            details: .init(hint: error.hint, lines: lines)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings cannot fail; the status alone still tells what happened.
        return (try? encoder.encode(envelope)) ?? Data("{}".utf8)
    }

    private struct Envelope: Encodable {
        var error: String
        var message: String
        var code: String
        var details: Details

        struct Details: Encodable {
            var hint: String?
            var lines: [String]?
        }
    }
}

extension ErrorCode {
    static let badRequest: ErrorCode = "bad_request"
    static let bodyTooLarge: ErrorCode = "body_too_large"
    static let headersTooLarge: ErrorCode = "headers_too_large"
    static let hostNotAllowed: ErrorCode = "host_not_allowed"
    static let methodNotAllowed: ErrorCode = "method_not_allowed"
    static let responseTooLarge: ErrorCode = "response_too_large"
}

extension GatewayFailure {
    static func badRequest(_ message: String) -> GatewayFailure {
        GatewayFailure(.badRequest, .badRequest, message)
    }

    /// The request was malformed; what the parser made of it decides on the status.
    static func malformed(_ error: any Error) -> GatewayFailure {
        if case .headerOverflow? = error as? HTTPParserError {
            return GatewayFailure(
                .requestHeaderFieldsTooLarge,
                .headersTooLarge,
                "the request line and header fields are larger than the gateway takes"
            )
        }
        return badRequest("the request is not valid HTTP/1.1")
    }

    static func bodyTooLarge(limit: Int) -> GatewayFailure {
        GatewayFailure(.payloadTooLarge, .bodyTooLarge, "the request body is larger than \(limit) bytes")
    }

    static func timedOut(afterSeconds seconds: Int) -> GatewayFailure {
        GatewayFailure(
            .gatewayTimeout,
            .timedOut,
            "the function did not answer within \(seconds) s",
            hint: "raise 'timeout' in function.yaml if the function needs longer"
        )
    }

    static let clientStalled = GatewayFailure(.requestTimeout, .timedOut, "the request did not arrive in time")

    static let upstreamDied = GatewayFailure(
        .badGateway,
        .functionFailed,
        "the instance closed the connection before it answered"
    )

    static let upstreamUnreachable = GatewayFailure(
        .badGateway,
        .unreachable,
        "no connection to the instance could be made"
    )

    /// Why a pool gave no instance.
    init(_ refusal: PoolRefusal) {
        switch refusal {
        case .retired:
            self.init(.serviceUnavailable, .stillPending, "the version was taken out of service", retryAfterSeconds: 1)
        case .overloaded:
            self.init(
                .serviceUnavailable,
                .overloaded,
                "too many requests wait for an instance of the function",
                hint: "raise 'scaling.maxScale' or 'concurrency' in function.yaml",
                retryAfterSeconds: 1
            )
        case .queueTimedOut:
            self.init(
                .serviceUnavailable,
                .overloaded,
                "no instance of the function became free in time",
                retryAfterSeconds: 1
            )
        case .unavailable(let error, let seconds):
            self.init(.serviceUnavailable, error, retryAfterSeconds: seconds)
        }
    }
}
