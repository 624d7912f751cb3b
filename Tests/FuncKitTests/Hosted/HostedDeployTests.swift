import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HostedDeployTests {
    @Test func `the first deploy creates the function with a version to go back to`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let outcome = try await fixture.deploy(code: "one")
            #expect(outcome.changed)
            #expect(outcome.version.number == 1)
            #expect(outcome.version.isActive)
            #expect(outcome.version.status == .ready)
            #expect(outcome.function.status == .ready)
            let version = try #require(fixture.service.state.active("hello"))
            #expect(version.id.hasPrefix("hello-v1-"))
            let create = try #require(fixture.sent("POST", "/functions/").first)
            #expect(create.query["project_id"] == "prj-1")
            #expect(create.field("project_id") == .string("prj-1"))
            #expect(create.field("runtime") == .string("python"))
            #expect(create.field("resources") == .object(["memory": .string(""), "cpu": .string("")]))
            let source = try #require(version.source.flatMap { Data(base64Encoded: $0) })
            #expect(Digest.sha256(source) == outcome.version.sourceDigest)
        }
    }

    @Test func `what arrives is the project`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "print('there')")
            let text = try #require(fixture.service.state.functions["hello"]?.liveSource)
            let path = try fixture.folder.write(try #require(Data(base64Encoded: text)), to: "arrived.tar.gz")
            try await ArchiveExtractor.extract(path, into: fixture.folder.path("arrived"))
            #expect(try fixture.folder.read("arrived/main.py") == "print('there')")
        }
    }

    @Test func `a second deploy takes the next number and the traffic, and an equal one does nothing`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            let second = try await fixture.deploy(code: "two")
            #expect(second.version.number == 2)
            #expect(fixture.service.state.active("hello")?.number == 2)
            let writes = fixture.service.requests.filter { $0.method != "GET" }.count
            let again = try await fixture.deploy(code: "two")
            #expect(!again.changed)
            #expect(again.version.number == 2)
            #expect(again.uploadMilliseconds == nil)
            #expect(fixture.service.requests.filter { $0.method != "GET" }.count == writes)
            let forced = try await fixture.deploy(code: "two") { $0.force = true }
            #expect(forced.version.number == 3)
        }
    }

    @Test func `an image takes the place of a source`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            var request = DeployRequest(name: "hello", settings: HostedFixture.settings, sourceDigest: nil)
            request.image = "registry.example/hello:1"
            let workflow = DeployWorkflow(service: try fixture.client()) { _ in }
            let first = try await workflow.run(request, archive: nil, waitSeconds: 30)
            #expect(first.version.number == 1)
            #expect(first.version.isActive)
            let version = try #require(fixture.service.state.active("hello"))
            #expect(version.image == "registry.example/hello:1")
            #expect(version.source == nil)
            // What the name stands for may have changed.
            #expect(try await workflow.run(request, archive: nil, waitSeconds: 30).version.number == 2)
            _ = try await fixture.client().rollback(function: "hello", to: .number(1), message: nil, dryRun: false)
            #expect(fixture.service.state.active("hello")?.number == 1)
        }
    }

    @Test func `without traffic the version before stays active, with other settings too`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            var settings = HostedFixture.settings
            settings.labels = ["team": "b"]
            let second = try await fixture.deploy(code: "two", settings: settings) { $0.takesTraffic = false }
            #expect(second.version.number == 2)
            #expect(!second.version.isActive)
            #expect(fixture.service.state.active("hello")?.number == 1)
            #expect(fixture.service.state.functions["hello"]?.labels == ["team": "b"])
        }
    }

    @Test func `changed settings are sent with everything else`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            var settings = HostedFixture.settings
            settings.handler = "main.other"
            let second = try await fixture.deploy(code: "one", settings: settings)
            #expect(second.version.number == 2)
            let function = try #require(fixture.service.state.functions["hello"])
            #expect(function.handler == "main.other")
            #expect(function.runtime == "python")
            #expect(function.liveSource == fixture.service.state.active("hello")?.source)
            #expect(second.function.settings == settings)
        }
    }

    @Test func `ignored settings are named once, and come back in a description`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            var settings = HostedFixture.settings
            settings.timeout = 30
            settings.environment = ["B": "2", "A": "1"]
            settings.secrets = [SecretReference(env: "KEY", secret: "key")]
            settings.scaling = Scaling(minScale: 1)
            let outcome = try await fixture.deploy(code: "one", settings: settings) { $0.tag = "next" }
            #expect(
                outcome.version.warnings == [
                    "this server does not keep, and may ignore: timeout (30 s), environment (A, B), secrets (KEY), "
                        + "scaling, tag 'next'",
                    "this server chooses the version of 'python3.11' itself: it runs 'python'",
                ]
            )
            let described = try await fixture.client().function("hello")
            #expect(described.settings == settings)
            #expect(fixture.service.state.functions["hello"]?.annotations?["hks-func/timeout"] == "30")
        }
    }

    @Test func `an answer of 500 after the version was kept is no failure`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            fixture.service.change { $0.lateFailures = [("POST", "/versions")] }
            let second = try await fixture.deploy(code: "two")
            #expect(second.version.number == 2)
            #expect(fixture.service.state.versions(of: "hello").map(\.number) == [2, 1])
        }
    }

    @Test func `a number that another deploy took is replaced by the next one`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            let rival = HostedVersion(
                id: "rival",
                function: "hello",
                number: 2,
                source: nil,
                isActive: false,
                createdAt: Date()
            )
            fixture.service.change { tables in
                tables.failures = [("POST", "/versions")]
                tables.versions.append(rival)
            }
            let second = try await fixture.deploy(code: "two")
            #expect(second.version.number == 3)
            let ids = fixture.sent("POST", "/versions").compactMap { $0.field("id") }
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test func `a server that refuses again and again ends the deploy with its words`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            fixture.service.change { $0.failures = Array(repeating: ("POST", "/versions"), count: 5) }
            let error = await #expect(throws: FuncError.self) { try await fixture.deploy(code: "two") }
            #expect(error?.code == .serverError)
            #expect(error?.message == "could not deploy function 'hello': Failed for no reason")
            #expect(error?.hint?.contains("gives no reason") == true)
            #expect(fixture.service.state.active("hello")?.number == 1)
        }
    }

    @Test func `a project that is not there is told from a name that is taken`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let missing = await #expect(throws: FuncError.self) {
                try await fixture.deploy(code: "one", client: try fixture.client(project: "demo"))
            }
            #expect(missing?.code == .projectNotFound)
            #expect(missing?.hint?.contains("'prj-1'") == true)

            try await fixture.deploy(code: "one")
            let taken = await #expect(throws: FuncError.self) {
                try await fixture.deploy(code: "two", client: try fixture.client(project: "prj-2"))
            }
            #expect(taken?.code == .alreadyExists)
            #expect(taken?.message.contains("another project") == true)
            #expect(fixture.service.state.functions["hello"]?.project == "prj-1")
        }
    }

    @Test func `a function is waited for until its status says ready`() async throws {
        try await HostedFixture.with {
            $0.asksUntilReady = 5
        } _: { (fixture) async throws -> Void in
            let outcome = try await fixture.deploy(code: "one")
            #expect(outcome.version.status == .ready)
            #expect(outcome.function.status == .ready)
            #expect(fixture.service.state.functions["hello"]?.asksUntilReady == 0)
        }
    }

    @Test(arguments: [(1, true), (0, false), (7, false)])
    func `a deploy on a condition looks at the active version`(version: Int, isMet: Bool) async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            try await fixture.deploy(code: "one")
            let code: ErrorCode?
            do {
                try await fixture.deploy(code: "two") { $0.ifVersion = version }
                code = nil
            } catch let error as FuncError {
                code = error.code
            }
            #expect(code == (isMet ? nil : .versionConflict))
            #expect(fixture.service.state.versions(of: "hello").count == (isMet ? 2 : 1))
        }
    }

    @Test func `triggers of the manifest are made one by one, and what cannot be had is said`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            var settings = HostedFixture.settings
            settings.triggers = [
                TriggerSpec(name: "api", type: "http", config: ["path": "/hello", "methods": "GET"]),
                TriggerSpec(name: "nightly", type: "schedule", config: ["cron": "0 30 2 * * *"]),
                TriggerSpec(name: "fast", type: "schedule", config: ["cron": "*/5 * * * * *"]),
                TriggerSpec(name: "orders", type: "event", config: ["filter.type": "x"]),
            ]
            let outcome = try await fixture.deploy(code: "one", settings: settings)
            let made = fixture.service.state.triggers
            #expect(made.map(\.name) == ["api", "nightly"])
            #expect(made.allSatisfy { $0.isEnabled })
            #expect(made.last?.config == ["cron": "30 2 * * *"])
            #expect(made.first?.config?["method"] == "GET")
            let warnings = outcome.version.warnings.filter { $0.hasPrefix("trigger") }
            #expect(warnings.count == 2)
            #expect(warnings.first?.contains("seconds") == true)
            let again = try await fixture.deploy(code: "two", settings: settings)
            #expect(again.version.warnings.filter { $0.hasPrefix("trigger 'api'") }.isEmpty)
            #expect(fixture.service.state.triggers.count == 2)
        }
    }

    @Test func `progress of the bytes is told during the deploy`() async throws {
        try await HostedFixture.with { (fixture) async throws -> Void in
            let archive = try await fixture.archive(["main.py": "one"])
            let progress = Mutex<[TransferProgress]>([])
            let request = DeployRequest(name: "f", settings: HostedFixture.settings, sourceDigest: archive.digest)
            let outcome = try await DeployWorkflow(service: try fixture.client()) { step in
                if case .uploading(let bytes) = step { progress.withLock { $0.append(bytes) } }
            }
            .run(request, archive: archive, waitSeconds: 30)
            #expect(progress.withLock { $0.last } == TransferProgress(completed: archive.size, total: archive.size))
            #expect(outcome.uploadMilliseconds != nil)
        }
    }
}
