import Foundation
import FuncKit
import Hummingbird

/// `/auth/login`, `/auth/callback` and `/auth/refresh`: how people get tokens.
struct AuthSignInRoutes: Sendable {
    let auth: AuthParts
    private var service: SignInService { auth.signIn }

    func add(to group: APIRouteGroup) {
        group.on(.post, "/login/{provider}", .open, login)
        group.on(.get, "/callback/{provider}", .open) { request, context in
            try Self.checkProvider(try context.path("provider"))
            let query = APIQuery(request)
            return try await finish(Callback(code: query.text("code"), state: query.text("state")), request)
        }
        group.on(.post, "/callback/{provider}", .open) { request, context in
            try Self.checkProvider(try context.path("provider"))
            return try await finish(try await Self.body(Callback.self, of: request), request)
        }
        group.on(.post, "/callback", .open) { request, _ in
            try await finish(try await Self.body(Callback.self, of: request), request)
        }
        group.on(.post, "/refresh", .open) { request, _ in
            let body = try await Self.body(Refresh.self, of: request)
            let pair = try await service.refresh(body.refreshToken, from: ClientInfo(request))
            return try answer(TokenAnswer(pair, expiresIn: auth.tokens.lifetimeSeconds))
        }
    }

    // MARK: Routes

    @Sendable private func login(_ request: Request, _ context: APIContext) async throws -> Response {
        let data = try await APIBody.data(request)
        let body = data.isEmpty ? Login() : try Self.body(Login.self, of: data)
        let name = try body.provider ?? context.path("provider")
        let state = try await service.begin(
            provider: name,
            challenge: body.codeChallenge,
            method: body.codeChallengeMethod,
            redirectURL: body.redirectURL,
            isOwner: try await isOwner(request)
        )
        let query = "response_type=code&client_id=hks-func&state=\(state)"
        return try answer(
            LoginAnswer(
                provider: name,
                authURL: "\(auth.address(for: request))/auth/provider/authorize?\(query)",
                state: state,
                redirectURL: body.redirectURL
            )
        )
    }

    /// Whether the platform's owner asks. Other credentials do not matter here: a client may well send an old token along.
    private func isOwner(_ request: Request) async throws -> Bool {
        guard case .bearer(let token)? = try? AccessGuard.credential(of: request) else { return false }
        return service.owner.isOwner(token)
    }

    private func finish(_ body: Callback, _ request: Request) async throws -> Response {
        guard let code = body.code, let state = body.state, !code.isEmpty, !state.isEmpty else {
            throw FuncError(.invalidArgument, "missing authorization code or state")
        }
        let (account, pair) = try await service.finish(
            code: code,
            state: state,
            verifier: body.codeVerifier,
            from: ClientInfo(request)
        )
        var tokens = TokenAnswer(pair, expiresIn: auth.tokens.lifetimeSeconds)
        tokens.user = TokenAnswer.User(
            id: account.id,
            email: account.email,
            displayName: account.name,
            provider: account.provider
        )
        return try answer(tokens)
    }

    /// Tokens and states are nobody's business but the client's.
    private func answer(_ value: some Encodable) throws -> Response {
        try Response.json(value, headers: [.cacheControl: "no-store"])
    }

    private static func checkProvider(_ name: String) throws {
        guard name == LocalProvider.name else {
            throw FuncError(
                .invalidArgument,
                "invalid provider or configuration error",
                hint: "this platform has the provider 'local' only"
            )
        }
    }

    // MARK: Bodies

    private static func body<T: Decodable>(_ type: T.Type, of request: Request) async throws -> T {
        try body(type, of: try await APIBody.data(request))
    }

    private static func body<T: Decodable>(_ type: T.Type, of data: Data) throws -> T {
        do {
            return try APIBody.decode(type, from: data)
        } catch let error as FuncError {
            throw FuncError(.invalidArgument, "invalid request body", hint: error.message)
        }
    }

    private struct Login: Decodable {
        var provider: String?
        var codeChallenge: String?
        var codeChallengeMethod: String?
        var redirectURL: String?

        enum CodingKeys: String, CodingKey {
            case provider
            case codeChallenge = "code_challenge"
            case codeChallengeMethod = "code_challenge_method"
            case redirectURL = "redirect_url"
        }
    }

    private struct LoginAnswer: Encodable {
        var provider: String
        var authURL: String
        var state: String
        var redirectURL: String?

        enum CodingKeys: String, CodingKey {
            case provider, state
            case authURL = "auth_url"
            case redirectURL = "redirect_url"
        }
    }

    private struct Callback: Decodable {
        var code: String?
        var state: String?
        var codeVerifier: String?

        enum CodingKeys: String, CodingKey {
            case code, state
            case codeVerifier = "code_verifier"
        }
    }

    private struct Refresh: Decodable {
        var refreshToken: String

        enum CodingKeys: String, CodingKey {
            case refreshToken = "refresh_token"
        }
    }

    private struct TokenAnswer: Encodable {
        struct User: Encodable {
            var id: String
            var email: String
            var displayName: String
            var provider: String

            enum CodingKeys: String, CodingKey {
                case id, email, provider
                case displayName = "display_name"
            }
        }

        var accessToken: String
        var refreshToken: String
        var tokenType = "Bearer"
        var expiresIn: Int
        var user: User?

        init(_ pair: SignInService.TokenPair, expiresIn: Int) {
            accessToken = pair.access
            refreshToken = pair.refresh
            self.expiresIn = expiresIn
        }

        enum CodingKeys: String, CodingKey {
            case user
            case accessToken = "access_token"
            case refreshToken = "refresh_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
        }
    }
}
