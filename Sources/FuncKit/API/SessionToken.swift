import Foundation

/// The token of a context that somebody logged in to: renewed ahead of its end, or when the server refuses it.
///
/// Several processes may use the same login. A refresh token works once, so that only one of them renews at a time, and the
/// others take what it stored.
public struct SessionToken: TokenSource {
    /// Access tokens that end sooner are renewed before they are used.
    private static let margin: TimeInterval = 60

    private let context: String
    private let origin: String
    private let store: CredentialStore
    private let client: AuthClient
    private let now: @Sendable () -> Date

    /// Names the context.
    /// - Parameters:
    ///   - context: whose login it is.
    ///   - origin: the server that requests go to, as ``ServerOrigin`` or ``CredentialStore/localOrigin(dataFolder:)`` spells it.
    ///   - store: where the login is kept.
    ///   - client: asks for new tokens; has no token of its own.
    ///   - now: wall clock.
    public init(
        context: String,
        origin: String,
        store: CredentialStore,
        client: AuthClient,
        now: @escaping @Sendable () -> Date
    ) {
        self.context = context
        self.origin = origin
        self.store = store
        self.client = client
        self.now = now
    }

    /// How to log in to this very context.
    public var refusalHint: String? { loginHint }

    /// The access token, renewed where it is about to end.
    /// - Throws: `unauthenticated` where nobody is logged in, or the login has ended; what a request may throw.
    public func token() async throws -> String? {
        let credential = try present()
        guard isDue(credential) else { return credential.accessToken }
        return try await renewed { isDue($0) }.accessToken
    }

    /// A new access token in place of one that the server refused before its time.
    /// - Throws: as ``token()``.
    public func token(after refused: String) async throws -> String? {
        let credential = try present()
        guard credential.accessToken == refused else { return credential.accessToken }
        guard credential.isRenewable else { return nil }
        return try await renewed { $0.accessToken == refused }.accessToken
    }

    private func isDue(_ credential: StoredCredential) -> Bool {
        credential.isRenewable && credential.ends(within: Self.margin, of: now())
    }

    /// The login as it is now, if it is one for this server.
    private func present() throws -> StoredCredential {
        guard let credential = try store.read(context) else {
            throw FuncError(.unauthenticated, "nobody is logged in to context '\(context)'", hint: loginHint)
        }
        guard credential.origin == nil || credential.origin == origin else {
            throw FuncError(
                .unauthenticated,
                "the login of context '\(context)' is for '\(credential.origin ?? "")', not for '\(origin)'",
                hint: loginHint
            )
        }
        return credential
    }

    private var loginHint: String {
        "run 'hks-func login -c \(context)'"
            + (context == Contexts.local
                ? ", or 'hks-func logout' to go on as the owner of this machine's platform" : "")
    }

    // MARK: Renewal

    private func renewed(while isStale: @escaping @Sendable (StoredCredential) -> Bool) async throws -> StoredCredential
    {
        try await store.exclusively {
            // Another process may have been first.
            let credential = try present()
            guard isStale(credential) else { return credential }
            // Unstructured, so that Ctrl-C does not come between the server's answer, which ends the old tokens, and the
            // file that keeps the new ones. It is waited for, and has the deadline of its request.
            return try await Task { try await renew(credential) }.value
        }
    }

    private func renew(_ credential: StoredCredential) async throws -> StoredCredential {
        let next: StoredCredential
        do {
            next = try await grant(for: credential)
        } catch let error as FuncError where error.code == .unauthenticated || error.code == .forbidden {
            throw FuncError(
                .unauthenticated,
                "the login of context '\(context)' has ended",
                hint: loginHint,
                cause: error.message,
                requestID: error.requestID
            )
        }
        try store.write(next, for: context)
        return next
    }

    private func grant(for credential: StoredCredential) async throws -> StoredCredential {
        if let refreshToken = credential.refreshToken {
            var grant = try await client.refresh(refreshToken)
            // A server that does not rotate says nothing about the token that stays.
            grant.refreshToken = grant.refreshToken ?? refreshToken
            grant.user = grant.user ?? credential.user
            return StoredCredential(kind: credential.kind, origin: credential.origin, grant: grant, now: now())
        }
        guard let apiKey = credential.apiKey, var grant = try await client.exchange(apiKey: apiKey) else {
            throw FuncError(.unauthenticated, "the server does not exchange API keys any more")
        }
        grant.user = grant.user ?? credential.user
        return StoredCredential(
            kind: credential.kind,
            origin: credential.origin,
            grant: grant,
            apiKey: apiKey,
            now: now()
        )
    }
}

extension ConnectionTarget {
    /// What gives the tokens for requests to a target that is not the local platform.
    /// - Throws: `config_invalid` where the target's address is none.
    public func tokens(
        environment: [String: String],
        store: CredentialStore,
        http: HTTPClient,
        now: @escaping @Sendable () -> Date
    ) throws -> any TokenSource {
        guard case .endpoint(let address) = server, let token else {
            return FixedToken(nil, refusalHint: "run 'hks-func login -c \(context)'")
        }
        switch token {
        case .environment(let name): return VariableToken(name, in: environment)
        case .file(let path) where path == store.path(for: context):
            return SessionToken(
                context: context,
                origin: try ServerOrigin(address).description,
                store: store,
                client: AuthClient(endpoint: address, http: http),
                now: now
            )
        case .file(let path): return FileToken(path: path)
        }
    }
}
