import Foundation
import FuncKit
import Logging
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

/// The whole platform in this process, without functions.
struct PlatformServerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("platform")
    }

    private func configuration(_ name: String = "data") -> PlatformConfiguration {
        var configuration = PlatformConfiguration(
            dataFolder: folder.path(name),
            programVersion: "1.2.3",
            hostsFolder: folder.path("hosts"),
            environment: ["PATH": "/usr/bin:/bin"]
        )
        configuration.port = 0
        return configuration
    }

    /// Runs a platform for as long as `body` takes.
    private func serving(
        _ configuration: PlatformConfiguration,
        _ body: (LocalPlatformDescriptor) async throws -> Void
    ) async throws {
        let (ready, isReady) = AsyncStream<LocalPlatformDescriptor>.makeStream()
        let server = PlatformServer(
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let task = Task {
            defer { isReady.finish() }
            try await server.run { isReady.yield($0) }
        }
        if let descriptor = await ready.first(where: { _ in true }) {
            do {
                try await body(descriptor)
            } catch {
                task.cancel()
                _ = await task.result
                throw error
            }
        }
        task.cancel()
        try await task.value
    }

    private func get(_ path: String, _ descriptor: LocalPlatformDescriptor, token: String? = nil) async throws
        -> RawResponse
    {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return try await RawHTTP(.tcp(port: UInt16(descriptor.port)))
            .response(to: "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(authorization)Connection: close\r\n\r\n")
    }

    @Test func `serves its API behind the gateway and leaves nothing when it is stopped`() async throws {
        let configuration = configuration()
        let location = PlatformLocation(dataFolder: configuration.dataFolder)
        try await serving(configuration) { descriptor in
            guard case .running(let found) = try PlatformState.read(location) else {
                Issue.record("no platform is found")
                return
            }
            #expect([found.url, found.token] == [descriptor.url, descriptor.token])
            #expect(descriptor.pid == Int(ProcessInfo.processInfo.processIdentifier))
            for (file, mode) in [(location.stateFile, 0o600), (location.apiSocket, 0o600), (location.run, 0o700)] {
                let attributes = try FileManager.default.attributesOfItem(atPath: file)
                #expect(attributes[.posixPermissions] as? Int == mode, "\(file)")
            }
            #expect(try await get("/health", descriptor).status == 200)
            let list = "/api/v1/workspaces/default/functions/"
            #expect(try await get(list, descriptor).status == 401)
            let answer = try await get(list, descriptor, token: descriptor.token)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"functions":[]}"#)
        }
        #expect(try PlatformState.read(location) == .stopped)
        try await serving(configuration) { descriptor in
            let again = try await get("/ready", descriptor)
            #expect(again.status == 200)
        }
    }

    @Test func `a data folder with a long path is served too`() async throws {
        let configuration = configuration(String(repeating: "long", count: 30) + "/data")
        try await serving(configuration) { descriptor in
            let answer = try await get("/health", descriptor)
            #expect(answer.status == 200)
        }
    }

    @Test func `a second one on the same folder is refused`() async throws {
        let configuration = configuration()
        try await serving(configuration) { _ in
            let error = await #expect(throws: FuncError.self) { try await serving(configuration) { _ in } }
            #expect(error?.code == .platformAlreadyRunning)
        }
    }

    @Test func `a port that must be that one and is taken ends the start`() async throws {
        try await serving(configuration()) { descriptor in
            var other = configuration("other")
            other.port = descriptor.port
            other.takesNextFreePort = false
            let error = await #expect(throws: FuncError.self) { try await serving(other) { _ in } }
            #expect(error?.code == .portInUse)
            let state = try PlatformState.read(PlatformLocation(dataFolder: other.dataFolder))
            #expect(state == .stopped)
        }
    }

    @Test func `what a killed platform left is stale`() async throws {
        let location = PlatformLocation(dataFolder: folder.path("data"))
        #expect(try PlatformState.read(location) == .stopped)
        try location.prepare()
        let descriptor = LocalPlatformDescriptor(
            pid: 1,
            url: "http://127.0.0.1:1",
            token: "t",
            startedAt: Date(timeIntervalSince1970: 1_000_000),
            port: 1,
            version: "1"
        )
        try descriptor.write(to: location)
        #expect(try PlatformState.read(location) == .stale(descriptor))
        let lock = try await PlatformLock.acquire(path: location.lockFile)
        #expect(try PlatformState.read(location) == .starting(pid: ProcessInfo.processInfo.processIdentifier))
        withExtendedLifetime(lock) {}
    }
}
