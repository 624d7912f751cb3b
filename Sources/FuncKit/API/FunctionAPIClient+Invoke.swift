import Foundation

extension FunctionAPIClient {
    /// Longest call that any server allows, with time for a cold start.
    static let longestCall = Duration.seconds(3600 + 120)

    /// Calls the function and waits for its answer.
    public func invoke(function: String, request: InvokeRequest) async throws -> InvokeResponse {
        var call = functionCall("POST", function, "invoke", attempt: "invoke function '\(function)'")
        try await refuseVersion(of: request, function)
        try call.setBody(InvokeBody(request))
        call.timeouts.total = Self.longestCall
        return try await value(call, about: function)
    }

    /// Calls the function and returns the id of the call at once.
    public func invokeAsync(function: String, request: InvokeRequest) async throws -> String {
        var call = functionCall("POST", function, "invoke-async", attempt: "invoke function '\(function)'")
        try await refuseVersion(of: request, function)
        try call.setBody(InvokeBody(request))
        return try await value(call, about: function, as: AsyncAnswer.self).id
    }

    /// A server without splits calls the active version, whatever it is asked for.
    private func refuseVersion(of request: InvokeRequest, _ function: String) async throws {
        guard let text = request.version, try await !capabilities().supportsTraffic else { return }
        let wanted = try await version(VersionSelector(text), of: function)
        guard !wanted.isActive else { return }
        throw FuncError(
            .unsupported,
            "this server cannot call v\(wanted.number) of function '\(function)', which is not active",
            hint: "run 'hks-func versions activate v\(wanted.number) --name \(function)' first"
        )
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
        return try await list(call, about: function, key: "invocations")
    }
}

/// Leaves out what is empty: some servers take null for a wrong type. The method is always said: the hosted service takes GET
/// for an empty one, with a body too.
private struct InvokeBody: Encodable {
    let method: String
    let path: String
    let headers: [String: [String]]
    let query: [String: [String]]
    let body: Data?
    let version: String?

    init(_ request: InvokeRequest) {
        method = request.method.isEmpty ? (request.body?.isEmpty ?? true ? "GET" : "POST") : request.method
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
