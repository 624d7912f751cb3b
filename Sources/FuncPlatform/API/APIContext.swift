import Foundation
import FuncKit
import Hummingbird
import Logging

/// What routes and middleware know of one request to the control API.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Identifier that goes into the answer and the log.
    var requestID: String
    /// Who asks; ``AccessGuard`` finds out. Before that, and on open routes, nobody.
    var principal = Principal(id: "", name: "", kind: .user, grants: Grants())
    /// Id of the workspace that the request is about.
    var workspace = "default"
    /// Id or name of the project that the request is about.
    var project = "default"
    /// Id of the organisation that the path names; empty where it names none.
    var organization = ""
    /// Id of the function that the caller was found to have rights in. Routes get that one, whatever becomes of its name
    /// meanwhile.
    var admittedFunction: String?

    /// Starts out without an identifier; ``RequestIDMiddleware`` sets it.
    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        requestID = ""
    }

    var requestDecoder: JSONDecoder { .functionAPI }
    var responseEncoder: JSONEncoder { .functionAPI }

    /// The function that the request is about.
    /// - Throws: `invalid_argument`.
    func functionReference() throws -> FunctionReference {
        let function = try admittedFunction ?? path("function")
        return FunctionReference(workspace: workspace, project: project, function: function)
    }

    /// A part of the path, percent-decoded.
    /// - Throws: `invalid_argument` for escapes that are not UTF-8.
    func path(_ name: String) throws -> String {
        let raw = parameters.get(name) ?? ""
        guard let text = raw.removingPercentEncoding, !text.isEmpty else {
            throw FuncError(.invalidArgument, "'\(raw)' in the path is not percent-encoded UTF-8")
        }
        return text
    }
}

/// Name of a header field.
typealias FieldName = HTTPFields.Element.Name

extension FieldName {
    // Parsed once; where a literal were no field name, its header would be missing and the tests of it fail.
    static let requestID = FieldName("x-request-id") ?? .server
    static let apiKey = FieldName("x-api-key") ?? .server
    static let idempotencyKey = FieldName("idempotency-key") ?? .server
    static let idempotentReplayed = FieldName("idempotent-replayed") ?? .server
    static let rateLimit = FieldName("x-ratelimit-limit") ?? .server
    static let rateRemaining = FieldName("x-ratelimit-remaining") ?? .server
    static let rateReset = FieldName("x-ratelimit-reset") ?? .server
    static let uploadOffset = FieldName("upload-offset") ?? .server
}

extension Response {
    /// An answer with a JSON body.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws
        -> Response
    {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        let body = try JSONEncoder.functionAPI.encode(value)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
