import Foundation

/// One call of the API.
struct APICall: Sendable {
    var method: String
    /// Path segments after the workspace; each is percent-encoded.
    var path: [String]
    /// Whether `path` starts at the server's root instead.
    var isRooted = false
    /// Collections are registered with a trailing slash.
    var isCollection = false
    var query: [(name: String, value: String)] = []
    var headers: HTTPHeaders = [:]
    var body: HTTPRequest.Body = .none
    var timeouts = HTTPRequest.Timeouts()
    /// What is attempted, for messages: `describe function 'hello'`.
    var attempt: String
    /// What a 404 means where the server does not say.
    var missing: ErrorCode = .notFound
    /// Overrides what the method says about repeating the call.
    var isIdempotent: Bool?
    /// Whether the call carries an `Idempotency-Key`, so that servers which go by it can be asked twice.
    var isKeyed = false
    var retries = true
    var uploadProgress: (@Sendable (Int) -> Void)?

    init(_ method: String, _ path: String..., attempt: String) {
        self.method = method
        self.path = path
        self.attempt = attempt
    }

    /// Sets a JSON body.
    mutating func setBody(_ value: some Encodable) throws {
        body = .data(try JSONEncoder.functionAPI.encode(value))
        headers["content-type"] = "application/json"
    }
}

/// Turns calls into requests with address and credentials, and answers into values or errors.
struct APITransport: Sendable {
    let http: HTTPClient
    /// Scheme, host and port, without a trailing slash.
    let endpoint: String
    let workspace: String
    let tokens: any TokenSource
    /// What is known of the server.
    let memory = ServerMemory()

    /// Takes the address with or without slashes at its end.
    init(http: HTTPClient, endpoint: String, workspace: String, tokens: any TokenSource) {
        var base = endpoint
        while base.hasSuffix("/") { base.removeLast() }
        self.http = http
        self.endpoint = base
        self.workspace = workspace
        self.tokens = tokens
    }

    /// Sends a call and takes any 2xx answer.
    /// - Throws: what the server says, as ``FuncError``.
    func send(_ call: APICall) async throws -> HTTPResponse {
        let response = try await sendAny(call)
        guard response.head.isSuccess else { throw FuncError(response, attempt: call.attempt, missing: call.missing) }
        return response
    }

    /// Sends a call and takes whatever the server answers, unless it wants another token.
    /// - Throws: `unauthenticated` with the way to a valid token.
    func sendAny(_ call: APICall) async throws -> HTTPResponse {
        let response = try await authorised(call, status: \.status) { try await http.send($0) }
        guard response.status != 401 else { throw failure(response, of: call) }
        return response
    }

    private func failure(_ response: HTTPResponse, of call: APICall) -> FuncError {
        var error = FuncError(response, attempt: call.attempt, missing: call.missing)
        if response.status == 401, let hint = tokens.refusalHint { error.hint = hint }
        return error
    }

    /// Sends a request with the token, and once more with a new one where the server refuses that. Nothing was carried
    /// out then, so that any call may be repeated.
    private func authorised<Answer>(
        _ call: APICall,
        status: (Answer) -> Int,
        _ send: (HTTPRequest) async throws -> Answer
    ) async throws -> Answer {
        // One key for all attempts of this call; what is sent after another look at the server is another call.
        let key = call.isKeyed ? UUID().uuidString.lowercased() : nil
        let token = try await tokens.token()
        let answer = try await send(request(for: call, token: token, key: key))
        guard status(answer) == 401, let token, let other = try await tokens.token(after: token) else { return answer }
        return try await send(request(for: call, token: other, key: key))
    }

    /// What the server can do; asked for once. One that does not say has the canonical routes and no more.
    func capabilities() async throws -> Capabilities {
        if let known = await memory.capabilities { return known }
        let call = APICall("GET", "functions", "provider", "capabilities", attempt: "ask the server what it can do")
        let response = try await sendAny(call)
        var capabilities = Capabilities(name: "", version: "")
        if response.head.isSuccess {
            capabilities = try decode(Capabilities.self, from: response, attempt: call.attempt)
        } else if response.status != 404 {
            throw FuncError(response, attempt: call.attempt, missing: call.missing)
        }
        await memory.note(capabilities: capabilities)
        return capabilities
    }

    /// Whether the server goes by `Idempotency-Key`. One that cannot be asked is taken for one that does not.
    private func honoursKeys() async -> Bool {
        (try? await capabilities().supportsIdempotencyKeys) ?? false
    }

