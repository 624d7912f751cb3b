import Foundation

/// What a server says about a failure, in any of the shapes that servers of this API use (reference, section 1.6).
struct APIErrorBody: Decodable {
    var code: ErrorCode?
    var message: String?
    var hint: String?
    var lines: [String] = []
    /// Offset a broken upload may go on from.
    var offset: Int?
    var requestID: String?
    /// Set where the server does not know the route at all.
    var unknownPath: String?

    /// Reads a body; one that is not JSON becomes the message if it is short plain text.
    init(_ response: HTTPResponse) {
        if let body = try? JSONDecoder().decode(Self.self, from: response.body) {
            self = body
            return
        }
        let isPage = response.headers["content-type"]?.lowercased().contains("html") ?? false
        let text = String(decoding: response.body.prefix(2000), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        if !isPage, !text.isEmpty, !text.hasPrefix("<") { message = text }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Every field may have another shape in some dialect; what does not fit is left out rather than fatal.
        let nested = try? container.decodeIfPresent(Nested.self, forKey: .error)
        let meta = try? container.decodeIfPresent(Meta.self, forKey: .meta)
        let details = try? container.decodeIfPresent(Details.self, forKey: .details)
        let rawCode = (try? container.decodeIfPresent(String.self, forKey: .code)) ?? nested?.code
        code = rawCode.flatMap(Self.code)
        message =
            (try? container.decodeIfPresent(String.self, forKey: .error))
            ?? nested?.message
            ?? (try? container.decodeIfPresent(String.self, forKey: .message))
        hint = details?.hint
        lines = details?.lines ?? []
        if let text = try? container.decodeIfPresent(String.self, forKey: .details), !text.isEmpty { lines = [text] }
        offset = details?.offset
        requestID = nested?.requestID ?? meta?.requestID
        unknownPath = try? container.decodeIfPresent(String.self, forKey: .path)
    }

    /// Our codes are lower case; the documented upper-case ones are translated where they mean the same.
    private static func code(_ text: String) -> ErrorCode? {
        switch text {
        case "": nil
        case "INVALID_RUNTIME": .runtimeUnknown
        case "QUOTA_EXCEEDED": .rateLimited
        case "PROVIDER_ERROR", "INTERNAL": .serverError
        case "INVALID_INPUT": .invalidArgument
        case "UNAUTHORIZED": .unauthenticated
        case "NOT_SUPPORTED": .unsupported
        case "TIMEOUT": .timedOut
        case "ALREADY_EXISTS", "FUNCTION_NOT_FOUND", "VERSION_NOT_FOUND", "BUILD_FAILED", "INVOCATION_FAILED":
            ErrorCode(rawValue: text.lowercased())
        // Others say less than the status and what was asked for.
        case _ where text != text.lowercased(): nil
        default: ErrorCode(rawValue: text)
        }
    }

    private struct Nested: Decodable {
        var code: String?
        var message: String?
        var requestID: String?

        enum CodingKeys: String, CodingKey {
            case code, message
            case requestID = "request_id"
        }
    }

    private struct Meta: Decodable {
        var requestID: String?

        enum CodingKeys: String, CodingKey {
            case requestID = "request_id"
        }
    }

    private struct Details: Decodable {
        var hint: String?
        var lines: [String]?
        var offset: Int?
    }

    private enum CodingKeys: String, CodingKey {
        case error, message, code, details, meta, path
    }
}

extension FuncError {
    /// Turns a failed answer into an error: `attempt` says what was attempted, such as `describe function 'hello'`, and
    /// `missing` is the code that a 404 without one of its own stands for.
    init(_ response: HTTPResponse, attempt: String, missing: ErrorCode) {
        let body = APIErrorBody(response)
        let code = body.code ?? Self.code(status: response.status, body: body, missing: missing)
        let said = body.message.flatMap { $0.isEmpty ? nil : $0 } ?? Self.text(status: response.status)
        // The hosted service says so of every path that it does not have.
        if code == .unsupported, body.unknownPath != nil {
            self.init(
                code,
                "this server cannot \(attempt)",
                hint: "use another way, or another context: 'hks-func context list'",
                cause: "HTTP status \(response.status): \(said)",
                requestID: body.requestID ?? response.requestID
            )
            return
        }
        // A server that names the code also names what is missing, or in the way.
        let saysAll = [404, 409].contains(response.status) && body.code != nil && body.message != nil
        self.init(
            code,
            saysAll ? said : "could not \(attempt): \(said)",
            hint: body.hint ?? Self.hint(for: code, response: response),
            cause: "HTTP status \(response.status)",
            requestID: body.requestID ?? response.requestID,
            details: body.lines
        )
    }

    private static func code(status: Int, body: APIErrorBody, missing: ErrorCode) -> ErrorCode {
        switch status {
        case 400, 422: .invalidArgument
        case 401: .unauthenticated
        case 403: .forbidden
        case 404: body.unknownPath == nil ? missing : .unsupported
        case 405, 501: .unsupported
        case 408, 504: .timedOut
        case 409, 412: .conflict
        case 413: .sourceTooLarge
        case 429: .rateLimited
        case 502: .unreachable
        case 503: .overloaded
        case 507: .noSpace
        case 500...: .serverError
        case 300..<400: .protocolError
        default: .invalidArgument
        }
    }

    private static func text(status: Int) -> String {
        switch status {
        case 300..<400: "the server redirects elsewhere"
        case 401: "the server asks for a valid token"
        case 403: "the server does not allow it"
        case 404: "there is no such thing on the server"
        case 409: "it conflicts with what is there"
        case 413: "the server refuses a body of this size"
        case 429: "the server asks for fewer requests"
        case 502: "the server behind the proxy does not answer"
        case 503: "the server is overloaded"
        case 504: "the server took too long"
        default: "the server answered with status \(status)"
        }
    }

    private static func hint(for code: ErrorCode, response: HTTPResponse) -> String? {
        switch code {
        case .unauthenticated: "run 'hks-func login'; 'hks-func context show' tells which token is sent"
        case .functionNotFound: "run 'hks-func list' to see what is deployed"
        case .versionNotFound: "run 'hks-func versions list' to see the versions"
        case .invocationNotFound: "run 'hks-func invocations list' to see the calls that are recorded"
        case .secretNotFound: "run 'hks-func secrets list' to see the secrets"
        case .rateLimited, .overloaded:
            response.headers["retry-after"].map { "try again in \($0)\(Int($0) == nil ? "" : " seconds")" }
                ?? "try again later"
        default: nil
        }
    }
}
