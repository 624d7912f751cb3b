import Foundation
import TestSupport
import Testing

/// The main job, from an empty folder to served traffic and back, with the real program and real interpreters.
@Suite(.tags(.platform)) struct JourneyTests {
    struct Language: Sendable, CustomTestStringConvertible {
        let runtime: String
        let file: String
        let unitTests: [String]
        var testDescription: String { runtime }

        static let all = [
            Language(runtime: "python", file: "main.py", unitTests: ["python3", "-m", "unittest"]),
            Language(runtime: "nodejs", file: "index.js", unitTests: ["node", "--test"]),
        ]
    }

    @Test(arguments: Language.all)
    func `from an empty folder to served traffic and back`(language: Language) async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", language.runtime)
            #expect(try await fixture.run("validate", in: folder).status == 0)
            let tests = try await fixture.run("/usr/bin/env", language.unitTests, in: folder)
            #expect(tests.status == 0, "\(tests.output)\(tests.error)")

            let first = try await fixture.deploy(folder)
            #expect(first.run.status == 0, "\(first.run.error)")
            #expect(first.json["version"] as? Int == 1)
            #expect(first.json["changed"] as? Bool == true)
            let url = try #require(first.json["url"] as? String)
            let answer = try await fixture.get(url)
            #expect(answer.status == 200)
            #expect(answer.body.contains("Hello"))

            let again = try await fixture.deploy(folder)
            #expect(again.json["changed"] as? Bool == false)
            #expect(again.json["version"] as? Int == 1)

            let invoked = try await fixture.run("invoke", "-d", "{\"name\":\"Ada\"}", in: folder)
            #expect(invoked.status == 0, "\(invoked.error)")
            #expect(!invoked.output.isEmpty)
            try await eventually("the function's log") {
                try await fixture.run("logs", "hello", "-o", "json").output.contains("message")
            }

            try await changeAndRollBack(fixture, folder, language, url: url, old: answer.body)
        }
    }

    private func changeAndRollBack(
        _ fixture: CommandLineFixture,
        _ folder: String,
        _ language: Language,
        url: String,
        old: String
    ) async throws {
        let updated = try await fixture.run("update", "--env", "EXTRA=1", "-o", "json", in: folder)
        #expect(updated.status == 0, "\(updated.error)")
        #expect(try updated.json()["version"] as? Int == 2)

        try fixture.edit(folder + "/" + language.file, "Hello", "Good morning")
        let changed = try await fixture.deploy(folder, ["--message", "friendlier"])
        #expect(changed.run.status == 0, "\(changed.run.error)")
        #expect(changed.json["version"] as? Int == 3)
        #expect(try await fixture.get(url).body.contains("Good morning"))

        let back = try await fixture.run("rollback", "-o", "json", in: folder)
        #expect(back.status == 0, "\(back.error)")
        #expect(try back.json()["to"] as? Int == 2)
        #expect(try await fixture.get(url).body == old)

        let deleted = try await fixture.run("delete", "hello", "--yes")
        #expect(deleted.status == 0, "\(deleted.error)")
        #expect(try await fixture.get(url).status == 404)
        #expect(try await fixture.run("describe", "hello").status == 5)
        #expect(try await fixture.run("platform", "stop").status == 0)
        try await eventually("no process is left") { fixture.leftovers().isEmpty }
    }

    @Test func `a tag reaches a version that has no traffic`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            try fixture.edit(folder + "/main.py", "Hello", "Preview")
            let next = try await fixture.deploy(folder, ["--no-traffic", "--tag", "next"])
            #expect(next.run.status == 0, "\(next.run.error)")
            #expect(try await fixture.get(url).body.contains("Hello"))
            let tagged = url.replacingOccurrences(of: "//hello.", with: "//next-hello.")
            #expect(try await fixture.get(tagged).body.contains("Preview"))
            let split = try await fixture.run("traffic", "set", "hello", "v1=0", "v2=100", "-o", "json")
            #expect(split.status == 0, "\(split.error)")
            #expect(try await fixture.get(url).body.contains("Preview"))
        }
    }

    @Test func `followed logs show lines as they are written`() async throws {
        try await CommandLineFixture.with { fixture in
            let source = "def handler(event, context):\n    print('seen ' + event['path'])\n    return 'ok'\n"
            let folder = try await fixture.pythonProject("talker", source)
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            let follower = try await fixture.start("logs", "talker", "-f", "-o", "jsonl")
            for path in ["one", "two"] {
                #expect(try await fixture.get(url + path).status == 200)
                try await eventually("the line of '\(path)'") { follower.standardOutput.contains("seen /\(path)") }
            }
            follower.signal(SIGINT)
            #expect(try await follower.end().status == 130)
        }
    }
}

extension Tag {
    /// Tests that run the real platform with real processes.
    @Tag static var platform: Self
}
