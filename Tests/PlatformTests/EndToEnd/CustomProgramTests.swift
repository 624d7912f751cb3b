import Foundation
import FuncKit
import TestSupport
import Testing

/// Programs that serve HTTP by themselves, the documented examples among them.
@Suite(.tags(.platform)) struct CustomProgramTests {
    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/examples").path

    private func example(_ name: String, _ fixture: CommandLineFixture) throws -> String {
        let folder = fixture.workFolder + "/" + name
        try FileManager.default.copyItem(atPath: "\(Self.examples)/\(name)", toPath: folder)
        return folder
    }

    @Test func `a static binary is built and serves`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try example("static-binary", fixture)
            let (run, json) = try await fixture.deploy(folder)
            try #require(run.status == 0, "\(run.error)")
            let url = try #require(json["url"] as? String)
            #expect(try await fixture.get(url + "?name=Ada").body == "Hello, Ada!\n")
            try await eventually("its log line") {
                try await fixture.run("logs", "static-binary").output.contains("greeting Ada")
            }
            _ = try await fixture.run("update", "--env", "GREETING=Hi", in: folder)
            #expect(try await fixture.get(url).body == "Hi, World!\n")
        }
    }

    @Test func `a shell script behind a small server serves and drains`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try example("shell-script", fixture)
            let (run, json) = try await fixture.deploy(folder)
            try #require(run.status == 0, "\(run.error)")
            let answer = try await fixture.get(try #require(json["url"] as? String), ["--data", "a\nb\n"])
            #expect(answer.status == 200)
            #expect(answer.body == "POST /: 2 lines\n")
            #expect(try await fixture.run("platform", "stop").status == 0)
        }
    }

    @Test(arguments: [
        ("\"./gone\"", "'./gone' of 'command' is neither in the project nor made by its build.command"),
        ("serve.py", "for the file of the project write './serve.py'"),
        ("\"./serve.py\"", "'./serve.py' of 'command' is not executable"),
    ])
    func `a command that cannot be started fails the build with the reason`(
        command: String,
        reason: String
    ) async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try example("shell-script", fixture)
            try fixture.edit(folder + "/function.yaml", #"["python3", "serve.py", "$PORT"]"#, "[\(command)]")
            let run = try await fixture.run("deploy", in: folder)
            #expect(run.status == 12)
            #expect(run.error.contains(reason), "\(run.error)")
        }
    }

    @Test func `an interpreted language may bring its own server`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try example("shell-script", fixture)
            try fixture.edit(folder + "/function.yaml", "runtime: custom", "runtime: python")
            let (run, json) = try await fixture.deploy(folder)
            try #require(run.status == 0, "\(run.error)")
            #expect(try await fixture.get(try #require(json["url"] as? String)).body == "GET /: 0 lines\n")
            try fixture.edit(folder + "/function.yaml", "runtime: python", "runtime: go")
            let refused = try await fixture.run("deploy", in: folder)
            #expect(refused.status == 2)
            #expect(refused.error.contains("use runtime 'custom'"))
        }
    }

    @Test func `a program that is not ready gets no traffic and says why`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try example("shell-script", fixture)
            try fixture.edit(folder + "/serve.py", "server.serve_forever()", "sys.exit(\"no database\")")
            let run = try await fixture.run("deploy", in: folder)
            #expect(run.status == 1)
            #expect(run.error.contains("no database"))
        }
    }
}
