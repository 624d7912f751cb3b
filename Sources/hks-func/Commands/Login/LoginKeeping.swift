import FuncKit

/// Keeps a new login, and ends the one before it.
struct LoginKeeping: Sendable {
    let context: CommandContext
    let connection: ServerConnection

    private var store: CredentialStore { context.credentials }
    private var console: Console { context.console }

    /// Stores the credential, makes the context use it, and looks up names that could not be looked up before.
    func keep(_ credential: StoredCredential, for name: String) async throws {
        let before = try await store.exclusively {
            // A damaged file is what a new login is there to replace.
            let before = try? store.read(name)
            try store.write(credential, for: name)
            return before
        }
        if name != Contexts.local { try use(name) }
        if let variable = Contexts.tokenVariable(in: context.environment), name != Contexts.local {
            console.warning("the variable \(variable) is set and goes before this login")
        }
        if let before, before.kind == .oauth, before.origin == credential.origin,
            before.refreshToken != credential.refreshToken
        {
            await end(before)
        }
        if name != Contexts.local { try await lookUpNames(of: name, token: credential.accessToken) }
    }

    private func use(_ name: String) throws {
        var contexts = Contexts(config: try context.storedConfig())
        let reference = TokenReference.file(store.path(for: name))
        guard try contexts.named(name).token != reference else { return }
        try contexts.setToken(reference, for: name)
        try contexts.config.save()
    }

    /// A server allows few sessions at once: the one that is replaced should not count any longer.
    private func end(_ before: StoredCredential) async {
        let tokens = FixedToken(before.accessToken)
        let client = AuthClient(endpoint: connection.url, http: connection.http, tokens: tokens)
        do {
            try await client.logout(refreshToken: before.refreshToken)
        } catch {
            // It ends by itself, and the new login is good without that.
            console.detail("the session before this login could not be ended: \(error)")
        }
    }

    private func lookUpNames(of name: String, token: String) async throws {
        var contexts = Contexts(config: try context.storedConfig())
        let entry = try contexts.named(name)
        guard entry.hasUnknownNames else { return }
        let directory = WorkspaceDirectory(
            endpoint: connection.url,
            http: connection.http,
            tokens: FixedToken(token)
        )
        do {
            let (resolved, notes) = try await directory.resolve(entry)
            for note in notes { console.note(note) }
            try contexts.add(resolved, replacing: true)
            try contexts.config.save()
        } catch let error as FuncError {
            console.warning("context '\(name)': \(error.message)")
            for line in error.details { console.warning("  \(line)") }
        }
    }
}

extension LoginState.Method {
    /// The method that a kind of login is.
    init(_ kind: StoredCredential.Kind) {
        self =
            switch kind {
            case .token: .token
            case .apiKey: .apiKey
            case .oauth: .oauth
            }
    }
}

extension ConnectionContext {
    /// Whether something in it may be a name that the server was not asked about.
    var hasUnknownNames: Bool {
        (organization != nil && organizationName == nil) || (workspace != nil && workspaceName == nil)
            || (project != nil && projectName == nil)
    }
}
