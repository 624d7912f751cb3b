import Foundation
import TestSupport
import Testing

/// Secrets with the real program, the real platform and real processes.
@Suite(.tags(.platform)) struct SecretTests {
    private static let source = """
        import os

        def handler(event, context):
            print('using ' + os.environ['DB_PASSWORD'])
            return os.environ['DB_PASSWORD']

        """

    private func project(_ fixture: CommandLineFixture, _ name: String = "vault") async throws -> String {
        let folder = try await fixture.pythonProject(name, Self.source)
        let secrets = "secrets: [ { env: DB_PASSWORD, secret: db-password } ]"
        try fixture.edit(folder + "/function.yaml", "handler:", secrets + "\nhandler:")
        return folder
    }

    private func set(_ fixture: CommandLineFixture, _ value: String) async throws -> [String: Any] {
        let run = try await fixture.run("secrets", "set", "db-password", "-o", "json", input: value + "\n")
        #expect(run.status == 0, "\(run.error)")
        return try run.json()
    }

    @Test func `a changed secret reaches the function without a failed request`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await project(fixture)
            let refused = try await fixture.deploy(folder)
            #expect(refused.run.status == 5)
            #expect(refused.run.error.contains("hks-func secrets set db-password"))
            _ = try await set(fixture, "value-0-hush99")
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            let stop = fixture.folder.path("stop")
            let loop = """
                while [ ! -e '\(stop)' ]; do
                  curl -sS --max-time 30 -w ' %{http_code}\\n' '\(url)' || echo failed
                done
                """
            let callers = [
                try await fixture.start(program: "/bin/sh", ["-c", loop]),
                try await fixture.start(program: "/bin/sh", ["-c", loop]),
            ]
            for number in 1...3 {
                let change = try await set(fixture, "value-\(number)-hush99")
                #expect(change["restarts"] as? [String] == ["vault"])
                try await eventually("value \(number) is answered") {
                    try await fixture.get(url).body == "value-\(number)-hush99"
                }
            }
            try Data().write(to: URL(fileURLWithPath: stop))
            for caller in callers {
                let run = try await caller.end()
                let lines = run.output.split(separator: "\n")
                #expect(lines.count > 5)
                #expect(run.error == "")
                #expect(lines.allSatisfy { $0.hasSuffix("-hush99 200") }, "\(lines)")
            }
            try await expectNoPlainText(fixture, "-hush99")
        }
    }

    private func expectNoPlainText(_ fixture: CommandLineFixture, _ text: String) async throws {
        let logs = try await fixture.run("logs", "vault")
        #expect(logs.output.contains("using ***"))
        for arguments in [
            ["describe", "vault", "-o", "json"], ["events", "vault"], ["secrets", "list", "-o", "json"],
        ] {
            let run = try await fixture.run(CommandLineFixture.program, arguments)
            #expect(!(run.output + run.error).contains(text))
        }
        let data = fixture.folder.path("state/hks-func/platform")
        let grep = try await fixture.run("/usr/bin/env", ["grep", "-rlaF", text, data])
        #expect(grep.output == "" && grep.status == 1, "\(grep.output)")
    }

    @Test func `after kill -9 instances have the latest value`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await project(fixture)
            _ = try await set(fixture, "before-the-crash")
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            #expect(try await fixture.get(url).body == "before-the-crash")
            _ = try await set(fixture, "after-the-crash")
            try await fixture.killPlatform()
            #expect(try await fixture.run("platform", "start").status == 0)
            #expect(try await fixture.run("invoke", "vault").output == "after-the-crash")
        }
    }

    @Test func `a secret deleted by force keeps new instances from starting and says so`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await project(fixture)
            _ = try await set(fixture, "needed-value")
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            #expect(try await fixture.run("secrets", "delete", "db-password", "--yes").status == 6)
            #expect(try await fixture.run("secrets", "delete", "db-password", "--yes", "--force").status == 0)
            #expect(try await fixture.get(url).body == "needed-value", "an instance that runs goes on")
            #expect(try await fixture.run("platform", "stop").status == 0)
            #expect(try await fixture.run("platform", "start").status == 0)
            let failed = try await fixture.run("invoke", "vault")
            #expect(failed.status != 0)
            let reason = "secret 'db-password' not found in project 'default'"
            try await eventually("the reason") {
                try await fixture.run("describe", "vault").output.contains(reason)
            }
            #expect(try await fixture.run("logs", "vault").output.contains(reason))
            _ = try await set(fixture, "set-again")
            try await eventually("it starts again") {
                try await fixture.run("invoke", "vault").output == "set-again"
            }
        }
    }

    @Test func `test takes values from files of variables, and deploy does not send them`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await project(fixture)
            try fixture.edit(folder + "/main.py", "print(", "assert os.environ['DB_PASSWORD'] == 'local-value'; print(")
            try await Self.writeCase(to: folder)
            let missing = try await fixture.run("test", "--cases", in: folder)
            #expect(missing.status == 3)
            #expect(missing.error.contains("write DB_PASSWORD=… into '.env.local'"))
            try Data("DB_PASSWORD=local-value\n".utf8).write(to: URL(fileURLWithPath: folder + "/.env.local"))
            let passed = try await fixture.run("test", "--cases", in: folder)
            #expect(passed.status == 0, "\(passed.output)\(passed.error)")
            let plan = try await fixture.run("deploy", "--dry-run", "-o", "json", in: folder)
            #expect(plan.output.contains("db-password"))
            #expect(!plan.output.contains("local-value"))
        }
    }

    private static func writeCase(to folder: String) async throws {
        let cases = folder + "/tests/cases"
        for name in try FileManager.default.contentsOfDirectory(atPath: cases) {
            try FileManager.default.removeItem(atPath: cases + "/" + name)
        }
        let text = """
            name: answers with the secret
            request: { method: GET, path: / }
            expect: { status: 200, logs: ["using ***"] }
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: cases + "/answers.yaml"))
    }
}
