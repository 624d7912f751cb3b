import Foundation
import FuncKit

/// Knows everyone who can prove who they are: by the platform's own token, an access token of the platform or of an
/// outside issuer, or an API key.
struct CompositeAuthenticator: Authenticating {
    let owner: OwnerAuthenticator
    let limiter: GuessLimiter
    let tokens: AccessTokens
    let accounts: AccountStore
    let sessions: SessionStore
    let keys: APIKeyStore
    let serviceAccounts: ServiceAccountStore
    let grants: any GrantProviding
    let oidc: OIDCVerifier
    let projects: ProjectStore
    let log: SecurityLogStore

    func principal(for credential: Credential, client: String?) async throws -> Principal {
        // The owner is never locked out of their own machine; the token is too long to be guessed.
        if case .bearer(let text) = credential, owner.isOwner(text) { return .owner }
        return try await counted(credential, from: client) {
            switch credential {
            case .bearer(let text): try await principal(bearing: text)
            case .apiKey(let text): try await principal(withKey: text)
            }
        }
    }

    func subject(ofJWT text: String, client: String?) async throws -> TokenSubject {
        try await counted(.bearer(text), from: client) {
            guard let token = CompactToken(text) else { throw TokenRefusal.forged }
            if oidc.knowsIssuer(of: token) {
                let identity = try await oidc.identity(of: token)
                return TokenSubject(subject: identity.subject, expiresAt: identity.expiresAt)
            }
            let principal = try await principal(issued: token)
            return TokenSubject(subject: principal.id, expiresAt: principal.expiresAt)
        }
    }

    /// Looks at a credential, unless its sender has guessed too often.
    private func counted<Value>(
        _ credential: Credential,
        from client: String?,
        _ look: () async throws -> Value
    ) async throws -> Value {
        try await limiter.admit(client)
        do {
            return try await look()
        } catch let refusal as TokenRefusal {
            if refusal == .forged { try await noteGuess(from: client) }
            throw FuncError(.unauthenticated, Self.refusalText(credential))
        }
    }

    /// Counts a wrong credential and notes it in the security log.
    func noteGuess(from client: String?) async throws {
        await limiter.noteWrong(client)
        do {
            try await log.add(
                .credentialRefused,
                "a credential that nobody has was refused",
                of: nil,
                from: ClientInfo(address: client)
            )
        } catch let error as FuncError where error.code == .noSpace {
            // The refusal stands without its entry.
        }
    }

    /// The principal that acts with a key.
    func principal(of key: APIKey) async throws -> Principal {
        var principal = Principal(
            id: key.id,
            name: key.name,
            kind: .serviceAccount,
            grants: Grants(),
            defaultWorkspace: key.workspaceID,
            defaultProject: key.projectID,
            expiresAt: key.expiresAt
        )
        if let id = key.serviceAccountID {
            let account = try await serviceAccounts.account(id, workspace: key.workspaceID)
            principal.id = account.id
            principal.name = account.name
        }
        if let role = key.role {
            principal.grants = Grants(roles: [key.projectID: role])
        } else {
            principal.grants = try await grants.grants(of: principal.id)
        }
        return principal
    }

    private static func refusalText(_ credential: Credential) -> String {
        if case .apiKey = credential { return "invalid, expired or revoked API key" }
        return "invalid or expired token"
    }

    private func principal(bearing text: String) async throws -> Principal {
        if text.hasPrefix(APIKeyService.prefix) { return try await principal(withKey: text) }
        guard let token = CompactToken(text) else { throw TokenRefusal.forged }
        if oidc.knowsIssuer(of: token) { return try await principal(vouchedFor: token) }
        return try await principal(issued: token)
    }

    /// The principal of a token of the platform's own.
    private func principal(issued token: CompactToken) async throws -> Principal {
        let claims = try await tokens.claims(of: token)
        let end = Date(timeIntervalSince1970: TimeInterval(claims.expiresAt))
        var principal: Principal
        if claims.sessionID.hasPrefix(APIKeyService.idPrefix) {
            guard let key = try await keys.use(id: claims.sessionID) else { throw TokenRefusal.notValid }
            principal = try await self.principal(of: key)
        } else {
            guard let session = try await sessions.use(claims.sessionID), session.tokenID == claims.tokenID,
                session.accountID == claims.subject, let account = try await accounts.account(session.accountID)
            else { throw TokenRefusal.notValid }
            principal = try await self.principal(of: account)
            principal.session = session.id
        }
        principal.expiresAt = min(principal.expiresAt ?? end, end)
        return principal
    }

    private func principal(withKey text: String) async throws -> Principal {
        guard let key = try await keys.use(text: text) else { throw TokenRefusal.forged }
        return try await principal(of: key)
    }

    private func principal(vouchedFor token: CompactToken) async throws -> Principal {
        let identity = try await oidc.identity(of: token)
        let account = try await accounts.recognise(
            provider: identity.issuer.name,
            subject: identity.subject,
            email: identity.email,
            name: identity.name
        )
        var principal = try await principal(of: account)
        principal.expiresAt = identity.expiresAt
        guard let role = identity.role,
            let project = try await projects.id(of: identity.issuer.project, workspace: principal.defaultWorkspace)
        else { return principal }
        // What they were given here counts beside what their issuer says.
        principal.grants.roles[project] = max(principal.grants.roles[project] ?? role, role)
        return principal
    }

    private func principal(of account: Account) async throws -> Principal {
        Principal(
            id: account.id,
            name: account.email.isEmpty ? account.name : account.email,
            kind: .user,
            grants: try await grants.grants(of: account.id)
        )
    }
}
