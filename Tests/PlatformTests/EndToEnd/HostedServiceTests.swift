import Foundation
import TestSupport
import Testing

/// The real program against a stand-in for the hosted service, and the same steps against the local platform.
@Suite(.tags(.platform)) struct HostedServiceTests {
    private func invoke(_ fixture: CommandLineFixture, _ folder: String) async throws -> String {
        let run = try await fixture.run("invoke", "-d", "{}", in: folder)
        #expect(run.status == 0, "\(run.error)")
        return run.output
    }

    private func list(_ run: ProgramRun) throws -> [[String: Any]] {
        #expect(run.status == 0, "\(run.error)")
        return try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]] ?? []
    }

    @Test(arguments: JourneyServer.allCases)
    func `from an empty folder to served traffic and back, on every server`(server: JourneyServer) async throws {
        try await server.run { fixture in
            let folder = try await fixture.project("hello")
            let first = try await fixture.deploy(folder)
            #expect(first.run.status == 0, "\(first.run.error)")
            #expect(first.json["version"] as? Int == 1)
            #expect(first.json["changed"] as? Bool == true)
            #expect(first.json["status"] as? String == "ready")
            let old = try await invoke(fixture, folder)

            let again = try await fixture.deploy(folder)
            #expect(again.json["changed"] as? Bool == false)
            #expect(again.json["version"] as? Int == 1)

            try await change(fixture, folder, old: old)
            try await follow(fixture)
            try await goBackAndDelete(fixture, folder, old: old)
        }
    }

    private func change(_ fixture: CommandLineFixture, _ folder: String, old: String) async throws {
        let updated = try await fixture.run("update", "--label", "team=a", "-o", "json", in: folder)
        #expect(updated.status == 0, "\(updated.error)")
        #expect(try updated.json()["version"] as? Int == 1)
        let described = try await fixture.run("describe", "hello", "-o", "json")
        #expect(try described.json()["labels"] as? [String: String] == ["team": "a"])

        try fixture.edit(folder + "/main.py", "Hello", "Good morning")
        let second = try await fixture.deploy(folder)
        #expect(second.run.status == 0, "\(second.run.error)")
        #expect(second.json["version"] as? Int == 2)
        #expect(try await invoke(fixture, folder) != old)

        let functions = try list(try await fixture.run("list", "-o", "json"))
        #expect(functions.map { $0["name"] as? String } == ["hello"])
        let versions = try list(try await fixture.run("versions", "list", "hello", "-o", "json"))
        #expect(versions.map { $0["version"] as? Int } == [2, 1])
        #expect(versions.map { $0["is_active"] as? Bool } == [true, false])
        #expect(versions.map { $0["traffic_percent"] as? Int } == [100, 0])
        let traffic = try list(try await fixture.run("traffic", "show", "hello", "-o", "json"))
        #expect(traffic.map { $0["percent"] as? Int } == [100])
    }

    private func follow(_ fixture: CommandLineFixture) async throws {
        try await eventually("a log line") {
            try await fixture.run("logs", "hello", "-o", "json").output.contains("message")
        }
        let follower = try await fixture.start("logs", "hello", "-f", "-o", "jsonl")
        try await eventually("a followed line") { follower.standardOutput.contains("message") }
        follower.signal(SIGINT)
        #expect(try await follower.end().status == 130)
    }

    private func goBackAndDelete(_ fixture: CommandLineFixture, _ folder: String, old: String) async throws {
        let back = try await fixture.run("rollback", "-o", "json", in: folder)
        #expect(back.status == 0, "\(back.error)")
        #expect(try back.json()["to"] as? Int == 1)
        #expect(try await invoke(fixture, folder) == old)
        let traffic = try await fixture.run("traffic", "set", "hello", "--latest")
        #expect(traffic.status == 0, "\(traffic.error)")
        #expect(try await invoke(fixture, folder) != old)

        #expect(try await fixture.run("delete", "hello", "--yes").status == 0)
        #expect(try await fixture.run("describe", "hello").status == 5)
        #expect(try await fixture.run("delete", "hello", "--yes").status == 5)
        #expect(try await fixture.run("delete", "hello", "--yes", "--ignore-not-found").status == 0)
    }

    @Test func `what the hosted service cannot do ends in one clear sentence`() async throws {
        try await JourneyServer.withHosted { fixture, service in
            let folder = try await fixture.project("hello")
            for text in ["Hello", "Good morning"] {
                try fixture.edit(folder + "/main.py", "Hello", text)
                #expect(try await fixture.deploy(folder).run.status == 0)
            }
            let refused: [([String], String)] = [
                (["traffic", "set", "hello", "v1=50", "v2=50"], "cannot split or tag the traffic"),
                (["logs", "hello", "--build"], "this server cannot show build logs"),
                (["logs", "hello", "--version", "v1"], "cannot select log lines by version"),
                (["invoke", "hello", "--version", "v1"], "cannot call v1"),
            ]
            for (arguments, words) in refused {
                let run = try await fixture.run(CommandLineFixture.program, arguments)
                #expect(run.status == 1, "\(arguments): \(run.error)")
                #expect(run.output.isEmpty)
                #expect(run.error.contains(words), "\(run.error)")
                #expect(run.error.contains("Hint: "), "\(run.error)")
                #expect(!run.error.contains("Failed to"), "\(run.error)")
            }
            #expect(service.requests.allSatisfy { !$0.path.hasSuffix("/rollback") })
        }
    }

    @Test func `with one version there is nothing to go back to`() async throws {
        try await JourneyServer.withHosted { fixture, _ in
            let folder = try await fixture.project("hello")
            #expect(try await fixture.deploy(folder).run.status == 0)
            let run = try await fixture.run("rollback", in: folder)
            #expect(run.status == 6)
            #expect(run.error.contains("no earlier version to go back to"))
        }
    }

    @Test func `a piped deploy tells its phases, and what the server ignores, once`() async throws {
        try await JourneyServer.withHosted({ $0.asksUntilReady = 6 }) { fixture, _ in
            let folder = try await fixture.project("hello")
            let run = try await fixture.run("deploy", "--env", "GREETING=Hi", in: folder)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.output.contains("'hello' v1 is ready"))
            let lines = run.error.split(separator: "\n").map(String.init)
            #expect(lines.contains { $0.hasPrefix("  uploading") }, "\(run.error)")
            #expect(lines.contains("  v1 accepted"), "\(run.error)")
            #expect(lines.contains("  building"), "\(run.error)")
            let warnings = lines.filter { $0.contains("environment (GREETING)") }
            #expect(warnings.count == 1, "\(run.error)")
        }
    }

    @Test func `an asynchronous call is waited for, though its answer is not kept`() async throws {
        try await JourneyServer.withHosted { fixture, _ in
            let folder = try await fixture.project("hello")
            #expect(try await fixture.deploy(folder).run.status == 0)
            let run = try await fixture.run("invoke", "--async", "--wait", "-o", "json", in: folder)
            #expect(run.status == 0, "\(run.error)")
            #expect(try run.json()["status"] as? String == "completed")
        }
    }

    @Test func `verbose output names the calls, and no secret`() async throws {
        try await JourneyServer.withHosted { fixture, _ in
            let run = try await fixture.run("list", "--verbose")
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("GET /api/v1/workspaces/ws-1/functions/ 200"), "\(run.error)")
            #expect(run.error.contains("request cli-"), "\(run.error)")
            #expect(!run.error.contains(HostedService.token))
            #expect(!run.error.contains("project_id"))
        }
    }

    @Test func `a project that is not there, and a token that is no good, are said to be`() async throws {
        try await JourneyServer.withHosted { fixture, _ in
            let folder = try await fixture.project("hello")
            let project = try await fixture.run("deploy", "--project", "nope", in: folder)
            #expect(project.status == 5, "\(project.error)")
            #expect(project.error.contains("no project with the id 'nope'"), "\(project.error)")
            let token = try await fixture.run("list", environment: ["HKS_FUNC_TOKEN": "stale"])
            #expect(token.status == 4, "\(token.error)")
        }
    }
}
