import Foundation
import FuncKit
import Synchronization
import TestSupport

@testable import FuncKit

/// A stand-in for the hosted service, and a client of it.
struct HostedFixture {
    let service: HostedService
    let folder: TemporaryFolder

    static func with<T>(
        _ configure: (inout HostedTables) -> Void = { _ in },
        _ body: (HostedFixture) async throws -> T
    ) async throws -> T {
        let folder = try TemporaryFolder("hosted")
        return try await HostedService.with(configure) { service in
            try await body(HostedFixture(service: service, folder: folder))
        }
    }

    func client(
        project: String = "prj-1",
        token: String? = HostedService.token,
        encoding: SourceEncoding = .base64
    ) throws -> FunctionAPIClient {
        FunctionAPIClient(
            endpoint: service.url,
            workspace: "ws-1",
            project: project,
            tokens: FixedToken(token),
            sourceEncoding: encoding,
            http: try makeClient(),
            timing: .immediate()
        )
    }

    /// Packs files into an archive, as a deploy does.
    func archive(_ files: [String: String]) async throws -> SourceArchive {
        let name = UUID().uuidString
        for (path, text) in files { try folder.write(text, to: "\(name)/\(path)") }
        let output = folder.path("\(name).tar.gz")
        return try await SourcePacker.pack(root: folder.path(name), options: PackOptions(), output: output).archive
    }

    /// Deploys the way the command does, and waits.
    @discardableResult
    func deploy(
        _ name: String = "hello",
        code: String,
        settings: FunctionSettings = HostedFixture.settings,
        client: FunctionAPIClient? = nil,
        change: (inout DeployRequest) -> Void = { _ in }
    ) async throws -> DeployOutcome {
        let archive = try await archive(["main.py": code])
        var request = DeployRequest(name: name, settings: settings, sourceDigest: archive.digest)
        change(&request)
        let service: FunctionAPIClient = if let client { client } else { try self.client() }
        return try await DeployWorkflow(service: service) { _ in }
            .run(request, archive: archive, waitSeconds: 30)
    }

    static let settings = FunctionSettings(runtime: "python3.11", handler: "main.handler", labels: ["team": "a"])

    /// What was sent by method and path below the functions.
    func sent(_ method: String, _ suffix: String) -> [ScriptedServer.Request] {
        service.requests.filter { $0.method == method && $0.path.hasSuffix(suffix) }
    }
}

extension ScriptedServer.Request {
    /// The body as JSON.
    var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(body)) }

    /// A field of the body.
    func field(_ name: String) -> JSONValue? {
        if case .object(let fields)? = json { fields[name] } else { nil }
    }
}
