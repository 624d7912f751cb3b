import Foundation
import TestSupport
import Testing

/// Developing with the real binary and real functions.
@Suite(.tags(.platform)) struct DevelopTests {
    @Test func `an edit shows, a syntax error keeps the code before, its repair shows, and Ctrl-C leaves nothing`()
        async throws
    {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let develop = try await DevelopRunner.start(fixture, in: folder)
            let url = try await develop.url("hello")
            // Sent before there is a version, and answered by the first one.
            #expect(try await fixture.get(url).body.contains("Hello, World"))
            try await develop.wait("hello", is: "ready", version: 1)

            try fixture.edit(folder + "/main.py", "\"Hello\"", "\"Good day\"")
            try await develop.wait("hello", is: "ready", version: 2)
            #expect(try await fixture.get(url).body.contains("Good day, World"))

            try fixture.edit(folder + "/main.py", "def handler(event, context):", "def handler(event, context:")
            try await develop.wait("hello", is: "failed")
            let problem = try #require(develop.events("problem", "hello").last?["error"] as? [String: Any])
            #expect(problem["code"] as? String == "build_failed")
            #expect((problem["message"] as? String)?.contains("main.py:4") == true)
            #expect(try await fixture.get(url).body.contains("Good day, World"))

            try fixture.edit(folder + "/main.py", "def handler(event, context:", "def handler(event, context):")
            try fixture.edit(folder + "/main.py", "Good day", "Good night")
            try await develop.wait("hello", is: "ready")
            #expect(try await fixture.get(url).body.contains("Good night, World"))
            #expect(develop.events("problem").count == 1)

            try Data("GREETING=Ahoy\n".utf8).write(to: URL(fileURLWithPath: folder + "/.env"))
            try await eventually("the variable") { try await fixture.get(url).body.contains("Ahoy, World") }

            let end = try await develop.interrupt()
            #expect(end.status == 130, "\(end.error)")
            #expect(fixture.leftovers() == [])
            #expect(try await fixture.get(url).status == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("tmp")).count <= 60)
        }
    }

    @Test func `functions of several languages call each other, whichever is ready first`() async throws {
        try await CommandLineFixture.with { fixture in
            let first = try await fixture.pythonProject(
                "front",
                """
                import os, urllib.request

                def handler(event, context):
                    with urllib.request.urlopen(os.environ["HKS_URL_BACK_END"]) as answer:
                        return "front of " + answer.read().decode()
                """
            )
            let second = try await fixture.project("back-end", "nodejs")
            try Data("exports.handler = () => \"back\";\n".utf8)
                .write(to: URL(fileURLWithPath: second + "/index.js"))
            try fixture.edit(second + "/package.json", "\"type\": \"module\"", "\"type\": \"commonjs\"")
            let develop = try await DevelopRunner.start(fixture, [first, second], in: fixture.workFolder)
            #expect(try await fixture.get(develop.url("front")).body == "front of back")
            try fixture.edit(second + "/index.js", "back", "rear")
            try await develop.wait("back-end", is: "ready", version: 2)
            #expect(try await fixture.get(develop.url("front")).body == "front of rear")
            #expect(try await develop.interrupt(SIGTERM).status == 143)
            #expect(fixture.leftovers() == [])
        }
    }

    @Test func `many saves under load: no request fails, no answer is stale, nothing piles up`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.pythonProject("hello", "def handler(event, context):\n    return '0'\n")
            let develop = try await DevelopRunner.start(fixture, in: folder)
            let url = try await develop.url("hello")
            try await develop.wait("hello", is: "ready")
            let load = "for i in $(seq 100000); do curl -sS --max-time 10 '\(url)' || echo failed; echo; done"
            let clients = try await [1, 2, 3, 4].asyncMap { _ in
                try await fixture.start(program: "/bin/bash", ["-c", load])
            }
            for save in 1...25 {
                try Data("def handler(event, context):\n    return '\(save)'\n".utf8)
                    .write(to: URL(fileURLWithPath: folder + "/main.py"))
                try await develop.wait("hello", is: "ready", version: save + 1)
                #expect(try await fixture.get(url).body == "\(save)")
            }
            for client in clients { client.signal(SIGTERM) }
            var answers: [String] = []
            for client in clients {
                _ = try await client.end()
                answers += client.standardOutput.split(separator: "\n").map(String.init)
            }
            #expect(answers.count > 25)
            #expect(answers.filter { Int($0) == nil } == [])
            let instances = fixture.folder.path("state/hks-func/develop")
            let running =
                FileManager.default.enumerator(atPath: instances)?.allObjects.compactMap { $0 as? String } ?? []
            #expect(running.filter { $0.hasSuffix("/record.json") }.count <= 2)
            #expect(try await develop.interrupt().status == 130)
        }
    }

    @Test func `exec runs a program with the addresses, and ends with its status`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let script = "curl -sS $HKS_URL_HELLO?name=Ada; exit 7"
            let run = try await fixture.run("develop", "--exec", "--", "sh", "-c", script, in: folder)
            #expect(run.status == 7, "\(run.error)")
            #expect(run.output.contains("Hello, Ada"))
            let killed = try await fixture.run("develop", "--exec", "--", "sh", "-c", "kill -9 $$", in: folder)
            #expect(killed.status == 137)
            let absent = try await fixture.run("develop", "--exec", "--", "no-such-program", in: folder)
            #expect(absent.status == 2)
            #expect(absent.error.contains("'no-such-program'"))
            try fixture.edit(folder + "/main.py", "def handler(event, context):", "def handler(event, context:")
            let broken = try await fixture.run("develop", "--exec", "--", "echo", "ran", in: folder)
            #expect(broken.status == 12)
            #expect(broken.output == "")
            #expect(fixture.leftovers() == [])
        }
    }

    @Test func `a second one on the same project is told of the first, whose platform other commands reach`()
        async throws
    {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let develop = try await DevelopRunner.start(fixture, in: folder)
            try await develop.wait("hello", is: "ready")
            let second = try await fixture.run("develop", "--ephemeral", in: folder)
            #expect(second.status == 6)
            #expect(second.error.contains("process \(develop.program.processID)"))
            let invoked = try await fixture.run("invoke", "hello", in: folder)
            #expect(invoked.status == 0)
            #expect(invoked.output.contains("Hello, World"))
            #expect(invoked.error.contains("hks-func develop"))
            #expect(try await fixture.run("list", in: folder).output.contains("hello"))
            #expect(try await develop.interrupt().status == 130)
            #expect(try await fixture.run("develop", "--exec", "--", "true", in: folder).status == 0)
        }
    }

    @Test(arguments: ["started", "building", "ready", "exec"])
    func `Ctrl-C leaves no process, port or temporary file in whatever phase it comes`(phase: String) async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            if phase == "building" {
                let manifest = try String(contentsOfFile: folder + "/function.yaml", encoding: .utf8)
                try Data((manifest + "\nbuild:\n  command: [sleep, \"60\"]\n").utf8)
                    .write(to: URL(fileURLWithPath: folder + "/function.yaml"))
            }
            let exec = phase == "exec" ? ["--exec", "--", "sleep", "60"] : []
            let develop = try await DevelopRunner.start(fixture, ["--ephemeral"] + exec, in: folder)
            switch phase {
            case "started": try await eventually("start") { !develop.events("started").isEmpty }
            case "exec": try await eventually("the program") { develop.isRunning("sleep") }
            default: try await develop.wait("hello", is: phase)
            }
            let end = try await develop.interrupt()
            #expect(end.status == 130, "\(end.error)")
            #expect(fixture.leftovers() == [])
            let temporary = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("tmp"))
            #expect(temporary.filter { $0.hasPrefix("hks-") } == [])
        }
    }

    @Test func `a folder that goes away is told of, and served again when it is back`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let develop = try await DevelopRunner.start(fixture, in: folder)
            try await develop.wait("hello", is: "ready")
            try FileManager.default.moveItem(atPath: folder, toPath: folder + "-away")
            try await develop.wait("hello", is: "missing")
            #expect(try await fixture.get(develop.url("hello")).status == 200)
            try fixture.edit(folder + "-away/main.py", "\"Hello\"", "\"Welcome back\"")
            try FileManager.default.moveItem(atPath: folder + "-away", toPath: folder)
            try await develop.wait("hello", is: "ready")
            try await eventually("the new code") {
                try await fixture.get(develop.url("hello")).body.contains("Welcome back")
            }
            #expect(try await develop.interrupt().status == 130)
        }
    }

    @Test func `folders are chosen with care`() async throws {
        try await CommandLineFixture.with { fixture in
            let none = try await fixture.run("develop")
            #expect(none.status == 3)
            #expect(none.error.contains("no function.yaml"))
            let first = try await fixture.project("one")
            let second = try await fixture.project("two")
            let all = try await fixture.run("develop", "--exec", "--", "sh", "-c", "echo $HKS_URL_ONE $HKS_URL_TWO")
            #expect(all.output.contains("/fn/default/one"))
            #expect(all.output.contains("/fn/default/two"))
            #expect(try await fixture.run("develop", first, first, "--exec", "--", "true").status == 0)
            try fixture.edit(second + "/function.yaml", "name: two", "name: one")
            let twins = try await fixture.run("develop", first, second)
            #expect(twins.status == 6)
            #expect(twins.error.contains(first))
            #expect(twins.error.contains(second))
        }
    }
}

extension DevelopRunner {
    /// Whether a program of this name runs among those of the fixture.
    func isRunning(_ name: String) -> Bool {
        fixture.leftovers().contains { process in
            let command = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return command.starts(with: Data(name.utf8))
        }
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var result: [T] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}
