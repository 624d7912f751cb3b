import Foundation
import FuncKit
import Hummingbird

/// Everything about who gets in, tied together.
struct AuthParts: Sendable {
    let authenticator: CompositeAuthenticator
    let signIn: SignInService
    let tokens: AccessTokens
    let keys: APIKeyService
    let accounts: AccountStore
    let sessions: SessionStore
    let log: SecurityLogStore
    /// The gateway's port, once it listens.
    let port: @Sendable () -> Int?

    /// Puts everything together; `ownerToken` is the platform's own token, and `fetcher` reads the keys of outside issuers.
    /// - Throws: `config_invalid` for a key file that holds no key, `file_system`.
    init(
        settings: AuthSettings,
        keyFolder: String,
        registry: Registry,
        ownerToken: String,
        grants: any GrantProviding,
        fetcher: any KeySetFetching,
        port: @escaping @Sendable () -> Int?,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        self.port = port
        let owner = OwnerAuthenticator(token: ownerToken)
        let limiter = GuessLimiter(perMinute: settings.wrongCredentialsPerMinute, now: now)
        let projects = ProjectStore(registry: registry, now: now)
        let serviceAccounts = ServiceAccountStore(registry: registry, now: now)
        let keyStore = APIKeyStore(registry: registry, now: now)
        accounts = AccountStore(registry: registry, now: now)
        log = SecurityLogStore(registry: registry, now: now)
        sessions = SessionStore(
            registry: registry,
            limit: settings.maxSessionsPerUser,
            lifetime: TimeInterval(settings.sessionLifetime.components.seconds),
            now: now
        )
        tokens = AccessTokens(
            keys: try TokenKeys(folder: TokenKeyFolder(path: keyFolder)),
            issuer: settings.tokenIssuer,
            audience: settings.tokenAudience,
            lifetimeSeconds: Int(settings.accessTokenLifetime.components.seconds),
            now: now
        )
        authenticator = CompositeAuthenticator(
            owner: owner,
            limiter: limiter,
            tokens: tokens,
            accounts: accounts,
            sessions: sessions,
            keys: keyStore,
            serviceAccounts: serviceAccounts,
            grants: grants,
            oidc: OIDCVerifier(issuers: settings.oidcIssuers, fetcher: fetcher, now: now),
            projects: projects,
            log: log
        )
        signIn = SignInService(
            settings: settings,
            provider: LocalProvider(now: now),
            owner: owner,
            limiter: limiter,
            tokens: tokens,
            accounts: accounts,
            sessions: sessions,
            grants: grants,
            projects: projects,
            log: log
        )
        keys = APIKeyService(
            keys: keyStore,
            serviceAccounts: serviceAccounts,
            grants: grants,
            workspaces: WorkspaceStore(registry: registry, now: now),
            projects: projects,
            tokens: tokens,
            limiter: limiter,
            authenticator: authenticator,
            log: log
        )
    }

    /// Adds all routes of signing in.
    func addRoutes(to root: APIRouteGroup) {
        let group = root.group("/auth")
        AuthSignInRoutes(auth: self).add(to: group)
        AuthProviderRoutes(self).add(to: group)
        AuthSessionRoutes(auth: self).add(to: group)
        AuthTokenRoutes(auth: self).add(to: root)
        AuthKeyRoutes(self).add(to: root)
    }

    /// The platform's address as the client wrote it, as long as it means this machine.
    func address(for request: Request) -> String {
        if let authority = request.head.authority, RequestHost(authority: authority) == .loopback {
            return "http://" + authority
        }
        return "http://127.0.0.1:\(port() ?? PlatformConfiguration.defaultPort)"
    }
}
