import Foundation
import FuncKit
import FuncPlatform

/// Opens the server that a command talks to: the one place that knows contexts, tokens and the local platform.
struct ServiceConnector: Sendable {
    let environment: [String: String]
    let directories: BaseDirectories
    let console: Console
    let platform: LocalPlatform
    /// Where the command was started; nil where no project around it counts.
    var workingFolder: String?

    /// The service of a target.
    /// - Throws: `context_not_found`, `config_invalid`, `platform_not_running`, `library_missing`.
    func service(_ selection: TargetSelection) async throws -> any FunctionService {
        let connection = try await connection(selection)
        return FunctionAPIClient(
            endpoint: connection.url,
            workspace: connection.target.workspace,
            project: connection.target.project,
            tokens: connection.tokens,
            sourceEncoding: connection.target.sourceEncoding.flatMap(SourceEncoding.init) ?? .base64,
            http: connection.http
        )
    }

    /// Where the server of a target is, and what it is shown.
    /// - Throws: as ``service(_:)``.
    func connection(_ selection: TargetSelection) async throws -> ServerConnection {
        let config = try ConfigFile.load(directories)
        if let notice = config.notice { console.warning(notice) }
        var flags: [String: String] = [:]
        flags["context"] = selection.context
        flags["project"] = selection.project
        let settings = Settings(flags: flags, environment: environment, config: config)
        let target = try Contexts(config: config).target(settings, environment: environment)
        let http = try http()
        switch target.server {
        case .endpoint(let address):
            let tokens = try target.tokens(environment: environment, store: store, http: http, now: { Date() })
            return ServerConnection(target: target, url: address, http: http, tokens: tokens)
        case .local:
            if let developing = try developing(selection) {
                let token = FixedToken(developing.token)
                return ServerConnection(target: target, url: developing.url, http: http, tokens: token)
            }
            let running = try await local(starts: selection.startsPlatform)
            let tokens = try localTokens(running, http: http)
            return ServerConnection(
                target: target,
                url: running.url,
                http: http,
                tokens: tokens,
                signInTokens: FixedToken(running.token)
            )
        }
    }

    /// The token of who logged in to the local platform, else that of this machine's user, who owns it.
    private func localTokens(_ running: LocalPlatformDescriptor, http: HTTPClient) throws -> any TokenSource {
        let origin = CredentialStore.localOrigin(
            dataFolder: try platform.configure.location(PlatformOptions()).dataFolder
        )
        guard let credential = try store.read(Contexts.local), credential.origin == origin else {
            return FixedToken(running.token)
        }
        return SessionToken(
            context: Contexts.local,
            origin: origin,
            store: store,
            client: AuthClient(endpoint: running.url, http: http),
            now: { Date() }
        )
    }

    /// The platform on which the project around the working folder is being developed, unless another is asked for.
    private func developing(_ selection: TargetSelection) throws -> LocalPlatformDescriptor? {
        guard selection.context == nil, !selection.startsPlatform, let workingFolder,
            let project = ProjectSearch.around(workingFolder),
            let running = try DevelopLocation(stateFolder: directories.state).running(project: project.folder)
        else { return nil }
        console.note(
            "Using the platform of 'hks-func develop' at \(running.url); '--context local' names the other one"
        )
        return running
    }

    private var store: CredentialStore { CredentialStore(directories) }

    private func local(starts: Bool) async throws -> LocalPlatformDescriptor {
        if let running = try platform.running(PlatformOptions()) { return running }
        guard starts else {
            throw FuncError(
                .platformNotRunning,
                "the local platform is not running",
                hint: "'hks-func platform start' starts it; so does 'hks-func deploy' in a project"
            )
        }
        return try await console.progress("Starting the local platform") { _ in
            try await platform.launch(PlatformOptions())
        }
    }

    /// Sends requests, and says so with `--verbose`.
    /// - Throws: `library_missing`.
    func http() throws -> HTTPClient {
        var configuration = HTTPClientConfiguration(environment: environment, userAgent: "hks-func/\(Version.current)")
        if console.isVerbose {
            configuration.trace = { [console] trace in
                let outcome = trace.status.map(String.init) ?? trace.failure ?? "no answer"
                console.detail(
                    "\(trace.method) \(trace.path) \(outcome) \(trace.milliseconds) ms, request \(trace.requestID)"
                )
            }
        }
        return try HTTPClient(configuration)
    }
}

/// A server with what it is shown.
struct ServerConnection: Sendable {
    let target: ConnectionTarget
    /// Base address.
    let url: String
    let http: HTTPClient
    let tokens: any TokenSource
    /// What a sign-in begins with: the owner of the local platform lets people in without being asked again.
    var signInTokens: any TokenSource = FixedToken(nil)
}
