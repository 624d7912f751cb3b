import Foundation
import TestSupport
import Testing

/// Faults that a deployed function can have: each is shown, and the version before goes on serving.
@Suite(.tags(.platform)) struct FunctionFaultTests {
    @Test func `a handler that does not import leaves the old version serving`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            try Data("import nothing_of_that_name\n\ndef handler(event, context):\n    return 'no'\n".utf8)
                .write(to: URL(fileURLWithPath: folder + "/main.py"))
            let failed = try await fixture.run("deploy", in: folder)
            #expect(failed.status == 1)
            #expect(failed.error.contains("ModuleNotFoundError"))
            #expect(failed.error.contains("nothing_of_that_name"))
            #expect(try await fixture.get(url).body.contains("Hello"))
            let versions = try await fixture.run("versions", "list", "hello", "-o", "json").output
            #expect(versions.contains("\"readiness_failed\""))
        }
    }

    @Test func `a syntax error fails the build with its place`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.pythonProject("broken", "def handler(event, context:\n    return 1\n")
            let failed = try await fixture.run("deploy", in: folder)
            #expect(failed.status == 12, "\(failed.error)")
            #expect(failed.output == "")
            #expect(failed.error.contains("main.py"))
            #expect(failed.error.contains("line 1"))
        }
    }

    @Test func `a handler that throws answers 500 and is logged`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.pythonProject(
                "thrower",
                "def handler(event, context):\n    raise ValueError('sad')\n"
            )
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            let answer = try await fixture.get(url)
            #expect(answer.status == 500)
            #expect(!answer.body.contains("sad"))
            try await eventually("the traceback in the log") {
                try await fixture.run("logs", "thrower").output.contains("ValueError: sad")
            }
            #expect(try await fixture.run("invoke", "thrower", "--fail").status == 13)
        }
    }

    @Test func `an unknown runtime is answered with the nearest`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            try fixture.edit(folder + "/function.yaml", "runtime: python", "runtime: pyton")
            let failed = try await fixture.run("deploy", in: folder)
            #expect(failed.status == 3)
            #expect(failed.error.contains("function.yaml:"))
            #expect(failed.error.contains("python"))
        }
    }

    @Test func `a killed instance fails one request and is replaced`() async throws {
        try await CommandLineFixture.with { fixture in
            let source = """
                import os, signal

                def handler(event, context):
                    if event["path"] == "/die":
                        os.kill(os.getpid(), signal.SIGKILL)
                    return str(os.getpid())
                """
            let folder = try await fixture.pythonProject("mortal", source)
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            let before = try await fixture.get(url)
            #expect(before.status == 200)
            #expect(try await fixture.get(url + "die").status == 502)
            let after = try await fixture.get(url)
            #expect(after.status == 200)
            #expect(after.body != before.body)
        }
    }

    @Test func `two deploys at once never mix`() async throws {
        try await CommandLineFixture.with { fixture in
            let source = "import os\n\ndef handler(event, context):\n    return 'CODE ' + os.environ['WHO']\n"
            let first = try await fixture.pythonProject("race", source.replacingOccurrences(of: "CODE", with: "a"))
            let second = fixture.workFolder + "/other"
            try FileManager.default.copyItem(atPath: first, toPath: second)
            try fixture.edit(second + "/main.py", "'a '", "'b '")
            _ = try await fixture.run("platform", "start")
            async let one = fixture.deploy(first, ["--env", "WHO=a"])
            async let two = fixture.deploy(second, ["--env", "WHO=b"])
            let outcomes = try await [one, two]
            #expect(outcomes.contains { $0.run.status == 0 })
            #expect(outcomes.allSatisfy { [0, 6].contains($0.run.status) }, "\(outcomes.map(\.run.error))")
            let url = try #require(outcomes.compactMap { $0.json["url"] as? String }.first)
            #expect(["a a", "b b"].contains(try await fixture.get(url).body))
        }
    }
}
