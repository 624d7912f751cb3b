import Foundation
import FuncKit
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport

@testable import FuncPlatform

/// A gateway on a free port with the function `hello` of project `default` behind it.
final class GatewayFixture: Sendable {
    let server: GatewayServer
    let table: RouteTable
    let pool: InstancePool
    let function: TestUpstream
    let control: TestUpstream
    let folder: TemporaryFolder
    private let recorded: Recorder

    var port: Int { server.port }
    var records: [RequestRecord] { recorded.records.withLock { $0 } }
    var loads: [RequestLoad] { recorded.loads.withLock { $0 } }

    private final class Recorder: Sendable {
        let records = Mutex<[RequestRecord]>([])
        let loads = Mutex<[RequestLoad]>([])
        let whenSplit = Mutex<(@Sendable () -> Void)?>(nil)
    }

    private init(_ script: @escaping TestUpstream.Script, _ settings: Settings) async throws {
        folder = try TemporaryFolder("gateway")
        function = try await TestUpstream.start(path: folder.path("f.sock"), script)
        control = try await TestUpstream.start(path: folder.path("c.sock")) { head, _ in
            head.uri.hasPrefix("/upgrade") ? .upgrade : .echo
        }
        let recorder = Recorder()
        recorded = recorder
        table = RouteTable(random: { _ in
            recorder.whenSplit.withLock { $0 }?()
            return 0
        })
        pool = InstancePool(limits: settings.limits)
        let platform = PlatformConfiguration(
            dataFolder: folder.path,
            programVersion: "0",
            hostsFolder: "",
            environment: [:]
        )
        var configuration = GatewayConfiguration(platform: platform, control: control.endpoint)
        configuration.port = 0
        configuration.eventLoops = 1
        settings.change(&configuration)
        server = try await GatewayServer.start(
            configuration,
            table: table,
            callers: CallerAuthenticator(authenticator: settings.authenticator),
            onLoad: { load in recorder.loads.withLock { $0.append(load) } },
            onRequest: { record in recorder.records.withLock { $0.append(record) } }
        )
        table.replace(route(timeout: settings.timeout))
        if settings.isReady { addInstance(concurrency: settings.concurrency) }
    }

    /// What a test wants otherwise.
    struct Settings: Sendable {
        var limits = InstancePool.Limits()
        var timeout = 30
        var concurrency = 100
        var isReady = true
        var authenticator: (any Authenticating)?
        var change: @Sendable (inout GatewayConfiguration) -> Void = { _ in }
    }

    static func with(
        _ settings: Settings = Settings(),
        script: @escaping TestUpstream.Script = { _, _ in .echo },
        _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        let fixture = try await GatewayFixture(script, settings)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        try await fixture.server.shutdown(within: .zero)
        await fixture.function.stop()
        await fixture.control.stop()
        try result.get()
    }

    /// Runs `action` each time that the gateway decides between versions; the first share is taken then.
    func whenSplit(_ action: @escaping @Sendable () -> Void) {
        recorded.whenSplit.withLock { $0 = action }
    }

    func addInstance(_ id: String = "i1", endpoint: InstanceEndpoint? = nil, concurrency: Int = 100) {
        pool.add(
            RunningInstance(
                id: InstanceID(rawValue: id),
                endpoint: endpoint ?? function.endpoint,
                processID: 1,
                concurrency: concurrency
            )
        )
    }

    func route(
        name: String = "hello",
        timeout: Int = 30,
        tags: [String] = ["next"],
        triggers: [HTTPTrigger] = []
    ) -> FunctionRoute {
        FunctionRoute(
            functionID: "id-\(name)",
            name: name,
            projectID: "id-default",
            project: "default",
            timeoutSeconds: timeout,
            shares: [RoutableVersion(versionID: "v1", number: 1, percent: 100, pool: pool)],
            tags: Dictionary(
                uniqueKeysWithValues: tags.map {
                    ($0, RoutableVersion(versionID: "v2", number: 2, percent: 0, pool: pool))
                }
            ),
            access: RouteAccess(triggers: triggers)
        )
    }

    /// Sends one request to the function with `Connection: close` and gives the whole answer.
    func get(_ path: String = "/", host: String = "hello.default.localhost", headers: [String] = []) async throws
        -> String
    {
        let lines = ["GET \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers + ["", ""]
        return try await RawConnection.exchange(port: port, lines.joined(separator: "\r\n"))
    }
}

extension String {
    /// The status of an answer.
    var status: Int? { split(separator: " ").dropFirst().first.flatMap { Int($0) } }

    /// The JSON body of an answer that the gateway gave by itself.
    var errorCode: String? {
        guard let start = range(of: "\r\n\r\n")?.upperBound else { return nil }
        let object = try? JSONSerialization.jsonObject(with: Data(self[start...].utf8)) as? [String: Any]
        guard object?["error"] is String, object?["message"] is String, object?["details"] is [String: Any] else {
            return nil
        }
        return object?["code"] as? String
    }
}
