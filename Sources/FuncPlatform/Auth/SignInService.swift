import Foundation
import FuncKit

/// Lets people in and out: sign-ins, their tokens and their sessions.
struct SignInService: Sendable {
    let settings: AuthSettings
    let provider: LocalProvider
    let owner: OwnerAuthenticator
    let limiter: GuessLimiter
    let tokens: AccessTokens
    let accounts: AccountStore
    let sessions: SessionStore
    let grants: any GrantProviding
    let projects: ProjectStore
    let log: SecurityLogStore

    /// The tokens of a session.
    struct TokenPair: Hashable, Sendable {
        var access: String
        var refresh: String
    }

    // MARK: Signing in

    /// Begins a sign-in and gives its state.
    /// - Throws: `invalid_argument`.
    func begin(
        provider name: String,
        challenge: String?,
        method: String?,
        redirectURL: String?,
        isOwner: Bool
    ) async throws -> String {
        guard name == LocalProvider.name, settings.localSignIn != .off else {
            throw FuncError(
                .invalidArgument,
                "invalid provider or configuration error",
                hint: settings.localSignIn == .off
                    ? "sign-ins are switched off in 'auth.json'" : "this platform has the provider 'local' only"
            )
        }
        if let challenge {
            guard method == nil || method == "S256", CodeChallenge.isValid(challenge) else {
                throw FuncError(
                    .invalidArgument,
                    "'code_challenge' is not a SHA-256 digest in base64url",
                    hint: "'code_challenge_method' must be 'S256'"
                )
            }
        }
        if let redirectURL, !WebAddress.isLoopbackRedirect(redirectURL) {
            throw FuncError(
                .invalidArgument,
                "'redirect_url' is not the address of a program on this machine",
                hint: "it must be http://127.0.0.1:PORT/…, http://localhost:PORT/… or http://[::1]:PORT/…"
            )
        }
        return await provider.begin(
            LocalProvider.Request(
                challenge: challenge,
                redirectURL: redirectURL,
                isApproved: isOwner || settings.localSignIn == .open
            )
        )
    }

    /// Whether a text is the platform's own token. A wrong one counts as a guess.
    /// - Throws: ``Throttled``.
    func isOwner(_ token: String, from client: ClientInfo) async throws -> Bool {
        if owner.isOwner(token) { return true }
        try await limiter.admit(client.address)
        await limiter.noteWrong(client.address)
        return false
    }

    /// Ends a sign-in: checks code and verifier, notes the account and begins a session.
    /// - Throws: `invalid_argument`, `unauthenticated`, `rate_limited`, ``Throttled``.
    func finish(code: String, state: String, verifier: String?, from client: ClientInfo) async throws
        -> (account: Account, tokens: TokenPair)
    {
        try await limiter.admit(client.address)
        let identity: LocalProvider.Identity
        switch await provider.redeem(code: code, state: state, verifier: verifier) {
        case .identity(let found): identity = found
        case .verifierMissing:
            throw FuncError(
                .invalidArgument,
                "'code_verifier' is missing",
                hint: "this sign-in began with a challenge: POST 'code', 'state' and 'code_verifier'"
            )
        case .refused:
            await limiter.noteWrong(client.address)
            try await log.add(.signInRefused, "a sign-in failed", of: nil, from: client)
            throw FuncError(.unauthenticated, "authentication failed", hint: "begin the sign-in again")
        }
        let account = try await accounts.signIn(
            provider: LocalProvider.name,
            subject: identity.email.lowercased(),
            email: identity.email,
            name: identity.name
        )
        if let role = identity.role, let project = try await projects.id(of: "default", workspace: "default") {
            try await grants.setRole(role, of: account.id, in: project)
        }
        let refresh = RefreshToken.make()
        guard let session = try await sessions.begin(of: account, refresh: refresh, from: client) else {
            throw FuncError(
                .rateLimited,
                "concurrent sessions exceeded",
                hint: "end one of the \(settings.maxSessionsPerUser) sessions first"
            )
        }
        return (account, try await pair(account, session, refresh))
    }

    // MARK: Sessions

    /// Exchanges a refresh token for new tokens; it and the access token before are good no more.
    /// - Throws: `unauthenticated`, ``Throttled``.
    func refresh(_ text: String, from client: ClientInfo) async throws -> TokenPair {
        try await limiter.admit(client.address)
        let refusal = FuncError(.unauthenticated, "invalid or expired refresh token", hint: "sign in again")
        guard let token = RefreshToken(text) else {
            await limiter.noteWrong(client.address)
            throw refusal
        }
        let next = RefreshToken.make()
        switch try await sessions.rotate(token, to: next, from: client) {
        case .renewed(let session):
            guard let account = try await accounts.account(session.accountID) else { throw refusal }
            return try await pair(account, session, next)
        case .reused:
            throw refusal
        case .unknown:
            await limiter.noteWrong(client.address)
            throw refusal
        }
    }

    /// Ends the caller's session, and the one that their refresh token belongs to.
    /// - Throws: `invalid_argument` for those who have not signed in.
    func signOut(_ principal: Principal, refreshToken: String?, from client: ClientInfo) async throws {
        guard let session = principal.session else {
            throw FuncError(
                .invalidArgument,
                "there is no session to end",
                hint: "only who has signed in can sign out; an API key is revoked instead"
            )
        }
        var ending = [session]
        if let token = refreshToken.flatMap(RefreshToken.init),
            let other = try await sessions.session(of: token, accountID: principal.id), other != session
        {
            ending.append(other)
        }
        for id in ending { _ = try await sessions.end(id, of: principal.id, as: .signedOut, from: client) }
    }

    private func pair(_ account: Account, _ session: Session, _ refresh: RefreshToken) async throws -> TokenPair {
        let bearer = AccessTokens.Bearer(
            id: account.id,
            email: account.email,
            name: account.name,
            provider: account.provider,
            sessionID: session.id
        )
        return TokenPair(access: try await tokens.issue(to: bearer, tokenID: session.tokenID), refresh: refresh.text)
    }
}
