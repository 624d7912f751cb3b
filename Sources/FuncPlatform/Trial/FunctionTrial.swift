import Foundation
import FuncKit

/// One instance of a project, built and started beside the platform: what tests of a project run against.
public struct FunctionTrial: Sendable {
    private static let logWait = Duration.seconds(5)

    private let functionID: String
    private let instance: RunningInstance
    private let logs: LogStore

    /// Builds a packed project, starts an instance of it, and ends that after `body`.
    ///
    /// Bundles are kept below `configuration.dataFolder` for the next time; what the instance has on disk goes below
    /// `temporaryFolder`. The instance gets the values of its secrets from `secrets`.
    /// - Throws: `build_failed`, `readiness_failed`, `toolchain_missing` … with the last lines in `details`.
    public static func with<T: Sendable>(
        _ project: LoadedProject,
        archive: SourceArchive,
        configuration: PlatformConfiguration,
        temporaryFolder: String,
        secrets: [SecretReference: Data] = [:],
        warn: @escaping @Sendable (String) -> Void,
        _ body: @Sendable (FunctionTrial) async throws -> T
    ) async throws -> T {
        let folder = "\(temporaryFolder)/hks-func-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var place = configuration
        place.dataFolder = folder
        let logs = LogStore(configuration: place)
        // By its folder: projects share what their compilers keep, not what is between two builds of one of them.
        let functionID = "trial-\(Digest.sha256(Data(project.root.folder.utf8)).prefix(16))"
        let request = BuildRequest(
            functionID: functionID,
            versionID: functionID,
            versionNumber: 1,
            sourcePath: archive.path,
            sourceDigest: archive.digest,
            settings: project.settings,
            mask: SecretMask(Array(secrets.values))
        )
        let bundle = try await build(request, configuration, logs: logs, warn: warn)
        let supervisor = try Supervisor(configuration: place, logs: logs, secrets: GivenSecrets(values: secrets))
        let spec = InstanceSpec(
            workspace: "default",
            project: "default",
            functionID: functionID,
            functionName: project.name,
            versionID: functionID,
            versionNumber: 1,
            bundle: bundle,
            settings: project.settings
        )
        let instance = try await supervisor.start(spec) { _ in }
        do {
            let result = try await body(FunctionTrial(functionID: functionID, instance: instance, logs: logs))
            await supervisor.stopAll()
            return result
        } catch {
            await supervisor.stopAll()
            throw error
        }
    }

    private static func build(
        _ request: BuildRequest,
        _ configuration: PlatformConfiguration,
        logs: LogStore,
        warn: @escaping @Sendable (String) -> Void
    ) async throws -> Bundle {
        let toolchains = LocalToolchains(environment: configuration.environment)
        let builder = SourceBuilder(configuration: configuration, logs: logs) {
            try await ArchiveExtractor.extract($0, into: $1, limits: configuration.extractionLimits)
        } locate: { runtime in
            let toolchain = try await toolchains.locate(runtime)
            for warning in toolchain.warnings { warn(warning) }
            return toolchain
        }
        return try await builder.build(request)
    }

    /// Runs one case against the instance.
    /// - Throws: `file_system` where the log cannot be read; `CancellationError`.
    public func run(_ test: RequestCase) async throws -> TestReport.Entry {
        let start = ContinuousClock.now
        // Log lines have whole milliseconds.
        let begun = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
        let request = try test.request(now: begun)
        var failures: [String]
        do {
            let response = try await client.response(to: Self.head(of: request), body: request.body ?? Data())
            failures = test.expectation.failures(
                status: response.status,
                headers: response.headers,
                body: response.body
            )
        } catch let error as RawHTTP.Failure {
            failures = [error.description]
        } catch let error as RawResponse.Malformed {
            failures = ["the answer is not HTTP: \(error.description)"]
        }
        failures += try await missingLines(test.expectation.logs, since: begun)
        return TestReport.Entry(
            kind: .cases,
            name: test.name,
            file: test.file,
            durationMilliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
            failures: failures
        )
    }

    private static func head(of request: InvokeRequest) -> String {
        var lines = ["\(request.method) \(request.path) HTTP/1.1", "Host: localhost", "Connection: close"]
        for (name, values) in request.headers { lines += values.map { "\(name): \($0)" } }
        if let body = request.body { lines.append("Content-Length: \(body.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// The texts that no log line holds, though time was given to write them.
    private func missingLines(_ texts: [String], since begun: Date) async throws -> [String] {
        guard !texts.isEmpty else { return [] }
        let end = ContinuousClock.now + Self.logWait
        while true {
            let lines = try await logs.read(.function(id: functionID), query: LogQuery(since: begun))
            let missing = texts.filter { text in !lines.contains { $0.message.contains(text) } }
            guard !missing.isEmpty, ContinuousClock.now < end else {
                return missing.map { "no log line holds '\($0)'" }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private var client: RawHTTP {
        switch instance.endpoint {
        case .unixSocket(let path): RawHTTP(.unixSocket(path: path))
        case .tcp(_, let port): RawHTTP(.tcp(port: UInt16(port)))
        }
    }
}
