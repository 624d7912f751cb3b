import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing

@testable import FuncPlatform

/// Probes, abilities, and what is answered where no route is.
struct HealthRoutesTests {
    private let fixture: ControlFixture

    init() throws {
        fixture = try ControlFixture()
    }

    private static let provider = "/api/v1/workspaces/default/functions/provider/health"

    @Test func `a platform that works says so`() async throws {
        try await fixture.application().test(.router) { client in
            let session = APISession(client: client)
            let health = try await session.send(.get, Self.provider)
            #expect(health.status == 200)
            #expect(health.text("status") == "healthy")
            let ready = try await session.with(nil).send(.get, "/ready")
            #expect(ready.status == 200)
            #expect(ready.text("status") == "ready")
            #expect(try await session.with(nil).send(.get, "/health").text("version") == "1.2.3")
        }
    }

    @Test func `a full disk is no healthy state`() async throws {
        try await fixture.application { $0.minFreeBytes = .max }.test(.router) { client in
            try await Self.expectTrouble(client, code: "no_space", word: "full")
        }
    }

    @Test func `a database that cannot be written is no healthy state`() async throws {
        let application = fixture.application()
        try fixture.registry.close()
        try await application.test(.router) { client in
            try await Self.expectTrouble(client, code: "server_error", word: "database cannot be written")
        }
    }

    private static func expectTrouble(_ client: any TestClientProtocol, code: String, word: String) async throws {
        let session = APISession(client: client)
        let health = try await session.send(.get, provider)
        #expect(health.status == 503)
        #expect(health.text("error") == "Provider unhealthy")
        #expect(health.text("details")?.contains(word) == true, "\(health.text("details") ?? "")")
        #expect(health.code == code)
        let ready = try await session.with(nil).send(.get, "/ready")
        #expect(ready.status == 503)
        #expect(ready.text("status") == "not ready")
        #expect(ready.text("error")?.contains(word) == true)
        #expect(ready.text("error")?.lowercased().contains("sql") == false)
        // The process itself lives.
        #expect(try await session.with(nil).send(.get, "/health").status == 200)
    }

    @Test func `a finding holds for a second, then the disk is looked at again`() async throws {
        let start = ContinuousClock.now
        let passed = Mutex(Duration.zero)
        let health = PlatformHealth(registry: fixture.registry, minFreeBytes: 0) {
            start + passed.withLock { $0 }
        }
        #expect(await health.problem() == nil)
        try fixture.registry.close()
        #expect(await health.problem() == nil)
        passed.withLock { $0 = .seconds(2) }
        #expect(await health.problem()?.code == .serverError)
    }

    @Test func `what no route takes is not found, with its path`() async throws {
        let functions = "/api/v1/workspaces/default/functions"
        try await fixture.application().test(.router) { client in
            let session = APISession(client: client)
            for (method, path) in [
                (HTTPRequest.Method.get, "/nowhere"), (.get, "/"), (.patch, "\(functions)/hello"),
                (.delete, "/health"), (.options, functions), (.post, "/api/v1/workspaces"),
                (.get, "\(functions)/a/b/c/d?x=1"),
            ] {
                let answer = try await session.with(nil).send(method, path)
                #expect(answer.status == 404, "\(method) \(path)")
                #expect(answer.text("error") == "endpoint not found")
                #expect(answer.text("message") == "endpoint not found")
                #expect(answer.text("path") == String(path.prefix { $0 != "?" }))
                #expect(answer.code == "not_found")
            }
            let thing = try await session.send(.get, "\(functions)/none")
            #expect(thing.status == 404)
            #expect(thing.json["path"] == nil)
        }
    }

    @Test func `abilities are told on both paths and completely`() async throws {
        let configuration = PlatformConfiguration(
            dataFolder: "",
            programVersion: "3.2.1",
            hostsFolder: "",
            environment: [:]
        )
        let application = fixture.application { $0.capabilities = configuration.capabilities }
        try await application.test(.router) { client in
            let session = APISession(client: client)
            let functions = "/api/v1/workspaces/default/functions"
            let told = try await session.send(.get, "\(functions)/provider/capabilities")
            #expect(try await session.send(.get, "\(functions)/capabilities").body == told.body)
            for name in [
                "versioning", "async", "logs", "metrics", "tracing", "secrets", "environment_vars", "custom_domains",
                "private_registry", "build_from_source", "custom_images", "auto_scaling", "scale_to_zero", "https",
                "websockets", "grpc", "custom_headers", "warm_pool", "iam_integration", "network_policies",
            ] {
                #expect(told.json["supports_\(name)"] is Bool, "supports_\(name)")
            }
            for name in [
                "max_memory_mb", "max_timeout_secs", "max_payload_size_mb", "max_concurrency", "typical_cold_start_ms",
                "log_retention_days", "metrics_retention_days",
            ] {
                #expect(told.json[name] is Int, "\(name)")
            }
            let memory = try #require(told.json["max_memory_mb"] as? Int)
            #expect(memory > 100)
            let runtimes = try #require(told.json["supported_runtimes"] as? [String])
            for name in ["python", "python3.11", "nodejs18", "node", "golang", "csharp", "python-agent"] {
                #expect(runtimes.contains(name), "\(name)")
            }
            #expect(Set(runtimes).count == runtimes.count)
            #expect(runtimes.allSatisfy { RuntimeCatalog.normalise($0) != nil })
            let digest = try await fixture.upload("x")
            let body = #"{"name":"capabilities","runtime":"python3.11","source_digest":"\#(digest)"}"#
            #expect(try await session.send(.post, functions, body).status == 400)
        }
    }
}
