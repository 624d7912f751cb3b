import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `hks-func test`: steps, answers written into cases, the contract, and what is left behind.
@Suite(.tags(.platform)) struct TestCommandTests {
    private static let counter = """
        count = 0


        def handler(event, context):
            global count
            count += 1
            if event["path"] == "/sleep":
                import time
                time.sleep(60)
            if event["path"] == "/flood":
                return "x" * (40 << 20)
            return {"count": count, "path": event["path"]}

        """

    private func counter(_ fixture: CommandLineFixture) async throws -> (folder: String, cases: String) {
        let folder = try await fixture.pythonProject("hello", Self.counter)
        let cases = folder + "/tests/cases"
        try FileManager.default.removeItem(atPath: cases)
        try FileManager.default.createDirectory(atPath: cases, withIntermediateDirectories: true)
        return (folder, cases)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func `steps share an instance and captured values, files do not share`() async throws {
        try await CommandLineFixture.with { fixture in
            let (folder, cases) = try await counter(fixture)
            let steps = """
                steps:
                  - request: {}
                    expect: { jsonExact: { count: 1, path: / } }
                    capture: { n: json.count }
                  - request: { path: "/n-${n}" }
                    expect: { json: { count: 2, path: "/n-1" } }
                """
            try write("name: a\n" + steps, cases + "/a.yaml")
            try write("name: b\n" + steps, cases + "/b.yaml")
            let run = try await fixture.run("test", "--cases", in: folder)
            #expect(run.status == 0, "\(run.output)\(run.error)")
            try write("name: b\n" + steps.replacing("count: 2", with: "count: 3"), cases + "/b.yaml")
            let failed = try await fixture.run("test", "--cases", in: folder)
            #expect(failed.status == 10)
            #expect(failed.output.contains("step 2: body.count\n      - 3  expected\n      + 2  answered\n"))
            let updated = try await fixture.run("test", "--cases", "--update", in: folder)
            #expect(updated.status == 0, "\(updated.output)\(updated.error)")
            #expect(updated.output.contains("~ tests/cases/b.yaml: steps[1].expect.json.count: 3 → 2"))
            #expect(try String(contentsOfFile: cases + "/b.yaml", encoding: .utf8) == "name: b\n" + steps)
        }
    }

    @Test func `an answer without bounds, and one that does not come, fail the case`() async throws {
        try await CommandLineFixture.with { fixture in
            let (folder, cases) = try await counter(fixture)
            try write("request: { path: /flood }\nexpect: {}\n", cases + "/flood.yaml")
            let flood = try await fixture.run("test", "--cases", "--timeout", "60s", in: folder)
            #expect(flood.status == 10)
            #expect(flood.output.contains("✗ case  flood.yaml"))
            #expect(flood.output.contains("the server sends more than 32 MiB"), "\(flood.output)")
            try FileManager.default.removeItem(atPath: cases + "/flood.yaml")
            try write("request: { path: /sleep }\nexpect: {}\n", cases + "/sleep.yaml")
            let sleep = try await fixture.run("test", "--cases", "--timeout", "5s", in: folder)
            #expect(sleep.status == 10)
            #expect(sleep.output.contains("not in time"), "\(sleep.output)")
        }
    }

    @Test func `the contract is kept by a function, and broken with its point by a program`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let run = try await fixture.run("test", "--contract", "-o", "json", in: folder)
            #expect(run.status == 0, "\(run.output)\(run.error)")
            let tests = try #require(try run.json()["tests"] as? [[String: Any]])
            #expect(tests.contains { $0["outcome"] as? String == "skipped" && $0["reason"] != nil })
            #expect(tests.count { $0["outcome"] as? String == "passed" } >= 8)
            try write(
                "name: rude\nruntime: custom\ntype: http\ncommand: [python3, serve.py]\n",
                folder + "/function.yaml"
            )
            try write(
                """
                import http.server, os, signal

                signal.signal(signal.SIGTERM, lambda *_: os._exit(3))


                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(200)
                        self.send_header("Content-Length", "0")
                        self.end_headers()


                http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

                """,
                folder + "/serve.py"
            )
            let broken = try await fixture.run("test", "--contract", "--filter", "stop", in: folder)
            #expect(broken.status == 10)
            #expect(broken.output.contains("✗ contract  stop: SIGTERM ends an idle instance with status 0"))
            #expect(broken.output.contains("it ended with 3 (runtime contract, point 3)"), "\(broken.output)")
        }
    }

    @Test func `tests that do not compile, hang or are not there are told apart from tests that fail`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let file = folder + "/test_main.py"
            try write("import unittest\n\nclass T(unittest.TestCase):\n    pass\n", file)
            let none = try await fixture.run("test", "--unit", in: folder)
            #expect(none.status == 0)
            #expect(none.error.contains("Warning: the project has no tests to run"))
            try write("import nothing_of_that_name\n", file)
            let broken = try await fixture.run("test", "--unit", in: folder)
            #expect(broken.status == 10)
            #expect(broken.output.contains("! unit  unittest.loader._FailedTest.test_main"), "\(broken.output)")
            try write("import os\nos._exit(7)\n", file)
            let crashed = try await fixture.run("test", "--unit", in: folder)
            #expect(crashed.status == 10)
            #expect(crashed.output.contains("! unit  python -m unittest"))
            #expect(crashed.output.contains("ended with status 7 before it ran a test"), "\(crashed.output)")
            try write("import time\ntime.sleep(60)\n", file)
            let hung = try await fixture.run("test", "--unit", "--timeout", "300ms", in: folder)
            #expect(hung.status == 10)
            #expect(hung.output.contains("did not end within 300ms, and was ended"), "\(hung.output)")
        }
    }

    @Test(arguments: ["unit", "case"])
    func `an interrupt in the middle leaves no process and no folder`(phase: String) async throws {
        try await CommandLineFixture.with { fixture in
            let (folder, cases) = try await counter(fixture)
            let mark = fixture.folder.path("began")
            if phase == "unit" {
                try write(
                    "import time, pathlib\npathlib.Path(\"\(mark)\").touch()\ntime.sleep(60)\n",
                    folder + "/test_main.py"
                )
            } else {
                try FileManager.default.removeItem(atPath: folder + "/test_main.py")
                try write("request: { path: /sleep }\nexpect: {}\n", cases + "/a.yaml")
                try write(
                    Self.counter.replacing(
                        "import time\n",
                        with: "import time, pathlib; pathlib.Path(\"\(mark)\").touch()\n"
                    ),
                    folder + "/main.py"
                )
            }
            let program = try await fixture.start("test", in: folder)
            try await eventually("it is in the middle") { FileManager.default.fileExists(atPath: mark) }
            program.signal(SIGINT)
            let run = try await program.end(within: 15)
            #expect(run.status == 130)
            #expect(fixture.leftovers().isEmpty)
            let temporary = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("tmp"))
            #expect(temporary.allSatisfy { $0.hasSuffix(".in") || $0.hasSuffix(".out") || $0.hasSuffix(".err") })
        }
    }

    @Test func `a watch runs again after a change and ends with an interrupt`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let program = try await fixture.start("test", "--unit", "--watch", in: folder)
            try await eventually("the first run") { program.standardError.contains("Waiting for changes") }
            #expect(program.standardOutput.contains("5 passed, 0 failed"))
            // Tests are not packed, and watched all the same.
            try fixture.edit(folder + "/test_main.py", "Hello, Ada!", "Hello, Ida!")
            try await eventually("the second run") { program.standardOutput.contains("4 passed, 1 failed") }
            #expect(program.standardError.contains("Changed: test_main.py"))
            program.signal(SIGINT)
            #expect(try await program.end(within: 15).status == 130)
            #expect(fixture.leftovers().isEmpty)
        }
    }

    @Test func `flags that a runner cannot honour are refused`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "php")
            for arguments in [["--coverage"], ["--unit", "--filter", "greets"]] {
                let run = try await fixture.run(CommandLineFixture.program, ["test"] + arguments, in: folder)
                #expect(run.status == 2, "\(arguments)")
                #expect(run.error.contains("the runner of 'php' in this project cannot do that"))
            }
        }
    }
}
