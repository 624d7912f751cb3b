import ArgumentParser
import FuncKit

/// `hks-func logout`
struct SessionLogout: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Log out of the server of a context.",
        discussion: """
            The server ends the session, and the tokens on this machine are deleted, whether the server can be reached or \
            not.

            EXAMPLES
              hks-func logout
              hks-func logout --context prod
              hks-func logout --all
            """
    )

    @Flag(help: "Log out of all contexts.")
    var all = false

    @OptionGroup(title: "Target") var target: ContextOption
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if all, target.context != nil { throw ValidationError("--all and --context exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        let names =
            try all
            ? Contexts(config: context.storedConfig()).all.map(\.name) : [context.target(target.selection).context]
        var loggedOut: [String] = []
        var notTold: [String] = []
        for name in names {
            guard let wasTold = try await LoginEnding(context: context, name: name).end() else { continue }
            loggedOut.append(name)
            if !wasTold { notTold.append(name) }
        }
        if loggedOut.isEmpty {
            context.console.note(all ? "nobody is logged in" : "nobody is logged in to context '\(names[0])'")
        }
        if let variable = Contexts.tokenVariable(in: context.environment) {
            context.console.warning("the variable \(variable) still holds a token, which is sent to servers")
        }
        try context.console.result(LogoutResult(loggedOut: loggedOut, serverNotTold: notTold))
    }
}

/// Ends the login of one context.
struct LoginEnding: Sendable {
    let context: CommandContext
    let name: String

    private var store: CredentialStore { context.credentials }

    /// Whether the server ended the session, where it has one; nil where nobody was logged in.
    func end() async throws -> Bool? {
        var wasTold = true
        do {
            guard let credential = try store.read(name) else { return nil }
            // A token that was handed over may be in use elsewhere: it is only forgotten here.
            if credential.kind == .oauth { try await tellServer() }
        } catch let error as FuncError {
            wasTold = false
            context.console.warning(
                "the server was not told to end the session of context '\(name)': \(error.message.withoutControls)"
            )
        }
        try await store.exclusively { _ = try store.remove(name) }
        try forget()
        return wasTold
    }

    private func tellServer() async throws {
        let connection = try await context.connect(TargetSelection(context: name))
        let session = SessionToken(
            context: name,
            origin: try context.origin(of: connection.target),
            store: store,
            client: AuthClient(endpoint: connection.url, http: connection.http),
            now: context.now
        )
        // Only who has a valid token may end the session; getting one may change the refresh token.
        let token = try await session.token()
        let client = AuthClient(endpoint: connection.url, http: connection.http, tokens: FixedToken(token))
        try await client.logout(refreshToken: try store.read(name)?.refreshToken)
    }

    /// Takes the file of the login out of the context.
    private func forget() throws {
        guard name != Contexts.local else { return }
        var contexts = Contexts(config: try context.storedConfig())
        guard try contexts.named(name).token == .file(store.path(for: name)) else { return }
        try contexts.setToken(nil, for: name)
        try contexts.config.save()
    }
}
