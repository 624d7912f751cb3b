import Foundation
import TestSupport
import Testing

/// The built program as shells and scripts see it; no platform is needed.
@Suite struct ProgramTests {
    @Test func `help goes to stdout and names every command`() async throws {
        try await CommandLineFixture.with { fixture in
            let run = try await fixture.run("--help")
            #expect(run.status == 0)
            #expect(run.error == "")
            for command in ["init", "deploy", "invoke", "logs", "rollback", "platform", "context"] {
                #expect(run.output.contains("  \(command)"))
            }
        }
    }

    @Test(arguments: ["python", "nodejs"])
    func `init writes a project that is valid and whose own tests pass`(runtime: String) async throws {
        try await CommandLineFixture.with { fixture in
            let made = try await fixture.run("init", "hello", "-r", runtime, "-t", "http", "--defaults", "-o", "json")
            #expect(made.status == 0, "\(made.error)")
            let folder = fixture.workFolder + "/hello"
            #expect(try await fixture.run("validate", in: folder).status == 0)
            let command = runtime == "python" ? ["python3", "-m", "unittest"] : ["node", "--test"]
            let tests = try await fixture.run("/usr/bin/env", command, in: folder)
            #expect(tests.status == 0, "\(tests.output)\(tests.error)")
            let list = try await fixture.run("build", "--list", in: folder)
            #expect(list.output.contains(runtime == "python" ? "main.py" : "index.js"))
            #expect(!list.output.contains(".gitignore\n.gitignore"))
        }
    }

    @Test func `init refuses a folder that has files, and loses nothing`() async throws {
        try await CommandLineFixture.with { fixture in
            try fixture.folder.write("mine", to: "work/hello/notes.txt")
            let refused = try await fixture.run("init", "hello", "-r", "python", "--defaults")
            #expect(refused.status == 6)
            #expect(refused.error.contains("notes.txt"))
            #expect(try await fixture.run("init", "hello", "-r", "python", "--defaults", "--force").status == 0)
            #expect(try fixture.folder.read("work/hello/notes.txt") == "mine")
        }
    }

    @Test func `init from a git repository takes ref and folder`() async throws {
        try await CommandLineFixture.with { fixture in
            let repository = fixture.folder.path("repository")
            try fixture.folder.write(
                "name: seed\nruntime: python\nhandler: main.handler\n",
                to: "repository/shop/function.yaml"
            )
            try fixture.folder.write("def handler(event, context):\n    return 1\n", to: "repository/shop/main.py")
            let script = """
                cd '\(repository)' && git init -q -b main . && git add -A && \
                git -c user.name=t -c user.email=t@example.com commit -qm one && git tag v1
                """
            #expect(try await fixture.run("/bin/bash", ["-c", script]).status == 0)
            let run = try await fixture.run("init", "store", "--from", "file://\(repository)#v1:shop")
            #expect(run.status == 0, "\(run.error)")
            let manifest = try fixture.folder.read("work/store/function.yaml")
            #expect(manifest.contains("name: store"))
            #expect(!FileManager.default.fileExists(atPath: fixture.workFolder + "/store/.git"))
        }
    }

    @Test func `commands that need the platform say how to start it`() async throws {
        try await CommandLineFixture.with { fixture in
            let run = try await fixture.run("list")
            #expect(run.status == 9)
            #expect(run.output == "")
            #expect(run.error.contains("hks-func platform start"))
        }
    }

    @Test func `a bad manifest is shown with all its places and ends with 3`() async throws {
        try await CommandLineFixture.with { fixture in
            try fixture.folder.write("name: Bad_Name\nruntime: pyton3\nhandlr: x\n", to: "work/function.yaml")
            let run = try await fixture.run("validate")
            #expect(run.status == 3)
            #expect(run.error.contains("function.yaml:1:7"))
            #expect(run.error.contains("function.yaml:2:10"))
            #expect(run.error.contains("function.yaml:3:1"))
            #expect(run.error.contains("handler"))
        }
    }

    @Test func `settings and contexts are kept between runs`() async throws {
        try await CommandLineFixture.with(environment: ["HKS_FUNC_PORT": ""]) { fixture in
            #expect(try await fixture.run("config", "set", "platform.port", "9123").status == 0)
            #expect(try await fixture.run("config", "get", "platform.port").output == "9123\n")
            let added = try await fixture.run(
                "context",
                "add",
                "far",
                "--endpoint",
                "https://functions.example.com",
                "--token-stdin",
                input: "s3cret\n"
            )
            #expect(added.status == 0, "\(added.error)")
            #expect(try await fixture.run("context", "use", "far").status == 0)
            let shown = try await fixture.run("context", "list", "-o", "json")
            #expect(shown.output.contains("functions.example.com"))
            #expect(!shown.output.contains("s3cret"))
            let token = fixture.folder.path("config/hks-func/tokens/far")
            let mode = try FileManager.default.attributesOfItem(atPath: token)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try await fixture.run("context", "remove", "far", "--yes").status == 0)
            #expect(!FileManager.default.fileExists(atPath: token))
        }
    }

    @Test func `the same tree is packed to the same bytes`() async throws {
        try await CommandLineFixture.with { fixture in
            _ = try await fixture.run("init", "hello", "-r", "python", "--defaults")
            let folder = fixture.workFolder + "/hello"
            var digests: Set<String> = []
            for name in ["one.tar.gz", "two.tar.gz"] {
                let path = fixture.folder.path(name)
                let run = try await fixture.run("build", "--output-file", path, "-o", "json", in: folder)
                digests.insert(try run.json()["digest"] as? String ?? "")
            }
            #expect(digests.count == 1)
        }
    }
}
