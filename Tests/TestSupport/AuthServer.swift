import Foundation
import FuncKit

/// A server that people log in to: its `/auth` routes, lists of workspaces, and one function, kept in memory.
///
/// Refresh tokens work once. One that is used again ends the session, as a server does that suspects theft.
public final class AuthServer: Sendable {
    /// What the server is like.
    public struct Options: Sendable {
        /// Whether a browser is sent where the client wishes.
        public var honoursRedirect = true
        /// Whether `GET /auth/me` is there.
        public var hasIdentity = true
        /// Status that `GET /auth/me` fails with.
        public var identityFailure: Int?
        /// Whether API keys are exchanged for tokens.
        public var exchangesKeys = true
        /// Whether organizations, workspaces and projects can be listed.
        public var hasDirectory = true
        /// Seconds until an access token ends.
        public var lifetime = 900
        /// Whether the user has all the sessions that are allowed.
        public var isFull = false
        /// Page on which people sign in; nil for one of the server.
        public var pageURL: String?
        /// Called before a refresh is answered.
        public var beforeRefresh: @Sendable () -> Void = {}

        /// A server like the local platform.
        public init() {}
    }

    private struct State {
        var access: Set<String> = []
        var refresh: Set<String> = []
        var refreshes = 0
        var reuses = 0
        var loggedOut: [String] = []
        var challenges: [String: String?] = [:]
        var made = 0
    }

    /// The API key that is exchanged.
    public static let apiKey = "hxb_live_5ecret"
    /// The bearer token that is always valid.
    public static let token = "handed.0ver.t0ken"

    private let options: Options
    private let state = MutexBox(State(access: [AuthServer.token]))
    private let listener: MutexBox<ScriptedServer?> = MutexBox(nil)

    private init(_ options: Options) {
        self.options = options
    }

    /// Runs `body` with a server, which ends afterwards.
    public static func with<T>(_ options: Options = Options(), _ body: (AuthServer) async throws -> T) async throws -> T
    {
        let auth = AuthServer(options)
        return try await withServer({ try auth.serve($0) }) { server in
            auth.listener.mutate { $0 = server }
            return try await body(auth)
        }
    }

    /// Asks for a page as a browser does, and gives its status.
    public static func visit(_ address: String) async throws -> Int {
        let parts = URLComponents(string: address)
        let target = address.drop { $0 != "?" }
        let request = "GET \(parts?.path ?? "/")\(target) HTTP/1.1\r\nhost: \(parts?.host ?? "")\r\n\r\n"
        return try await RawHTTP(.tcp(port: UInt16(parts?.port ?? 0))).response(to: request).status
    }

    /// Base address.
    public var url: String { listener.current?.url ?? "" }
    /// All requests so far.
    public var requests: [ScriptedServer.Request] { listener.current?.requests ?? [] }
    /// How many refresh tokens were used.
    public var refreshes: Int { state.current.refreshes }
    /// How many refresh tokens were used twice.
    public var reuses: Int { state.current.reuses }
    /// Refresh tokens of the sessions that were ended.
    public var loggedOut: [String] { state.current.loggedOut }

    /// Makes a session as if somebody had signed in, and gives its tokens.
    public func session() -> (access: String, refresh: String) {
        state.mutate { Self.session(&$0) }
    }

    /// Ends all access tokens before their time.
    public func expireAccess() {
        state.mutate { $0.access = [] }
    }

    private static func session(_ state: inout State) -> (access: String, refresh: String) {
        state.made += 1
        let tokens = ("s3cret-access-\(state.made)", "s3cret-refresh-\(state.made)")
        state.access.insert(tokens.0)
        state.refresh.insert(tokens.1)
        return tokens
    }

    // MARK: Routes

    private func serve(_ exchange: ServerExchange) throws {
        try exchange.readBody()
        let request = exchange.request
        let body = (try? JSONDecoder().decode([String: String].self, from: Data(request.body))) ?? [:]
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.dropFirst().first) {
        case ("POST", "auth", "login"): try begin(body, parts.last ?? "", exchange)
        case ("POST", "auth", "callback"): try redeem(body, exchange)
        case ("POST", "auth", "refresh"): try refresh(body["refresh_token"] ?? "", exchange)
        case ("POST", "auth", "token") where options.exchangesKeys: try exchangeKey(body["api_key"], exchange)
        case ("POST", "auth", "logout"): try admitted(exchange) { try logout(body["refresh_token"], exchange) }
        case ("GET", "auth", "me") where options.hasIdentity: try admitted(exchange) { try identify(exchange) }
        case (_, "api", _): try admitted(exchange) { try list(request, exchange) }
        default: try exchange.respond(json: #"{"error":"endpoint not found","path":"\#(request.path)"}"#, status: 404)
        }
    }

