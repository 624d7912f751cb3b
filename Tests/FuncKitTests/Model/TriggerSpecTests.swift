import Foundation
import Testing

@testable import FuncKit

@Suite struct TriggerSpecTests {
    private func normalised(_ type: String, _ config: [String: String]) throws -> TriggerSpec {
        try TriggerSpec(name: "t", type: type, config: config).normalised()
    }

    @Test(
        arguments: [
            ("HTTP", "http"), ("queue", "messagequeue"), ("message_queue", "messagequeue"),
            ("Message-Queue", "messagequeue"),
            ("scheduled", "schedule"), ("cron", "schedule"), ("CloudEvent", "event"), ("interval", "timer"),
        ]
    )
    func `types have many names`(type: String, canonical: String) throws {
        let config = ["cron": "* * * * *", "topic": "a", "interval": "1m"]
        #expect(try normalised(type, config).type == canonical)
    }

    @Test(
        arguments: [
            ("http", ["path": "/x/", "method": "get"], ["path": "/x", "method": "GET"]),
            ("http", ["path": "/", "methods": "POST,get,POST"], ["path": "/", "methods": "GET,POST"]),
            ("http", ["methods": "PUT"], ["method": "PUT"]), ("http", ["methods": "*", "path": ""], [:]),
            ("http", ["method": ""], [:]), ("http", ["method": "GET", "methods": "GET,POST"], ["methods": "GET,POST"]),
            ("http", ["auth": "none"], ["auth": "public"]), ("http", ["auth": "api-key"], ["auth": "token"]),
            ("http", ["auth": "api_key"], ["auth": "token"]), ("http", ["auth.type": "JWT"], ["auth": "jwt"]),
            ("http", ["auth": "true"], ["auth": "token"]), ("http", ["url": "http://x"], [:]),
            (
                "http", ["host": "Shop.localhost", "allowedHosts": "a.localhost, b.localhost"],
                ["host": "shop.localhost", "allowed_hosts": "a.localhost,b.localhost"]
            ),
            ("http", ["rateLimit": "5", "cors.origins": "*"], ["rate_limit": "5", "cors.origins": "*"]),
            ("http", ["path": "/grüße"], ["path": "/grüße"]),
            ("schedule", ["schedule": "0 8 * * *"], ["cron": "0 8 * * *"]),
            ("schedule", ["expression": "cron(0 8 * * mon-fri)"], ["cron": "0 8 * * MON-FRI"]),
            ("schedule", ["expression": "rate(5 minutes)"], ["cron": "every 5m"]),
            (
                "schedule", ["cron": "@daily", "timeZone": "Asia/Tokyo", "input": "{\"a\": 1}"],
                ["cron": "@daily", "timezone": "Asia/Tokyo", "input": "{\"a\": 1}"]
            ),
            ("schedule", ["cron": "0 0 8 * * *", "schedule": ""], ["cron": "0 0 8 * * *"]),
            ("event", ["eventType": "a.b", "source": "/s"], ["event_type": "a.b", "event_source": "/s"]),
            ("event", ["filter.type": "a", "filter.region": "eu"], ["event_type": "a", "filter.region": "eu"]),
            ("event", ["filters.region": "eu", "events": "a,b"], ["filter.region": "eu", "event_type": "a,b"]),
            ("event", ["filters.0.exact.type": "a"], ["filters.0.exact.type": "a"]), ("event", [:], [:]),
            (
                "queue", ["queueName": "q", "batchSize": "010", "visibilityTimeout": "30", "queueType": "NATS"],
                ["topic": "q", "batch_size": "10", "visibility_timeout": "30s", "queue_type": "nats"]
            ),
            (
                "messagequeue", ["topic": "q", "maxRetries": "3", "polling_interval": "rate(1 minute)", "other": "x"],
                ["topic": "q", "max_retries": "3", "polling_interval": "1m", "other": "x"]
            ),
            ("timer", ["every": "90s"], ["interval": "1m30s"]), ("timer", ["interval": "300"], ["interval": "5m"]),
            ("timer", ["rate": "rate(24 hours)"], ["interval": "24h"]),
            (
                "timer", ["every": "1m", "concurrencyPolicy": "Allow", "maxRetries": "03", "catchUp": "0"],
                ["interval": "1m", "concurrency_policy": "allow", "max_retries": "3", "catch_up": "0s"]
            ),
            (
                "schedule", ["cron": "@daily", "concurrency": "replace", "catch_up": "90m"],
                ["cron": "@daily", "concurrency_policy": "replace", "catch_up": "1h30m"]
            ),
        ] as [(String, [String: String], [String: String])]
    )
    func `settings are stored in one spelling`(type: String, config: [String: String], expected: [String: String])
        throws
    {
        let spec = try normalised(type, config)
        #expect(spec.config == expected)
        #expect(try spec.normalised() == spec)
    }

