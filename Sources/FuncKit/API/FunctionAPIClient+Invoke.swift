import Foundation

extension FunctionAPIClient {
    /// Longest call that any server allows, with time for a cold start.
    private static let longestCall = Duration.seconds(3600 + 120)

    /// Calls the function and waits for its answer.
    public func invoke(function: String, request: InvokeRequest) async throws -> InvokeResponse {
        var call = functionCall("POST", function, "invoke", attempt: "invoke function '\(function)'")
        try call.setBody(InvokeBody(request))
        call.timeouts.total = Self.longestCall
        return try await transport.value(call)
    }

    /// Calls the function and returns the id of the call at once.
    public func invokeAsync(function: String, request: InvokeRequest) async throws -> String {
        var call = functionCall("POST", function, "invoke-async", attempt: "invoke function '\(function)'")
        try call.setBody(InvokeBody(request))
        return try await transport.value(call, as: AsyncAnswer.self).id
    }

    /// One recorded call.
    public func invocation(_ id: String) async throws -> Invocation {
        var call = self.call("GET", "functions", "invocations", id, attempt: "show invocation '\(id)'")
        call.missing = .invocationNotFound
        return try await transport.value(call)
    }

    /// The latest calls, newest first.
    public func invocations(of function: String, limit: Int) async throws -> [Invocation] {
        var call = functionCall("GET", function, "invocations", attempt: "list invocations of function '\(function)'")
        call.query.append(("limit", String(limit)))
        return try await transport.list(call, key: "invocations")
    }
}

/// Leaves out what is empty: an empty method is the server's to choose, and some take null for a wrong type.
private struct InvokeBody: Encodable {
    let method: String?
    let path: String
    let headers: [String: [String]]
    let query: [String: [String]]
    let body: Data?
    let version: String?

    init(_ request: InvokeRequest) {
        method = request.method.isEmpty ? nil : request.method
        path = request.path
        headers = request.headers
        query = request.query
        body = request.body
        version = request.version
    }
}

private struct AsyncAnswer: Decodable {
    let id: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for key in [CodingKeys.invocationID, .olderInvocationID, .executionID] {
            if let id = try container.nonEmptyText(key) {
                self.id = id
                return
            }
        }
        throw DecodingError.keyNotFound(
            CodingKeys.invocationID,
            .init(codingPath: [], debugDescription: "no invocation id")
        )
    }

    private enum CodingKeys: String, CodingKey {
        case invocationID = "invocation_id"
        case olderInvocationID = "invocationID"
        case executionID = "execution_id"
    }
}