    /// Sends a call and decodes the answer.
    func value<T: Decodable>(_ call: APICall, as type: T.Type = T.self) async throws -> T {
        try decode(type, from: try await send(call), attempt: call.attempt)
    }

    /// Sends a call and decodes the list that stands bare or under `key`; null is an empty list.
    func list<T: Decodable & Sendable>(_ call: APICall, key: String, of type: T.Type = T.self) async throws -> [T] {
        try list(in: try await send(call), of: call, key: key)
    }

    /// Reads a list from an answer.
    func list<T: Decodable & Sendable>(in response: HTTPResponse, of call: APICall, key: String) throws -> [T] {
        try reading(response, attempt: call.attempt) {
            try JSONDecoder.functionAPI.decode(WireList<T>.self, from: response.body).items(under: key)
        }
    }

    /// Opens a call whose answer comes piece by piece.
    func stream(_ call: APICall) async throws -> HTTPStreamedResponse {
        let response = try await authorised(call, status: \.head.status) { try await http.stream($0) }
        guard !response.head.isSuccess else { return response }
        var body = Data()
        for try await bytes in response.body {
            body.append(contentsOf: bytes)
            if body.count > 64 << 10 { break }
        }
        let whole = HTTPResponse(head: response.head, body: body, requestID: response.requestID, attempts: 1)
        throw failure(whole, of: call)
    }

    /// Reads a JSON answer.
    /// - Throws: `protocol_error`.
    func decode<T: Decodable>(_ type: T.Type, from response: HTTPResponse, attempt: String) throws -> T {
        try reading(response, attempt: attempt) { try JSONDecoder.functionAPI.decode(type, from: response.body) }
    }

    private func reading<T>(_ response: HTTPResponse, attempt: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch {
            throw FuncError(
                .protocolError,
                "could not \(attempt): the answer of '\(endpoint)' is not what the Function API promises",
                hint: "check that the endpoint is a Function API",
                cause: "\(error)",
                requestID: response.requestID
            )
        }
    }

    private func request(for call: APICall, token: String?, key: String?) throws -> HTTPRequest {
        var request = HTTPRequest(call.method, url(of: call), headers: call.headers, body: call.body)
        request.timeouts = call.timeouts
        request.redirects = .sameOrigin
        request.retries = call.retries
        request.uploadProgress = call.uploadProgress
        if let isIdempotent = call.isIdempotent { request.isIdempotent = isIdempotent }
        if let key {
            request.headers["idempotency-key"] = key
            request.honoursKey = honoursKeys
        }
        if request.headers["accept"] == nil { request.headers["accept"] = "application/json" }
        if let token {
            try ServerOrigin(endpoint).requirePrivacy()
            request.headers["authorization"] = "Bearer \(token)"
        }
        return request
    }

    private func url(of call: APICall) -> String {
        let segments = (call.isRooted ? [] : ["api", "v1", "workspaces", workspace]) + call.path
        let path = segments.map { "/" + PercentEncoding.encode($0) }.joined() + (call.isCollection ? "/" : "")
        let query = call.query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return endpoint + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }
}

/// A list as servers send it: bare, under its plural name, or null.
private struct WireList<T: Decodable & Sendable>: Decodable {
    private let bare: [T]?
    private let named: [String: Item]

    init(from decoder: any Decoder) throws {
        if var container = try? decoder.unkeyedContainer() {
            var items: [T] = []
            while !container.isAtEnd { items.append(try container.decode(T.self)) }
            (bare, named) = (items, [:])
        } else {
            (bare, named) = (nil, try decoder.singleValueContainer().decode([String: Item].self))
        }
    }

    /// - Throws: `DecodingError` where an item is malformed.
    func items(under key: String) throws -> [T] {
        if let bare { return bare }
        guard let named = named[key] else {
            throw DecodingError.valueNotFound([T].self, .init(codingPath: [], debugDescription: "no list '\(key)'"))
        }
        return try named.items.get()
    }

    /// A value that is decoded in vain where it stands beside the list, such as a page number.
    private struct Item: Decodable {
        let items: Result<[T], any Error>

        init(from decoder: any Decoder) throws {
            items = Result {
                let container = try decoder.singleValueContainer()
                return container.decodeNil() ? [] : try container.decode([T].self)
            }
        }
    }
}