    private func admitted(_ exchange: ServerExchange, _ body: () throws -> Void) throws {
        let token = (exchange.request.headers["authorization"] ?? "").split(separator: " ").last.map(String.init) ?? ""
        guard state.current.access.contains(token) else {
            return try exchange.respond(json: #"{"error":"invalid or expired token"}"#, status: 401)
        }
        try body()
    }

    private func begin(_ body: [String: String], _ provider: String, _ exchange: ServerExchange) throws {
        guard ["local", "github"].contains(provider) else {
            return try exchange.respond(json: #"{"error":"invalid provider or configuration error"}"#, status: 400)
        }
        let name = state.mutate { state -> String in
            state.made += 1
            // Padded, as the hosted service makes them.
            let name = "st4te-\(state.made)=="
            state.challenges[name] = .some(body["code_challenge"])
            return name
        }
        let page = options.pageURL ?? "\(url)/sign-in?state=\(name)"
        let redirect = options.honoursRedirect ? body["redirect_url"].map { #","redirect_url":"\#($0)""# } ?? "" : ""
        try exchange.respond(json: #"{"provider":"\#(provider)","auth_url":"\#(page)","state":"\#(name)"\#(redirect)}"#)
    }

    private func redeem(_ body: [String: String], _ exchange: ServerExchange) throws {
        guard !options.isFull else {
            return try exchange.respond(json: #"{"error":"concurrent sessions exceeded"}"#, status: 429)
        }
        let challenge = state.mutate { state in state.challenges.removeValue(forKey: body["state"] ?? "") }
        guard let challenge, body["code"] == "c0de", challenge == body["code_verifier"].map(Self.challenge) else {
            return try exchange.respond(json: #"{"error":"authentication failed"}"#, status: 500)
        }
        try grant(exchange)
    }

    /// RFC 7636, section 4.6, by other means than the client's.
    private static func challenge(_ verifier: String) -> String {
        let digits = Array(Digest.sha256(Data(verifier.utf8)))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    private func refresh(_ token: String, _ exchange: ServerExchange) throws {
        options.beforeRefresh()
        let isValid = state.mutate { state -> Bool in
            guard state.refresh.remove(token) != nil else {
                state.reuses += 1
                (state.access, state.refresh) = ([], [])
                return false
            }
            state.refreshes += 1
            state.access = []
            return true
        }
        guard isValid else {
            return try exchange.respond(json: #"{"error":"invalid or expired refresh token"}"#, status: 401)
        }
        try grant(exchange, user: "")
    }

    private func grant(_ exchange: ServerExchange, user: String = #","user":\#(AuthServer.user)"#) throws {
        let tokens = session()
        try exchange.respond(
            json: """
                {"access_token":"\(tokens.access)","refresh_token":"\(tokens.refresh)","token_type":"Bearer",\
                "expires_in":\(options.lifetime)\(user)}
                """
        )
    }

    private func exchangeKey(_ key: String?, _ exchange: ServerExchange) throws {
        guard key == Self.apiKey else {
            return try exchange.respond(json: #"{"error":"no such key","code":"INVALID_API_KEY"}"#, status: 401)
        }
        let access = session().access
        try exchange.respond(
            json: #"{"access_token":"\#(access)","token_type":"Bearer","expires_in":\#(options.lifetime)}"#
        )
    }

    private func logout(_ token: String?, _ exchange: ServerExchange) throws {
        state.mutate { state in
            if let token { state.refresh.remove(token) }
            state.loggedOut.append(token ?? "")
        }
        try exchange.respond(json: #"{"message":"successfully logged out"}"#)
    }

    private static let user =
        #"{"id":"u-1","email":"ada@example.com","display_name":"Ada","provider":"github"}"#

    private func identify(_ exchange: ServerExchange) throws {
        if let failure = options.identityFailure { return try exchange.respond(failure) }
        try exchange.respond(
            json: #"{"user":\#(Self.user),"roles":{"shop":"developer"},"is_admin":false,"kind":"user"}"#
        )
    }

    // MARK: Lists

    private func list(_ request: ScriptedServer.Request, _ exchange: ServerExchange) throws {
        let path = request.path.replacingOccurrences(of: "/api/v1", with: "")
        if path.hasSuffix("/functions/") { return try exchange.respond(json: #"{"functions":null}"#) }
        guard options.hasDirectory, let answer = Self.directory[path] else {
            return try exchange.respond(json: #"{"error":"endpoint not found","path":"\#(path)"}"#, status: 404)
        }
        try exchange.respond(json: answer)
    }

    private static let directory = [
        "/organizations/": """
        {"organizations":[{"id":"org-1","name":"acme"},{"id":"org-2","name":"umbrella","display_name":"Umbrella Ltd"}],\
        "total":2}
        """,
        "/organizations/org-1/workspaces/": """
        {"workspaces":[{"id":"ws-1","name":"main"},{"id":"ws-2","name":"lab"}],"total":2,"page":1,"page_size":20}
        """,
        "/organizations/org-1/workspaces/ws-99": #"{"id":"ws-99","name":"hidden"}"#,
        "/organizations/org-2/workspaces/": #"{"workspaces":[{"id":"ws-3","name":"main"}],"total":1}"#,
        "/workspaces/ws-1/projects/": """
        {"projects":[{"id":"p-1","name":"shop","display_name":"The shop"},{"id":"p-2","name":"blog"}],"total":2}
        """,
        "/workspaces/ws-2/projects/": #"{"projects":null,"total":0}"#,
    ]
}
