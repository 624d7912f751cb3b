import Foundation

/// A request that the server makes to a function on the caller's behalf (reference: canonical `InvokeRequest`).
public struct InvokeRequest: Codable, Hashable, Sendable {
    /// HTTP method; empty means POST with a body, GET without.
    public var method: String
    /// Path at the function, starting with `/`.
    public var path: String
    /// Header fields, several values each.
    public var headers: [String: [String]]
    /// Query items, several values each.
    public var query: [String: [String]]
    /// The body; base64 on the wire.
    public var body: Data?
    /// Version to call in place of the traffic split: id, number or tag.
    public var version: String?
    /// Whether the handler gets the body's JSON value itself as its event, and its whole result is answered as JSON,
    /// `statusCode` and all. Only functions of type `http` know the difference.
    public var isDirect: Bool
    /// Longest time for this call, in seconds; nil leaves it to the function's own limit, which it cannot exceed.
    public var timeoutSeconds: Int?

    /// Describes a request.
    public init(
        method: String = "",
        path: String = "/",
        headers: [String: [String]] = [:],
        query: [String: [String]] = [:],
        body: Data? = nil,
        version: String? = nil,
        isDirect: Bool = false,
        timeoutSeconds: Int? = nil
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.query = query
        self.body = body
        self.version = version
        self.isDirect = isDirect
        self.timeoutSeconds = timeoutSeconds
    }

    /// Reads the wire form; every field may be missing or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        method = try container.text(.method)
        path = try container.value(.path, or: "/")
        headers = try container.value(.headers, or: [:])
        query = try container.value(.query, or: [:])
        body = try container.decodeIfPresent(Data.self, forKey: .body)
        version = try container.nonEmptyText(.version)
        isDirect = try container.value(.isDirect, or: false)
        timeoutSeconds = try container.decodeIfPresent(Int.self, forKey: .timeoutSeconds)
    }

    /// Writes the wire form; the extensions only where they are used, as other servers do not know them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        try container.encode(path, forKey: .path)
        try container.encode(headers, forKey: .headers)
        try container.encode(query, forKey: .query)
        try container.encodeIfPresent(body, forKey: .body)
        try container.encodeIfPresent(version, forKey: .version)
        if isDirect { try container.encode(true, forKey: .isDirect) }
        try container.encodeIfPresent(timeoutSeconds, forKey: .timeoutSeconds)
    }

    private enum CodingKeys: String, CodingKey {
        case method, path, headers, query, body, version
        case isDirect = "direct"
        case timeoutSeconds = "timeout"
    }
}

/// What a function answered (reference: canonical `InvokeResponse`).
public struct InvokeResponse: Codable, Hashable, Sendable {
    /// The function's own HTTP status.
    public var statusCode: Int
    /// The function's header fields.
    public var headers: [String: [String]]
    /// The body; base64 on the wire.
    public var body: Data
    /// How long the call took, in milliseconds. The wire has nanoseconds in `duration` besides.
    public var durationMilliseconds: Double
    /// Whether an instance had to be started for it.
    public var coldStart: Bool
    /// Identifier of the call.
    public var invocationID: String

    /// Describes an answer.
    public init(
        statusCode: Int,
        headers: [String: [String]] = [:],
        body: Data = Data(),
        durationMilliseconds: Double = 0,
        coldStart: Bool = false,
        invocationID: String = ""
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
        self.durationMilliseconds = durationMilliseconds
        self.coldStart = coldStart
        self.invocationID = invocationID
    }

    /// Reads the wire form, with `duration_ms` where it is there and nanoseconds else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        statusCode = try container.value(.statusCode, or: 0)
        headers = try container.value(.headers, or: [String: JSONValue]()).compactMapValues(\.texts)
        body = try container.value(.body, or: Data())
        durationMilliseconds =
            try container.decodeIfPresent(Double.self, forKey: .durationMilliseconds)
            ?? container.value(.duration, or: 0.0) / 1_000_000
        coldStart = try container.value(.coldStart, or: false)
        invocationID = try container.text(.invocationID)
    }

    /// Writes both duration fields.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(statusCode, forKey: .statusCode)
        try container.encode(headers, forKey: .headers)
        try container.encode(body, forKey: .body)
        try container.encode(Int(durationMilliseconds * 1_000_000), forKey: .duration)
        try container.encode(durationMilliseconds, forKey: .durationMilliseconds)
        try container.encode(coldStart, forKey: .coldStart)
        try container.encode(invocationID, forKey: .invocationID)
    }

    private enum CodingKeys: String, CodingKey {
        case headers, body, duration
        case statusCode = "status_code"
        case durationMilliseconds = "duration_ms"
        case coldStart = "cold_start"
        case invocationID = "invocation_id"
    }
}

/// How far a recorded call came.
public enum InvocationStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case pending, running, completed, failed, timeout
}

/// A recorded call (reference: canonical `InvocationStatus`).
public struct Invocation: Codable, Hashable, Sendable, Identifiable {
    /// Opaque.
    public var id: String
    /// Workspace of the function.
    public var workspaceID: String
    /// Function that was called.
    public var functionID: String
    /// Name of the trigger that led to it; nil for calls that clients made, and where the server does not say.
    public var trigger: String?
    /// How far it came.
    public var status: InvocationStatus
    /// When it began; nil where the server does not say.
    public var startedAt: Date?
    /// When it ended; nil while it runs.
    public var completedAt: Date?
    /// The answer, if there is one.
    public var result: InvokeResponse?
    /// Why it failed, if it did.
    public var error: String?

    /// Describes a call.
    public init(
        id: String,
        workspaceID: String = "",
        functionID: String,
        trigger: String? = nil,
        status: InvocationStatus,
        startedAt: Date? = nil,
        completedAt: Date? = nil,
        result: InvokeResponse? = nil,
        error: String? = nil
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.functionID = functionID
        self.trigger = trigger
        self.status = status
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.result = result
        self.error = error
    }

    /// Reads the wire form, tolerant of missing fields, nulls, year-1 times and the status words of all dialects.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.text(.id)
        workspaceID = try container.text(.workspaceID)
        functionID = try container.text(.functionID)
        trigger = try container.nonEmptyText(.trigger)
        switch try container.text(.status) {
        case "completed", "success", "succeeded": status = .completed
        case "failed", "error": status = .failed
        case "timeout": status = .timeout
        case "running": status = .running
        default: status = .pending
        }
        startedAt = try container.time(.startedAt)
        completedAt = try container.time(.completedAt)
        result = try container.decodeIfPresent(InvokeResponse.self, forKey: .result)
        error = try container.nonEmptyText(.error)
    }

    private enum CodingKeys: String, CodingKey {
        case trigger, status, result, error
        case id = "invocation_id"
        case workspaceID = "workspace_id"
        case functionID = "function_id"
        case startedAt = "started_at"
        case completedAt = "completed_at"
    }
}

extension JSONValue {
    /// The texts of a header field, whether it stands alone or in a list; nil where there is none.
    fileprivate var texts: [String]? {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        default: nil
        }
    }
}
