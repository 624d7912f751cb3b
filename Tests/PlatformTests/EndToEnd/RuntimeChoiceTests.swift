import Foundation
import TestSupport
import Testing

/// What a deploy says about toolchains, on a machine that has Python in one version and nothing else.
@Suite(.tags(.platform)) struct RuntimeChoiceTests {
    private func with(_ body: (CommandLineFixture, String) async throws -> Void) async throws {
        let tools = try TemporaryFolder("tools")
        let python = tools.path("python3")
        try FileManager.default.createSymbolicLink(atPath: python, withDestinationPath: "/usr/bin/python3")
        try await CommandLineFixture.with(environment: ["PATH": tools.path]) { try await body($0, python) }
    }

    @Test func `a version that is missing is a warning with both names, or status 11 where it must be that one`()
        async throws
    {
        try await with { fixture, python in
            let folder = try await fixture.project("hello")
            let strict = ["deploy", "--runtime", "python3.7", "--strict-runtime"]
            let refused = try await fixture.run(CommandLineFixture.program, strict, in: folder)
            #expect(refused.status == 11)
            #expect(refused.error.contains("Python 3.7 is not installed; found 3."))
            #expect(refused.error.contains("Hint: install it: "))
            #expect(try await fixture.run("list", "-o", "name").output == "")

            for expected in ["is ready", "is unchanged at v1"] {
                let run = try await fixture.run("deploy", "--runtime", "python3.7", in: folder)
                #expect(run.status == 0, "\(run.error)")
                #expect(run.output.contains(expected))
                let warnings = run.error.split(separator: "\n").filter { $0.hasPrefix("Warning: ") }
                #expect(warnings.count == 2, "\(run.error)")
                #expect(warnings.first?.contains("Python 3.7 is not installed: using 3.") == true)
                #expect(warnings.first?.contains(" from '\(python)'") == true)
                #expect(warnings.last == "Warning: Python 3.7 reached its end of life on 2023-06-27")
            }
            let report = try await fixture.deploy(folder, ["--runtime", "python3.7"])
            #expect((report.json["warnings"] as? [String])?.count == 2)
            #expect(report.run.error == "")
        }
    }

    @Test func `a language that is missing is status 11 with the command that installs it`() async throws {
        try await with { fixture, _ in
            let folder = try await fixture.project("hello", "nodejs")
            let run = try await fixture.run("deploy", in: folder)
            #expect(run.status == 11)
            #expect(run.output == "")
            #expect(run.error.contains("Node.js"))
            #expect(run.error.contains(" is not installed"))
            #expect(run.error.contains("Hint: install it: "))
            let doctor = try await fixture.run("doctor", "-o", "json", in: folder)
            #expect(doctor.status == 11)
            #expect(doctor.output.contains("\"project.hello.runtime\""))
        }
    }
}