    @Test(
        arguments: [
            ("htp", [:], "did you mean 'http'?"), ("aiops", [:], "unknown type 'aiops'"), ("", [:], "has no type"),
            ("timer", ["every": "1m", "concurrency": "maybe"], "none of forbid, allow, replace"),
            ("timer", ["every": "1m", "maxRetries": "11"], "from 0 to 10"),
            ("schedule", ["cron": "@daily", "catchUp": "soon"], "is not a time"),
            ("http", ["path": "x"], "does not start with '/'"), ("http", ["path": "/a/../b"], "'..' as a part"),
            ("http", ["path": "/./b"], "'.' as a part"), ("http", ["path": "/a//b"], "'//'"),
            ("http", ["path": "//"], "'//'"), ("http", ["path": "/a?b"], "a query"),
            ("http", ["path": "/a#b"], "a fragment"),
            ("http", ["path": "/a b"], "a space"), ("http", ["path": "/a\u{1}"], "a control character"),
            ("http", ["path": "/a%20b"], "percent-encoded"), ("http", ["path": "/users/{id}"], "a pattern"),
            ("http", ["path": "/a/*"], "a pattern"), ("http", ["path": "/a;b"], "';'"),
            ("http", ["path": "/a\\b"], "'\\'"),
            ("http", ["path": String(repeating: "/a", count: 17)], "more than 16 parts"),
            ("http", ["path": "/" + String(repeating: "a", count: 1024)], "1024 bytes"),
            ("http", ["methods": "GET,PSOT"], "did you mean 'POST'?"), ("http", ["method": "BREW"], "'BREW'"),
            ("http", ["method": "PUT", "methods": "GET,POST"], "not among the 'methods'"),
            ("http", ["auth": "tokn"], "did you mean 'token'?"), ("http", ["auth": "basic"], "who may call"),
            ("http", ["auth": "token", "auth.type": "jwt"], "contradict"),
            ("http", ["host": "http://x.localhost"], "no host name"), ("http", ["host": "localhost"], "no host name"),
            ("http", ["host": "a..localhost"], "no host name"), ("http", ["host": "x.localhost:80"], "no host name"),
            ("schedule", [:], "has no 'cron'"), ("schedule", ["cron": " "], "has no 'cron'"),
            ("schedule", ["cron": "0 25 * * *"], "'25' as hour"),
            ("schedule", ["schedule": "0 25 * * *"], "'schedule'"),
            ("schedule", ["cron": "@daily", "schedule": "@hourly"], "'cron' and 'schedule' of trigger 't' contradict"),
            ("schedule", ["cron": "@daily", "timezone": "Asia/Tokio"], "did you mean 'Asia/Tokyo'?"),
            ("schedule", ["cron": "@daily", "timezone": "../../etc/passwd"], "time zone"),
            ("event", ["filter.Region": "x"], "attribute"), ("event", ["filter.": "x"], "attribute"),
            ("messagequeue", [:], "has no 'topic'"),
            ("messagequeue", ["topic": "q", "queue_type": "sqs"], "kind of queue"),
            ("messagequeue", ["topic": "q", "max_retries": "-1"], "0 to 1000"),
            ("messagequeue", ["topic": "q", "batch_size": "many"], "1 to 10000"),
            ("timer", [:], "has no 'interval'"), ("timer", ["interval": "0"], "1s to 365d"),
            ("timer", ["interval": "400d"], "1s to 365d"), ("timer", ["interval": "99999999999999999"], "1s to 365d"),
            ("http", ["a b": "x"], "is no name"), ("http", ["": "x"], "is no name"),
            ("http", ["x": "\0"], "a zero byte"),
            ("http", ["x": String(repeating: "y", count: 17_000)], "16384 bytes"),
            ("http", Dictionary(uniqueKeysWithValues: (0...100).map { ("k\($0)", "v") }), "more than 100 settings"),
        ] as [(String, [String: String], String)]
    )
    func `what makes no sense is refused with the value at fault`(
        type: String,
        config: [String: String],
        words: String
    ) throws {
        let error = try #require(throws: FuncError.self) { try normalised(type, config) }
        #expect(error.code == .invalidArgument)
        #expect((error.message + " " + (error.hint ?? "")).contains(words), "\(error)")
        #expect(error.message.contains("'t'") || type.isEmpty)
    }

