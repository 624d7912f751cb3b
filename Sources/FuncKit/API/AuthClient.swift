import Foundation

/// Speaks the `/auth` routes of a server (reference, section 3.1).
public struct AuthClient: Sendable {
    private let transport: APITransport

    /// Binds a client to a server.
    /// - Parameters:
    ///   - endpoint: base address such as `https://api.example.com`.
    ///   - http: sends the requests.
    ///   - tokens: where the bearer token comes from, for the calls that need one.
    public init(endpoint: String, http: HTTPClient, tokens: any TokenSource = FixedToken(nil)) {
        transport = APITransport(http: http, endpoint: endpoint, workspace: "", tokens: tokens)
    }

    /// Whom the server takes the holder of the token for; nil where the server has no such route.
    /// - Throws: `unauthenticated` where the token is refused, and what any call may throw.
    public func identity() async throws -> ServerIdentity? {
        try await valueIfKnown(try call("GET", "me", attempt: "find out who is logged in"))
    }

    /// Exchanges an API key for a token; nil where the server has no such route, and takes the key itself perhaps.
    /// - Throws: `unauthenticated` where the key is refused, and what any call may throw.
    public func exchange(apiKey: String) async throws -> TokenGrant? {
        let call = try call("POST", "token", body: ["api_key": apiKey], attempt: "exchange the API key for a token")
        return try await valueIfKnown(call)
    }

    /// New tokens for a refresh token, which is used up by that.
    /// - Throws: `unauthenticated` where it is refused, and what any call may throw.
    public func refresh(_ refreshToken: String) async throws -> TokenGrant {
        let call = try call("POST", "refresh", body: ["refresh_token": refreshToken], attempt: "renew the login")
        return try await transport.value(call)
    }

    /// Ends a session on the server.
    /// - Throws: what any call may throw.
    public func logout(refreshToken: String?) async throws {
        let body = refreshToken.map { ["refresh_token": $0] } ?? [:]
        var call = try call("POST", "logout", body: body, attempt: "log out")
        call.timeouts = HTTPRequest.Timeouts(connect: .seconds(5), total: .seconds(10))
        _ = try await transport.send(call)
    }

    // MARK: Signing in

    /// A sign-in that has begun.
    public struct SignIn: Decodable, Hashable, Sendable {
        /// Page on which the user signs in.
        public var pageURL: String
        /// Comes back with the code, and shows that both belong to this sign-in.
        public var state: String
        /// Where the user's browser is sent afterwards, if the server goes by the wish; nil for a page of its own.
        public var redirectURL: String?

        private enum CodingKeys: String, CodingKey {
            case state
            case pageURL = "auth_url"
            case redirectURL = "redirect_url"
        }
    }

    /// Begins a sign-in with an identity provider.
    /// - Throws: `protocol_error` where the page is none for a browser, and what any call may throw.
    func begin(provider: String, proof: ProofKey? = nil, redirectURL: String? = nil) async throws -> SignIn {
        var body: [String: String] = [:]
        body["code_challenge"] = proof?.challenge
        body["code_challenge_method"] = proof.map { _ in "S256" }
        body["redirect_url"] = redirectURL
        let attempt = "begin a sign-in with '\(provider)'"
        let begun: SignIn = try await transport.value(try call("POST", "login", provider, body: body, attempt: attempt))
        // The address is opened by a program of the desktop, which would do other things with other addresses.
        guard let parts = URLComponents(string: begun.pageURL), ["http", "https"].contains(parts.scheme?.lowercased()),
            !(parts.host ?? "").isEmpty, StoredCredential.isToken(begun.pageURL), !begun.state.isEmpty
        else { throw FuncError(.protocolError, "could not \(attempt): the server names no page to sign in on") }
        return begun
    }

    /// Redeems a sign-in.
    /// - Throws: `conflict` where the user has too many sessions, and what any call may throw.
    func redeem(_ code: String, state: String, provider: String, proof: ProofKey?) async throws -> TokenGrant {
        var body = ["code": code, "state": state]
        body["code_verifier"] = proof?.verifier
        let call = try call("POST", "callback", provider, body: body, attempt: "finish the sign-in with '\(provider)'")
        let response = try await transport.sendAny(call)
        // A limit on attempts, unlike one on sessions, says when to come back.
        if response.status == 429, response.headers["retry-after"] == nil { throw Self.tooManySessions(response) }
        guard response.head.isSuccess else { throw FuncError(response, attempt: call.attempt, missing: .unsupported) }
        return try transport.decode(TokenGrant.self, from: response, attempt: call.attempt)
    }

    private static func tooManySessions(_ response: HTTPResponse) -> FuncError {
        FuncError(
            .conflict,
            "could not log in: you have as many sessions as the server allows, which is 3 at most",
            hint:
                "run 'hks-func logout' where you are logged in, or wait until a session has been idle for half an hour",
            cause: "HTTP status \(response.status)",
            requestID: response.requestID
        )
    }

    // MARK: Calls

    private func call(_ method: String, _ path: String..., attempt: String) throws -> APICall {
        // Every one of these calls carries a secret, in its header or in its body.
        try ServerOrigin(transport.endpoint).requirePrivacy()
        var call = APICall(method, attempt: attempt)
        call.path = ["auth"] + path
        call.isRooted = true
        call.missing = .unsupported
        call.timeouts = HTTPRequest.Timeouts(connect: .seconds(10), total: .seconds(30))
        return call
    }

    private func call(
        _ method: String,
        _ path: String...,
        body: [String: String],
        attempt: String
    ) throws -> APICall {
        var call = try call(method, attempt: attempt)
        call.path += path
        try call.setBody(body)
        return call
    }

    /// Sends a call; nil where the server has no such route.
    private func valueIfKnown<T: Decodable>(_ call: APICall) async throws -> T? {
        let response = try await transport.sendAny(call)
        if [404, 405, 501].contains(response.status) { return nil }
        guard response.head.isSuccess else { throw FuncError(response, attempt: call.attempt, missing: call.missing) }
        return try transport.decode(T.self, from: response, attempt: call.attempt)
    }
}
