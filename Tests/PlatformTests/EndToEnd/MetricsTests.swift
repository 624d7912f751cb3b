import Foundation
import TestSupport
import Testing

/// Numbers of real requests to a real function, over restarts of the platform.
@Suite(.tags(.platform)) struct MetricsTests {
    private static let source = """
        def handler(event, context):
            return {"statusCode": 500 if "fail" in event["path"] else 200, "body": "x"}

        """

    private func metrics(_ fixture: CommandLineFixture) async throws -> [String: Any] {
        let run = try await fixture.run("metrics", "counted", "-o", "json")
        #expect(run.status == 0, "\(run.error)")
        return try run.json()
    }

    @Test func `what was requested is what is shown, also after a restart and a crash`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.pythonProject("counted", Self.source)
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            let loop = "for i in $(seq 1 40); do curl -s -o /dev/null \(url); done; curl -s -o /dev/null \(url)fail"
            #expect(try await fixture.run("/bin/bash", ["-c", loop]).status == 0)
            let invoked = try await fixture.run("invoke", "counted", "-p", "/fail", "-o", "json")
            let id = try #require(try invoked.json()["invocation_id"] as? String)
            var seen = try await metrics(fixture)
            #expect(seen["invocations"] as? Int == 42)
            #expect(seen["errors"] as? Int == 2)
            let duration = try #require(seen["duration_ms"] as? [String: Double])
            #expect(try #require(duration["p50"]) > 0)
            #expect(try #require(duration["max"]) >= #require(duration["p95"]))

            #expect(try await fixture.run("platform", "stop").status == 0)
            seen = try await metricsAfterStart(fixture)
            #expect(seen["invocations"] as? Int == 42)

            #expect(try await fixture.get(url.replacingPort(with: try await port(fixture))).status == 200)
            try await eventually("the request is counted") {
                try await metrics(fixture)["invocations"] as? Int == 43
            }
            try await untilWritten(fixture, after: Date())
            try await fixture.killPlatform()
            seen = try await metricsAfterStart(fixture)
            #expect(seen["invocations"] as? Int == 43)
            #expect(seen["errors"] as? Int == 2)

            let call = try await fixture.run("invocations", "status", id, "--wait", "--fail")
            #expect(call.status == 13, "\(call.error)")
            let events = try await fixture.run("events", "counted", "-o", "jsonl")
            #expect(events.output.contains(id))
            #expect(events.output.contains(#""type":"created""#))
        }
    }

    /// What instances use shows only once the numbers so far are on disk, so a kill cannot lose them any more.
    private func untilWritten(_ fixture: CommandLineFixture, after time: Date) async throws {
        let whole = Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 10).rounded(.up) * 10)
        let since = whole.formatted(.iso8601)
        try await eventually("numbers are written") {
            guard Date() > whole else { return false }
            let run = try await fixture.run("metrics", "counted", "-o", "json", "--since", since)
            return try (run.json()["memory_bytes"] as? [String: Double])?["max"] ?? 0 > 0
        }
    }

    private func metricsAfterStart(_ fixture: CommandLineFixture) async throws -> [String: Any] {
        try await eventually("the platform runs again") {
            try await fixture.run("platform", "start").status == 0
        }
        return try await metrics(fixture)
    }

    private func port(_ fixture: CommandLineFixture) async throws -> Int {
        try #require(try await fixture.run("platform", "status", "-o", "json").json()["port"] as? Int)
    }
}

extension String {
    /// The same address on another port.
    fileprivate func replacingPort(with port: Int) -> String {
        replacingOccurrences(of: ":[0-9]+/", with: ":\(port)/", options: .regularExpression)
    }
}
