import FuncKit

/// The ways to a credential.
struct LoginFlow: Sendable {
    let context: CommandContext
    let connection: ServerConnection
    let origin: String

    /// A credential, and whether the server confirmed it.
    struct Outcome: Sendable {
        var credential: StoredCredential
        var isVerified: Bool
    }

    private var url: String { connection.url }
    private var client: AuthClient { client(FixedToken(nil)) }

    private func client(_ tokens: any TokenSource) -> AuthClient {
        AuthClient(endpoint: url, http: connection.http, tokens: tokens)
    }

    private var console: Console { context.console }

    // MARK: What the user has already

    /// A bearer token that was handed over.
    func token(_ text: String) async throws -> Outcome {
        try await verified(StoredCredential(kind: .token, origin: origin, text: text), what: "token")
    }

    /// An API key: exchanged for a token where the server does that, else sent as it is.
    func apiKey(_ text: String) async throws -> Outcome {
        let key = try StoredCredential(kind: .apiKey, origin: origin, text: text)
        let grant: TokenGrant?
        do {
            grant = try await client.exchange(apiKey: key.accessToken)
        } catch let error as FuncError where error.code == .unauthenticated {
            throw refused(error, what: "API key")
        }
        guard let grant else {
            console.note("the server does not exchange API keys; the key itself is sent with every request")
            return try await verified(key, what: "API key")
        }
        let credential = StoredCredential(
            kind: .apiKey,
            origin: origin,
            grant: grant,
            apiKey: key.accessToken,
            now: context.now()
        )
        return try await verified(credential, what: "API key")
    }

    /// Asks the server whose credential it is. A refusal is final; whatever else fails says nothing about the credential.
    private func verified(_ credential: StoredCredential, what: String) async throws -> Outcome {
        do {
            guard let identity = try await client(FixedToken(credential.accessToken)).identity() else {
                console.warning("the server cannot tell whose \(what) this is; it is kept unverified")
                return Outcome(credential: credential, isVerified: false)
            }
            var credential = credential
            credential.user = identity.user
            return Outcome(credential: credential, isVerified: true)
        } catch let error as FuncError where error.code == .unauthenticated {
            throw refused(error, what: what)
        } catch let error as FuncError {
            console.warning("the \(what) could not be verified, and is kept: \(error.message.withoutControls)")
            return Outcome(credential: credential, isVerified: false)
        }
    }

    private func refused(_ error: FuncError, what: String) -> FuncError {
        FuncError(
            .unauthenticated,
            "the server refuses the \(what)",
            hint: "check that it is complete, not expired, and for '\(url)'; nothing was kept",
            cause: error.message,
            requestID: error.requestID
        )
    }

    // MARK: Browser

    /// A sign-in with an identity provider.
    func browser(provider: String, pastes: Bool, opensBrowser: Bool) async throws -> Outcome {
        let signIn = BrowserSignIn(client: client(connection.signInTokens), provider: provider)
        var grant: TokenGrant?
        if pastes {
            try requirePerson()
        } else {
            grant = try await console.progress("Waiting for you to sign in") { _ in
                try await signIn.throughBrowser { show($0, opensBrowser: opensBrowser) }
            }
        }
        let granted =
            if let grant { grant } else { try await pasted(signIn, opensBrowser: opensBrowser) }
        let credential = StoredCredential(kind: .oauth, origin: origin, grant: granted, now: context.now())
        return Outcome(credential: credential, isVerified: true)
    }

    private func requirePerson() throws {
        guard !console.mayAsk else { return }
        throw FuncError(
            .invalidArgument,
            "somebody has to copy the server's answer here, and questions are off",
            hint: "pass --token-stdin or --api-key-stdin"
        )
    }

    private func pasted(_ signIn: BrowserSignIn, opensBrowser: Bool) async throws -> TokenGrant {
        try requirePerson()
        let begun = try await signIn.begin()
        show(begun.pageURL, opensBrowser: opensBrowser)
        console.say("Then copy all that the last page shows, or its address.")
        var answer = try console.ask("Answer", default: nil, flag: "--token-stdin")
        // A browser may show the JSON on several lines.
        while BrowserSignIn.isIncomplete(answer), answer.utf8.count < 64 << 10, let line = console.readAnotherLine() {
            answer += "\n" + line
        }
        return try await signIn.finish(begun, pasted: answer)
    }

    /// The address is always printed: the browser may be on another machine, or not come up.
    private func show(_ address: String, opensBrowser: Bool) {
        console.say("Sign in on this page:\n  \(address.withoutControls)")
        let mayOpen =
            opensBrowser && console.terminal.errorIsTerminal && !console.isAutomated
            && WebBrowser.isAvailable(environment: context.environment)
        guard mayOpen else { return }
        do {
            try context.openBrowser(address)
        } catch let error as FuncError {
            console.warning("\(error.message); open the page yourself")
        } catch {
            console.warning("no browser could be opened: \(error); open the page yourself")
        }
    }
}
