import Foundation
import FuncKit

/// Opens the server that a command talks to: the one place that knows contexts, tokens and the local platform.
struct ServiceConnector: Sendable {
    let environment: [String: String]
    let directories: BaseDirectories
    let console: Console
    let platform: LocalPlatform

    /// The service of a target.
    /// - Throws: `context_not_found`, `config_invalid`, `platform_not_running`, `library_missing`.
    func service(_ selection: TargetSelection) async throws -> any FunctionService {
        let config = try ConfigFile.load(directories)
        if let notice = config.notice { console.warning(notice) }
        var flags: [String: String] = [:]
        flags["context"] = selection.context
        flags["project"] = selection.project
        let settings = Settings(flags: flags, environment: environment, config: config)
        let target = try Contexts(config: config).target(settings, environment: environment)
        let http = try HTTPClient(httpConfiguration)
        switch target.server {
        case .endpoint(let address):
            let tokens = target.token?.source(environment: environment) ?? FixedToken(nil)
            return FunctionAPIClient(
                endpoint: address,
                workspace: target.workspace,
                project: target.project,
                tokens: tokens,
                sourceEncoding: try settings.value("sourceEncoding").flatMap(SourceEncoding.init) ?? .base64,
                http: http
            )
        case .local:
            let running = try await local(starts: selection.startsPlatform)
            return FunctionAPIClient(
                endpoint: running.url,
                workspace: target.workspace,
                project: target.project,
                tokens: FixedToken(running.token),
                http: http
            )
        }
    }

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

    private var httpConfiguration: HTTPClientConfiguration {
        var configuration = HTTPClientConfiguration(environment: environment, userAgent: "hks-func/\(Version.current)")
        if console.isVerbose {
            configuration.trace = { [console] trace in
                let outcome = trace.status.map(String.init) ?? trace.failure ?? "no answer"
                console.detail(
                    "\(trace.method) \(trace.path) \(outcome) \(trace.milliseconds) ms, request \(trace.requestID)"
                )
            }
        }
        return configuration
    }
}
