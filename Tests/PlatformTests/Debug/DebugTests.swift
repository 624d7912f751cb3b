import Foundation
import FuncKit
import TestSupport
import Testing

/// Functions under their language's debugger, as a person would run them: breakpoints are set on the project's own files,
/// with the entry that was written for the editor.
@Suite(.tags(.platform)) struct DebugTests {
    /// Longer than the time-out of the functions below.
    private static let pause = "2.5"

    /// Has the debugger stop at a line of a request for longer than the function's time-out, and lets it go on.
    private func stopAndGoOn(_ function: DebuggedFunction, _ client: [String], at file: String, _ line: Int)
        async throws
    {
        let place = function.folder + "/" + file
        let debugger = try await function.attach(client, [place, String(line), Self.pause])
        let answer = try await function.fixture.get(function.url)
        #expect(answer.status == 200, "\(answer.body)")
        let run = try await debugger.end()
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output == "ready\nstopped \(place):\(line)\ndone\n")
    }

    @Test(.enabled(if: Debuggers.python != nil, "needs a Python with debugpy"))
    func `Python stops at a breakpoint for longer than the time-out`() async throws {
        let python = try #require(Debuggers.python)
        let path = URL(fileURLWithPath: python).deletingLastPathComponent().path + ":" + TestToolchains.searchPath
        try await CommandLineFixture.with(environment: ["PATH": path]) { fixture in
            let folder = try await fixture.pythonProject("hello", "def handler(event, context):\n    return 'one'\n")
            let function = try await DebuggedFunction(fixture, folder)
            try await stopAndGoOn(function, [python, "dap.py"], at: "main.py", 2)
        }
    }

    @Test(.enabled(if: Debuggers.hasRuby, "needs Ruby with the gem debug"))
    func `Ruby stops at a breakpoint, goes on when the editor goes, and stops for the next one`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "ruby")
            let line = try fixture.line(of: "name = requested_name(event)", in: folder + "/handler.rb")
            let function = try await DebuggedFunction(fixture, folder)
            for _ in 1...2 {
                try await stopAndGoOn(function, ["python3", "dap.py"], at: "handler.rb", line)
                #expect(try await fixture.get(function.url).status == 200, "nobody is there to stop for")
            }
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dlv"), "needs Delve"))
    func `Go stops at a breakpoint in the project's own file, and for nobody once the editor has gone`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "go")
            let line = try fixture.line(of: "func Handler(", in: folder + "/handler.go") + 1
            let function = try await DebuggedFunction(fixture, folder)
            for _ in 1...2 {
                try await stopAndGoOn(function, ["python3", "dap.py"], at: "handler.go", line)
                #expect(try await fixture.get(function.url).status == 200, "nobody is there to stop for")
            }
        }
    }

    @Test(.enabled(if: Debuggers.hasPHP, "needs PHP with Xdebug"))
    func `PHP connects to an editor that listens, and stops for longer than the time-out`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "php")
            let text = "<?php\nfunction handler(array $event, array $context)\n{\n    return 'one';\n}\n"
            try fixture.write(text, to: folder + "/index.php")
            let function = try await DebuggedFunction(fixture, folder)
            #expect(try await fixture.get(function.url).body == "one", "without an editor")
            try await stopAndGoOn(function, ["python3", "dbgp.py"], at: "index.php", 4)
        }
    }

    @Test func `Java stops at a breakpoint, and shows what its arguments are`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "java")
            let file = "src/main/java/com/example/Handler.java"
            let line = try fixture.line(of: "Object name = requestedName(event);", in: folder + "/" + file)
            let function = try await DebuggedFunction(fixture, folder)
            try await stopAndGoOn(function, ["python3", "console.py"], at: file, line)
        }
    }

    @Test(.enabled(if: Debuggers.hasGDB, "needs a GDB that may attach to processes"))
    func `Rust stops at a breakpoint of a debugger that is attached to the process, also after a reload`() async throws
    {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "rust")
            let line = try fixture.line(of: "let greeting = env::var", in: folder + "/src/lib.rs")
            let function = try await DebuggedFunction(fixture, folder)
            for version in 1...2 {
                if version == 2 {
                    try fixture.edit(folder + "/src/lib.rs", "Hello", "Good day")
                    try await function.develop.wait("hello", is: "ready", version: 2)
                }
                try await stopAndGoOn(function, ["python3", "console.py"], at: "src/lib.rs", line)
            }
            #expect(try await fixture.get(function.url).body.contains("Good day"))
        }
    }

    @Test func `Node.js stands at a breakpoint without a time-out while other functions keep theirs`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            try fixture.write("export const handler = () => {\n  return 'one';\n};\n", to: folder + "/index.js")
            let other = try await fixture.project("other", "nodejs")
            let endless = "export const handler = () => new Promise((done) => setTimeout(done, 60000));\n"
            try fixture.write(endless, to: other + "/index.js")
            try fixture.write("\ntimeout: 1\n", behind: other + "/function.yaml")
            let function = try await DebuggedFunction(fixture, folder, beside: [other])
            let otherURL = try await function.develop.url("other")
            for version in 1...2 {
                if version == 2 {
                    try fixture.edit(folder + "/index.js", "'one'", "'two'")
                    try await function.develop.wait("hello", is: "ready", version: 2)
                }
                let stop = try await function.stop(version)
                for _ in 1...2 { #expect(try await fixture.get(otherURL).status == 504) }
                #expect(try await stop.goOn() == (200, version == 1 ? "one" : "two"))
            }
            let notes = function.develop.events("notice", "hello").compactMap { $0["message"] as? String }
            #expect(notes.filter { $0.contains("listens on") }.count == 1, "said once: \(notes)")
        }
    }

    @Test func `code is reloaded while a request stands at a breakpoint, and Ctrl-C does not wait for one`()
        async throws
    {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            try fixture.write("export const handler = () => {\n  return 'one';\n};\n", to: folder + "/index.js")
            let function = try await DebuggedFunction(fixture, folder, timeout: 60)
            let old = try await function.stop(1)
            try fixture.edit(folder + "/index.js", "'one'", "'two'")
            try await function.develop.wait("hello", is: "ready", version: 2)
            #expect(try await fixture.get(function.url).body == "two", "nobody stops the new one")
            #expect(try await old.goOn() == (200, "one"), "the old one finishes with the code that it stood in")

            let abandoned = try await function.stop(2)
            let ended = try await function.develop.interrupt()
            #expect(ended.status == 130, "\(ended.error)")
            #expect(try await abandoned.client.end().status != 0, "its request is not answered")
            _ = try await abandoned.debugger.end()
            #expect(fixture.leftovers().isEmpty)
        }
    }

    @Test func `a debugger that is not installed is named, and the function serves with its time-outs`() async throws {
        try await CommandLineFixture.with { fixture in
            let text = "import time\ndef handler(event, context):\n    time.sleep(60)\n"
            let folder = try await fixture.pythonProject("hello", text)
            try fixture.write("raise ImportError\n", to: folder + "/debugpy.py")
            try fixture.write("\ntimeout: 1\n", behind: folder + "/function.yaml")
            let platform = try await fixture.serve("--debug")
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            #expect(
                platform.standardError.contains("'hello' runs without a debugger: the package debugpy is not installed")
            )
            #expect(platform.standardError.contains("-m pip install debugpy"))
            #expect(try await fixture.get(url).status == 504)
        }
    }

    @Test func `a port in use is left to its owner, and nothing stays behind`() async throws {
        let taken = try ListeningSocket()
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            let platform = try await fixture.serve("--debug", "--debug-port", String(taken.port))
            #expect(try await fixture.deploy(folder).run.status == 0)
            #expect(platform.standardError.contains("port \(taken.port) is in use"))
            platform.signal(SIGTERM)
            #expect(try await platform.end().status == 0)
            #expect(fixture.leftovers().isEmpty)
        }
    }
}
