import ArgumentParser
import Foundation
import FuncKit

/// `hks-func login`
struct SessionLogin: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in to the server of a context.",
        discussion: """
            Without a flag you sign in in your browser. Where the server cannot send the browser back to this machine, you \
            copy what its last page shows. Tokens and keys are read from a stream or a file, never from a flag, and kept \
            where only you can read them.

            EXAMPLES
              hks-func login --context prod --provider github
              pass show prod-token | hks-func login --context prod --token-stdin
              hks-func login --context prod --api-key-stdin < key.txt
              hks-func login --context prod --provider google --paste --no-browser
            """
    )

    @Flag(name: .customLong("token-stdin"), help: "Read a bearer token from standard input.")
    var tokenStdin = false

    @Flag(name: .customLong("api-key-stdin"), help: "Read an API key from standard input.")
    var apiKeyStdin = false

    @Option(
        help: ArgumentHelp("Read a bearer token from a file; '-' is standard input.", valueName: "file"),
        completion: .file()
    )
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Where to sign in: google, github or what else the server knows. [env: HKS_FUNC_PROVIDER]",
            valueName: "name"
        ),
        completion: .list(["google", "github", "local"])
    )
    var provider: String?

    @Flag(help: "Copy the server's answer by hand, as where the browser runs on another machine.")
    var paste = false

    @Flag(name: .customLong("no-browser"), help: "Only print the address to sign in on.")
    var noBrowser = false

    @OptionGroup(title: "Target") var target: ContextOption
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        let sources = [tokenStdin, apiKeyStdin, tokenFile != nil].filter { $0 }.count
        if sources > 1 { throw ValidationError("--token-stdin, --api-key-stdin and --token-file exclude each other") }
        if sources == 1, provider != nil || paste || noBrowser {
            throw ValidationError("--provider, --paste and --no-browser are for signing in in a browser")
        }
    }

    func run(_ context: CommandContext) async throws {
        let target = try LoginTarget.resolve(self.target.selection, in: context)
        // Before anything secret is read.
        let secret = try secret(context)
        let connection = try await context.connect(self.target.selection)
        try ServerOrigin(connection.url).requirePrivacy()
        let flow = LoginFlow(context: context, connection: connection, origin: target.origin)
        let outcome =
            if let secret {
                try await apiKeyStdin ? flow.apiKey(secret) : flow.token(secret)
            } else {
                try await flow.browser(
                    provider: provider(context, isLocal: target.isLocal),
                    pastes: paste,
                    opensBrowser: !noBrowser
                )
            }
        try await LoginKeeping(context: context, connection: connection).keep(outcome.credential, for: target.name)
        let credential = outcome.credential
        try context.console.result(
            LoginResult(
                context: target.name,
                endpoint: connection.url,
                method: LoginState.Method(credential.kind),
                user: credential.user,
                verified: outcome.isVerified,
                expiresAt: credential.expiresAt,
                renewable: credential.refreshToken != nil || credential.apiKey != nil
            )
        )
    }

    private func secret(_ context: CommandContext) throws -> String? {
        let flag = apiKeyStdin ? "--api-key-stdin" : tokenStdin ? "--token-stdin" : "--token-file -"
        if let tokenFile, tokenFile != "-" {
            let path = context.absolutePath(tokenFile)
            do {
                return try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw FuncError(.fileSystem, "cannot read the token file '\(path)'", because: error)
            }
        }
        guard apiKeyStdin || tokenStdin || tokenFile != nil else { return nil }
        guard let input = try context.readInput() else {
            throw FuncError(.invalidArgument, "\(flag) reads standard input, which is a terminal or closed")
        }
        return String(decoding: input, as: UTF8.self)
    }

    private func provider(_ context: CommandContext, isLocal: Bool) throws -> String {
        let variable = context.environment["HKS_FUNC_PROVIDER"].flatMap { $0.isEmpty ? nil : $0 }
        let name =
            try provider ?? variable
            ?? (isLocal
                ? "local"
                : context.console.ask("Sign in with (google, github, …)", default: nil, flag: "--provider NAME"))
        guard !name.isEmpty else {
            throw FuncError(.invalidArgument, "no provider to sign in with", hint: "pass --provider google or github")
        }
        return name
    }
}

/// The context that a login is for.
struct LoginTarget: Sendable {
    let name: String
    let isLocal: Bool
    /// See ``StoredCredential/origin``.
    let origin: String

    /// Finds it.
    /// - Throws: `context_not_found`, `config_invalid` where the server is not the context's own.
    static func resolve(_ selection: TargetSelection, in context: CommandContext) throws -> LoginTarget {
        let target = try context.target(selection)
        let own = try Contexts(config: try context.storedConfig()).named(target.context).endpoint
        let isOwn =
            switch target.server {
            case .local: own == nil
            case .endpoint(let address): own == address
            }
        guard isOwn else {
            throw FuncError(
                .configInvalid,
                "a variable names another server than that of context '\(target.context)', which a login would be for",
                hint: "unset it, or add the server with 'hks-func context add NAME --endpoint URL'"
            )
        }
        return LoginTarget(
            name: target.context,
            isLocal: target.server == .local,
            origin: try context.origin(of: target)
        )
    }
}
