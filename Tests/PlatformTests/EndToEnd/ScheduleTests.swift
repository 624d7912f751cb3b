import Foundation
import FuncKit
import TestSupport
import Testing

/// Schedules on a platform of its own process: they fire by themselves, and what befalls the platform is not felt.
@Suite(.tags(.platform)) struct ScheduleTests {
    private static let handler = """
        def handler(event, context):
            run = event["data"]
            context.logger.info("%s due %s", run["schedule"], run["scheduledTime"])

        """

    /// A scheduled function that is called every second.
    private func deployTicker(_ fixture: CommandLineFixture) async throws {
        let run = try await fixture.run("init", "ticker", "-r", "python", "-t", "scheduled", "--defaults")
        try #require(run.status == 0, "\(run.error)")
        let project = fixture.workFolder + "/ticker"
        try Data(Self.handler.utf8).write(to: URL(fileURLWithPath: project + "/main.py"))
        try fixture.edit(project + "/function.yaml", #"cron: "0 3 * * *""#, #"cron: "* * * * * *", maxRetries: 0"#)
        let deployed = try await fixture.deploy(project)
        try #require(deployed.run.status == 0, "\(deployed.run.error)")
        #expect(!deployed.run.error.contains("Warning"), "\(deployed.run.error)")
    }

    /// The times that the function was called for, as it logged them.
    private func times(_ fixture: CommandLineFixture) async throws -> [String] {
        let log = try await fixture.run("logs", "ticker", "--tail", "1000", "-o", "jsonl").output
        return log.split(separator: "\n").compactMap { line in
            let parts = line.components(separatedBy: "nightly due ")
            return parts.count == 2 ? String(parts[1].prefix(20)) : nil
        }
    }

    @Test func `a schedule fires by itself, and after kill -9 no time fires twice`() async throws {
        try await CommandLineFixture.with { fixture in
            try await deployTicker(fixture)
            let before = try await eventually("three runs") {
                let times = try await times(fixture)
                return times.count >= 3 ? times : nil
            }
            try await fixture.killPlatform()
            #expect(try await fixture.run("platform", "start").status == 0)
            let after = try await eventually("three more runs") {
                let times = try await times(fixture)
                return times.count >= before.count + 3 ? times : nil
            }
            #expect(Set(after).count == after.count, "a time fired twice: \(after)")
            #expect(after == after.sorted())
            let calls = try await fixture.run("invocations", "list", "ticker", "-o", "json").output
            #expect(calls.contains(#""trigger" : "nightly""#) || calls.contains(#""trigger":"nightly""#), "\(calls)")
            let trigger = try await fixture.run("triggers", "describe", "nightly", "--name", "ticker", "-o", "json")
                .json()
            #expect(trigger["last_fired_at"] is String)
            #expect(trigger["next_fire_at"] is String)
        }
    }

    @Test func `a disabled schedule is silent and can be fired by hand`() async throws {
        try await CommandLineFixture.with { fixture in
            try await deployTicker(fixture)
            try await eventually("a run") { try await !times(fixture).isEmpty }
            let update = try await fixture.run("triggers", "update", "nightly", "--name", "ticker", "--disabled")
            #expect(update.status == 0, "\(update.error)")
            let fired = try await fixture.run("triggers", "fire", "nightly", "--name", "ticker", "--fail", "-o", "json")
            #expect(fired.status == 0, "\(fired.error)")
            let id = try #require(try fired.json()["invocation_id"] as? String)
            let calls = try await fixture.run("invocations", "list", "ticker", "-o", "name").output
            // What was under way has ended, and nothing has come since.
            #expect(calls.split(separator: "\n").first.map(String.init) == id)
        }
    }
}
