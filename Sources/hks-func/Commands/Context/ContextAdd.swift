import ArgumentParser
import Foundation
import FuncKit

/// `hks-func context add`
struct ContextAdd: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a server.",
        discussion: """
            Organization, workspace and project may be named: the server is asked for their ids, at once or, where it \
            first wants to know who asks, when you log in. The token is read from standard input, never from a flag, and \
            kept where only you can read it.

            EXAMPLES
              hks-func context add prod --endpoint https://functions.example.com --workspace acme --project shop
              hks-func login --context prod
              pass show ci | hks-func context add ci --endpoint https://functions.example.com --token-stdin
              hks-func context add far --endpoint https://functions.example.com --workspace ws-123 --offline
            """
    )

    @Argument(help: "Name of the context.")
    var name: String

    @Option(help: ArgumentHelp("Address of the Function API.", valueName: "url"))
    var endpoint: String

    @Option(help: ArgumentHelp("Organization of the workspace, by name or id.", valueName: "name"))
    var organization: String?

    @Option(help: ArgumentHelp("Workspace on the server, by name or id.", valueName: "name"))
    var workspace: String?

    @Option(
        name: [.customShort("n"), .long, .customLong("namespace")],
        help: ArgumentHelp("Project in the workspace, by name or id.", valueName: "name")
    )
    var project: String?

    @Option(
        help: ArgumentHelp("How the server takes source code: raw or base64.", valueName: "form"),
        completion: .list(["raw", "base64"])
    )
    var sourceEncoding: String?

    @Flag(name: .customLong("token-stdin"), help: "Read the bearer token from standard input.")
    var tokenStdin = false

    @Option(help: ArgumentHelp("Take the token from this variable at each run.", valueName: "name"))
    var tokenEnv: String?

    @Flag(help: "Ask the server nothing: names are kept as they are given.")
    var offline = false

    @Flag(help: "Change a context that is there already.")
    var force = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if tokenStdin, tokenEnv != nil { throw ValidationError("--token-stdin and --token-env exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        var contexts = Contexts(config: try context.config())
        let before = try? contexts.named(name)
        var entry = ConnectionContext(
            name: name,
            endpoint: endpoint,
            workspace: workspace,
            project: project,
            token: tokenEnv.map(TokenReference.environment),
            organization: organization,
            sourceEncoding: sourceEncoding
        )
        // Checked before anything is asked or kept, so that a bad name or address leaves no trace.
        try contexts.add(entry, replacing: force)
        let credential = try tokenStdin ? readToken(context) : nil
        let keepsLogin = try credential == nil && tokenEnv == nil && isSameServer(as: before)
        if keepsLogin { entry.token = before?.token }
        if !offline, entry.hasUnknownNames {
            entry = try await ContextNames(context: context, entry: entry, token: credential?.accessToken).resolve()
        }
        try await keep(credential, for: &entry, keepsLogin: keepsLogin, in: context.credentials)
        try contexts.add(entry, replacing: true)
        try contexts.config.save()
        try context.console.result(ContextChange(entry, change: before == nil ? "added" : "changed"))
    }

    private func readToken(_ context: CommandContext) throws -> StoredCredential {
        guard let input = try context.readInput() else {
            throw FuncError(.invalidArgument, "--token-stdin reads standard input, which is a terminal or closed")
        }
        let origin = try ServerOrigin(endpoint)
        try origin.requirePrivacy()
        return try StoredCredential(
            kind: .token,
            origin: origin.description,
            text: String(decoding: input, as: UTF8.self)
        )
    }

    private func isSameServer(as before: ConnectionContext?) throws -> Bool {
        guard let address = before?.endpoint, let origin = try? ServerOrigin(address) else { return false }
        return try origin == ServerOrigin(endpoint)
    }

    /// Keeps a new token; takes away a login that is not the context's any longer.
    private func keep(
        _ credential: StoredCredential?,
        for entry: inout ConnectionContext,
        keepsLogin: Bool,
        in store: CredentialStore
    ) async throws {
        let name = name
        if let credential {
            try await store.exclusively { try store.write(credential, for: name) }
            entry.token = .file(store.path(for: name))
        } else if !keepsLogin, FileManager.default.fileExists(atPath: store.path(for: name)) {
            try await store.exclusively { _ = try store.remove(name) }
        }
    }
}

/// Looks up the names in a context that is being added.
struct ContextNames: Sendable {
    let context: CommandContext
    let entry: ConnectionContext
    /// A token that is not kept yet.
    let token: String?

    /// The context with ids, where the server gives them.
    /// - Throws: what ``WorkspaceDirectory/resolve(_:)`` throws; `unreachable` with the flag that goes on without.
    func resolve() async throws -> ConnectionContext {
        let http = try context.makeHTTP()
        let (tokens, isAnonymous) = try tokens(http)
        let directory = WorkspaceDirectory(endpoint: entry.endpoint ?? "", http: http, tokens: tokens)
        do {
            let (resolved, notes) = try await directory.resolve(entry)
            for note in notes { context.console.note(note) }
            return resolved
        } catch let error as FuncError where error.code == .unauthenticated && isAnonymous {
            context.console.note("names are looked up when you log in: 'hks-func login -c \(entry.name)'")
            return entry
        } catch var error as FuncError where [.unreachable, .timedOut].contains(error.code) {
            error.hint = "pass --offline to add the context without asking the server"
            throw error
        }
    }

    private func tokens(_ http: HTTPClient) throws -> (tokens: any TokenSource, isAnonymous: Bool) {
        if let token { return (FixedToken(token), false) }
        let variable = Contexts.tokenVariable(in: context.environment).map(TokenReference.environment)
        let reference = variable ?? entry.token
        let target = ConnectionTarget(
            context: entry.name,
            server: .endpoint(entry.endpoint ?? ""),
            workspace: "",
            project: "",
            token: reference
        )
        let tokens = try target.tokens(
            environment: context.environment,
            store: context.credentials,
            http: http,
            now: context.now
        )
        return (tokens, reference == nil)
    }
}