    @Test(arguments: ["", "A", "a b", "-a", "a-", String(repeating: "a", count: 64), "é"])
    func `a name is a label`(name: String) {
        #expect(throws: FuncError.self) { try TriggerSpec(name: name, type: "http").normalised() }
    }

    @Test func `values of any shape become text`() throws {
        let json = """
            {"name":"t","type":"http","config":{"methods":["GET","POST"],"max":3,"on":true,"half":0.5,"none":null,
             "cors":{"origins":["a","b"],"deep":{"x":1}},"filters":[{"exact":{"type":"a"}},"b"],"empty":[]}}
            """
        let spec = try JSONDecoder.functionAPI.decode(TriggerSpec.self, from: Data(json.utf8))
        #expect(
            spec.config == [
                "methods": "GET,POST", "max": "3", "on": "true", "half": "0.5", "cors.origins": "a,b",
                "cors.deep.x": "1", "filters.0.exact.type": "a", "filters.1": "b", "empty": "",
            ]
        )
        #expect(spec.enabled)
        let bare = try JSONDecoder.functionAPI.decode(TriggerSpec.self, from: Data(#"{"config":null}"#.utf8))
        #expect(bare == TriggerSpec(name: "", type: ""))
        #expect(throws: DecodingError.self) {
            try JSONDecoder.functionAPI.decode(TriggerSpec.self, from: Data(#"{"config":"x"}"#.utf8))
        }
    }

    @Test func `an http trigger says who gets where`() throws {
        let config = [
            "path": "/x", "methods": "GET,POST", "auth": "jwt", "host": "a.localhost", "hosts": "b.localhost",
        ]
        let trigger = try #require(try HTTPTrigger(TriggerSpec(name: "t", type: "http", config: config)))
        #expect(trigger.path == "/x")
        #expect(trigger.hosts == ["a.localhost", "b.localhost"])
        #expect(trigger.auth == .jwt)
        #expect(["GET", "POST", "HEAD"].allSatisfy(trigger.allows))
        #expect(!trigger.allows(method: "PUT"))
        #expect(try HTTPTrigger(TriggerSpec(name: "t", type: "event")) == nil)
        #expect(HTTPTrigger().allows(method: "PROPFIND"))
        #expect([HTTPTriggerAuth.token, .public, .jwt].sorted() == [.public, .jwt, .token])
    }

    @Test func `warnings name what is kept and not acted upon`() throws {
        let http = TriggerSpec(name: "a", type: "http", config: ["rate_limit": "5", "cors.origins": "*"])
        #expect(http.warnings(supportedTypes: ["http"]).count == 2)
        #expect(TriggerSpec(name: "a", type: "http").warnings(supportedTypes: ["http"]).isEmpty)
        #expect(
            TriggerSpec(name: "n", type: "schedule").warnings(supportedTypes: ["http"])
                == ["trigger 'n' is kept, but this server does not fire triggers of type 'schedule'"]
        )
    }

    @Test func `a schedule knows when it is due, anything else does not`() throws {
        let now = try #require(WireDate.parse("2026-03-01T12:00:00Z"))
        func next(_ type: String, _ config: [String: String], enabled: Bool = true) -> String? {
            let spec = TriggerSpec(name: "t", type: type, enabled: enabled, config: config)
            return Trigger(id: "1", functionID: "f", spec: spec).dueTimes(after: now, count: 1).first.map(
                WireDate.format
            )
        }
        #expect(next("schedule", ["cron": "0 3 * * *"]) == "2026-03-02T03:00:00Z")
        #expect(next("schedule", ["cron": "0 3 * * *", "timezone": "Asia/Tokyo"]) == "2026-03-01T18:00:00Z")
        #expect(next("schedule", ["cron": "0 3 * * *"], enabled: false) == nil)
        #expect(next("schedule", ["cron": "soon"]) == nil)
        #expect(next("timer", ["interval": "5m"]) == "2026-03-01T12:05:00Z")
        #expect(next("http", [:]) == nil)
    }
}
