import Foundation
import FuncKit
import Testing

@testable import FuncKit

/// Every field of an answer may be missing or null, and there may be more of them.
@Suite struct HostedModelTests {
    /// Decodes `sample` as it is, then with each field left out, and with each field null, nested ones included.
    private func survive<T: Codable>(_ type: T.Type, _ sample: T, keeping needed: Set<String> = []) throws {
        let whole = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder.functionAPI.encode(sample))
        for (path, variant) in variants(of: whole) where needed.isDisjoint(with: path) {
            let data = try JSONEncoder().encode(variant)
            #expect(throws: Never.self, "\(type) without \(path.joined(separator: "."))") {
                try JSONDecoder.functionAPI.decode(type, from: data)
            }
        }
        #expect(throws: Never.self, "\(type) from nothing") {
            if needed.isEmpty { _ = try JSONDecoder.functionAPI.decode(type, from: Data("{}".utf8)) }
        }
    }

    private func variants(of value: JSONValue) -> [(path: [String], value: JSONValue)] {
        guard case .object(let fields) = value else { return [] }
        var found: [(path: [String], value: JSONValue)] = []
        for (key, inner) in fields {
            var without = fields
            without[key] = nil
            var null = fields
            null[key] = .null
            var more = fields
            more["\(key)_more"] = .array([.null, .object(["x": .integer(1)])])
            found += [without, null, more].map { ([key], .object($0)) }
            for (path, variant) in variants(of: inner) {
                var changed = fields
                changed[key] = variant
                found.append(([key] + path, .object(changed)))
            }
        }
        return found
    }

    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private static let answer = InvokeResponse(
        statusCode: 200,
        headers: ["a": ["b"]],
        body: Data([1]),
        invocationID: "i"
    )

    @Test func `functions`() throws {
        let settings = FunctionSettings(
            runtime: "python",
            environment: ["A": "1"],
            labels: ["l": "1"],
            annotations: ["a": "1"]
        )
        let function = Function(
            id: "1",
            name: "f",
            activeVersion: "v",
            activeVersionNumber: 1,
            latestVersionNumber: 1,
            status: .ready,
            url: "http://x",
            sourceDigest: "d",
            revision: 1,
            readyInstances: 1,
            settings: settings,
            createdAt: Self.now,
            updatedAt: Self.now
        )
        // Names and values of these maps are the user's own.
        try survive(Function.self, function, keeping: ["A", "l", "a"])
    }

    @Test func `versions`() throws {
        let version = FunctionVersion(
            id: "v",
            number: 1,
            failure: VersionFailure(code: .buildFailed, message: "m", lastLines: ["l"]),
            trafficPercent: 1,
            tag: "t",
            message: "m",
            createdBy: "c",
            sourceDigest: "d",
            phases: VersionPhases(buildMilliseconds: 1, readyMilliseconds: 2),
            warnings: ["w"],
            settings: FunctionSettings(),
            createdAt: Self.now
        )
        try survive(FunctionVersion.self, version)
    }

    @Test func `triggers, events, secrets and projects`() throws {
        let spec = TriggerSpec(name: "t", type: "http", config: ["path": "/x"])
        let trigger = Trigger(id: "1", functionID: "f", spec: spec, createdAt: Self.now, updatedAt: Self.now)
        try survive(Trigger.self, trigger)
        let event = Event(id: "e", functionID: "f", type: "t", description: "d", createdAt: Self.now)
        try survive(Event.self, event)
        try survive(Secret.self, Secret(name: "s", usedBy: ["f"], createdAt: Self.now, updatedAt: Self.now))
        try survive(Project.self, Project(id: "p", name: "n"), keeping: ["id"])
    }

    @Test func `calls, logs, metrics and capabilities`() throws {
        // Names of header fields are the function's own.
        try survive(InvokeResponse.self, Self.answer, keeping: ["a"])
        let call = Invocation(
            id: "i",
            functionID: "f",
            status: .completed,
            startedAt: Self.now,
            completedAt: Self.now,
            result: Self.answer,
            error: "e"
        )
        try survive(Invocation.self, call, keeping: ["a"])
        try survive(LogEntry.self, LogEntry(timestamp: Self.now, message: "m", instance: "i", sequence: 1))
        let metrics = Metrics(invocations: 1, duration: MetricStats(min: 1))
        try survive(MetricsReport.self, MetricsReport(total: metrics, start: Self.now, end: Self.now))
        try survive(Capabilities.self, Capabilities(name: "n", version: "1", supportedRuntimes: ["go"]))
    }

    @Test(arguments: [
        ("ready", FunctionStatus.ready), ("active", .ready), ("updating", .building), ("deploying", .building),
        ("error", .error), ("inactive", .pending), ("", .pending), ("whatever", .pending),
    ])
    func `status words of all dialects are understood`(word: String, status: FunctionStatus) throws {
        let data = Data(#"{"id":"1","name":"f","status":"\#(word)"}"#.utf8)
        #expect(try JSONDecoder.functionAPI.decode(Function.self, from: data).status == status)
    }

    @Test func `a function without an id is addressed by its name`() throws {
        let data = Data(#"{"id":"","name":"f"}"#.utf8)
        #expect(try JSONDecoder.functionAPI.decode(Function.self, from: data).id == "f")
    }

    @Test func `settings of triggers become flat text`() throws {
        let text = #"{"name":"t","config":{"a":["x","y"],"n":3,"b":true,"z":null,"f":{"type":"q"},"s":"s"}}"#
        let spec = try JSONDecoder.functionAPI.decode(TriggerSpec.self, from: Data(text.utf8))
        #expect(spec.config == ["a": "x,y", "n": "3", "b": "true", "f.type": "q", "s": "s"])
    }

    @Test func `log entries are objects or plain text`() throws {
        let entries = try JSONDecoder.functionAPI.decode(
            [LogEntry].self,
            from: Data(#"["plain",{"message":"m"}]"#.utf8)
        )
        #expect(entries.map(\.message) == ["plain", "m"])
    }

    @Test func `mirrored settings give way to what the server tells`() throws {
        let settings = FunctionSettings(runtime: "python3.11", handler: "main.handler", timeout: 30)
        var function = Function(id: "f", name: "f")
        function.settings.runtime = "python"
        function.settings.annotations = try SettingsMirror.annotations(for: settings, sentRuntime: "python")
        #expect(SettingsMirror.restored(function).settings == settings)
        function.settings.runtime = "go"
        function.settings.handler = "other"
        #expect(SettingsMirror.restored(function).settings.runtime == "go")
        #expect(SettingsMirror.restored(function).settings.handler == "other")
        for damaged in ["", "{", "[]", #"{"settings":7}"#] {
            function.settings.annotations["hks-func/settings"] = damaged
            #expect(SettingsMirror.restored(function) == function)
        }
    }
}
