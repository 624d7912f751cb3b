import Foundation
import FuncKit
import Testing

@Suite struct ManifestLoaderTests {
    @Test func `reads every key of the written form`() throws {
        let loaded = try ManifestFixtures.load(ManifestFixtures.text("accepted", "full"))
        let expected = FunctionSettings(
            runtime: "python3.11",
            handler: "main.handler",
            type: .http,
            description: "Says hello",
            buildCommand: ["python", "-m", "compileall", "."],
            environment: [
                "LOG_LEVEL": "info", "API_BASE": "${env:API_BASE:-http://localhost}", "RETRIES": "3", "DEBUG": "false",
            ],
            secrets: [
                SecretReference(env: "DB_PASSWORD", secret: "db-password"),
                SecretReference(env: "API_KEY", secret: "api-key"),
            ],
            resources: Resources(memory: "256Mi", cpu: "100m"),
            triggers: [
                TriggerSpec(name: "api", type: "http", config: ["path": "/hello", "methods": "GET,POST"]),
                TriggerSpec(
                    name: "nightly",
                    type: "schedule",
                    config: ["cron": "0 3 * * *", "timezone": "Asia/Tokyo"]
                ),
                TriggerSpec(name: "orders", type: "event", config: ["event_type": "com.example.order.created"]),
                TriggerSpec(name: "queue", type: "messagequeue", config: ["topic": "orders", "batch_size": "10"]),
                TriggerSpec(name: "tick", type: "timer", enabled: false, config: ["interval": "5m"]),
            ],
            labels: ["team": "backend"],
            annotations: ["example.com/owner": "backend team"]
        )
        #expect(loaded.manifest.settings == expected)
        #expect(loaded.manifest.name == "hello")
        #expect(loaded.manifest.include == ["dist/**"])
        #expect(loaded.manifest.exclude == ["docs/"])
        #expect(loaded.manifest.profiles == ["production"])
        #expect(loaded.notices.isEmpty)
        #expect(loaded.environmentLocations["API_BASE"]?.line == 6)
    }

    @Test func `fills in what a short file leaves out`() throws {
        let settings = try ManifestFixtures.load(ManifestFixtures.text("accepted", "minimal")).manifest.settings
        #expect(settings == FunctionSettings(runtime: "python3.11", handler: "main.handler"))
    }

    @Test func `keeps an empty handler and splits nothing that is a list`() throws {
        let settings = try ManifestFixtures.load(ManifestFixtures.text("accepted", "custom")).manifest.settings
        #expect(settings.handler == "")
        #expect(settings.command == ["./server", "--greeting", "hello world"])
        #expect(settings.buildCommand == ["make", "server"])
        #expect(settings.resources == Resources(memory: "67108864", cpu: "0.5"))
        #expect(settings.timeout == 300)
    }

    @Test(arguments: ManifestFixtures.names(in: "accepted"))
    func `accepts`(name: String) throws {
        _ = try ManifestFixtures.load(ManifestFixtures.text("accepted", name))
    }

    @Test(arguments: [
        ("", 0, 100, 100, ScalingMetric.concurrency, 30_000),
        ("profile: high-performance", 1, 500, 50, .rps, 60_000),
        ("profile: ml", 1, 50, 80, .cpu, 300_000),
        ("profile: ml, minScale: 0, scaleDownDelay: 1m30s", 0, 50, 80, .cpu, 90_000),
        ("scaleDownDelay: 5", 0, 100, 100, .concurrency, 5_000),
    ])
    func `lays keys over the scaling preset`(
        keys: String,
        minScale: Int,
        maxScale: Int,
        target: Int,
        metric: ScalingMetric,
        delay: Int
    ) throws {
        let loaded = try ManifestFixtures.load("name: a\nruntime: python\nscaling: { \(keys) }\n")
        #expect(
            loaded.manifest.settings.scaling
                == Scaling(
                    minScale: minScale,
                    maxScale: maxScale,
                    target: target,
                    metric: metric,
                    scaleDownDelayMilliseconds: delay
                )
        )
    }

    @Test func `merges maps of a profile and replaces the rest`() throws {
        let text = """
            name: hello
            runtime: python
            timeout: 10
            environment: { A: base, B: base }
            triggers: [ { name: api, type: http } ]
            build: { exclude: [a] }
            profiles:
              production:
                timeout: 20
                environment: { B: production, C: production }
                triggers: []
                build: { exclude: [b] }
              idle:
                environment:
            """
        let base = try ManifestFixtures.load(text).manifest
        let production = try ManifestFixtures.load(text, profile: "production").manifest
        #expect(base.settings.environment == ["A": "base", "B": "base"])
        #expect(production.settings.environment == ["A": "base", "B": "production", "C": "production"])
        #expect(production.settings.timeout == 20)
        #expect(production.settings.triggers.isEmpty)
        #expect(production.exclude == ["b"])
        #expect(production.name == "hello")
        #expect(try ManifestFixtures.load(text, profile: "idle").manifest == base)
    }

    @Test func `names the profiles where one is unknown`() throws {
        let text = try ManifestFixtures.text("accepted", "anchors")
        let error = #expect(throws: FuncError.self) { try ManifestFixtures.load(text, profile: "prodction") }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message == "function.yaml has no profile 'prodction'")
        #expect(error?.hint == "did you mean 'production'? the profiles are: production, staging")
    }

    @Test func `follows aliases and merge keys`() throws {
        let text = try ManifestFixtures.text("accepted", "anchors")
        let production = try ManifestFixtures.load(text, profile: "production").manifest
        #expect(production.settings.environment == ["LOG_LEVEL": "info", "STAGE": "production"])
        let staging = try ManifestFixtures.load(text, profile: "staging").manifest
        #expect(staging.settings.environment == ["LOG_LEVEL": "info", "STAGE": "staging"])
    }

    @Test func `means the same with a byte order mark and with other line ends`() throws {
        let text = try ManifestFixtures.text("accepted", "full")
        let plain = try ManifestFixtures.load(text).manifest
        let windows = text.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try ManifestFixtures.load(windows).manifest == plain)
        #expect(try ManifestFixtures.load("\u{FEFF}" + text).manifest == plain)
        let data = Data([0xEF, 0xBB, 0xBF] + Array(windows.utf8))
        #expect(try ManifestFixtures.loader.load(data: data, file: "function.yaml").manifest == plain)
    }
}
