import Foundation
import TestSupport
import Testing

/// What befalls the platform itself: killed, port taken, database damaged, interrupted.
@Suite(.tags(.platform)) struct PlatformFaultTests {
    @Test func `after kill -9 everything acknowledged is there and no instance is orphaned`() async throws {
        try await CommandLineFixture.with { fixture in
            let source = "import os\n\ndef handler(event, context):\n    return str(os.getpid())\n"
            let folder = try await fixture.pythonProject("keeper", source)
            let url = try #require(try await fixture.deploy(folder).json["url"] as? String)
            let instance = try #require(Int32(try await fixture.get(url).body))
            try await fixture.killPlatform()
            #expect(try await fixture.run("platform", "start").status == 0)
            try await eventually("the old instance is gone") { kill(instance, 0) != 0 }
            let functions = try await fixture.run("list", "-o", "json").output
            #expect(functions.contains("\"keeper\""))
            let described = try await fixture.run("describe", "keeper", "-o", "json").json()
            let newURL = try #require(described["url"] as? String)
            #expect(try await fixture.get(newURL).status == 200)
        }
    }

    @Test(arguments: ["building", "starting"])
    func `a platform killed during a deploy finishes it after the restart`(phase: String) async throws {
        try await CommandLineFixture.with { fixture in
            let gate = fixture.folder.path("gate")
            let wait = "import os, time\nwhile not os.path.exists('\(gate)'):\n    time.sleep(0.01)\n"
            let handler = "def handler(event, context):\n    return 'two'\n"
            let folder = try await fixture.pythonProject("phoenix", "def handler(event, context):\n    return 'one'\n")
            _ = try await fixture.deploy(folder)
            if phase == "building" {
                try Data(wait.utf8).write(to: URL(fileURLWithPath: folder + "/wait.py"))
                try fixture.edit(folder + "/function.yaml", "handler:", "build: { command: python3 wait.py }\nhandler:")
                try Data(handler.utf8).write(to: URL(fileURLWithPath: folder + "/main.py"))
            } else {
                try Data((wait + "\n" + handler).utf8).write(to: URL(fileURLWithPath: folder + "/main.py"))
            }
            let deploy = try await fixture.start("deploy", in: folder)
            try await eventually("v2 is \(phase)") {
                let run = try await fixture.run("versions", "describe", "v2", "--name", "phoenix", "-o", "json")
                guard run.status == 0 else { return false }
                return try run.json()["status"] as? String == phase
            }
            kill(try await fixture.platformProcess(), SIGKILL)
            #expect(try await deploy.end().status != 0)
            try Data().write(to: URL(fileURLWithPath: gate))
            #expect(try await fixture.run("platform", "start").status == 0)
            try await eventually("v2 is ready") {
                let run = try await fixture.run("versions", "describe", "v2", "--name", "phoenix", "-o", "json")
                guard run.status == 0 else { return false }
                return try run.json()["status"] as? String == "ready"
            }
            #expect(try await fixture.run("invoke", "phoenix").output == "two")
            #expect(try await fixture.deploy(folder).json["changed"] as? Bool == false)
        }
    }

    @Test func `a platform killed during an upload goes on where the upload broke off`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.pythonProject("heavy", "def handler(event, context):\n    return 'ok'\n")
            var noise = SystemRandomNumberGenerator()
            let bytes = Data((0..<(2 << 20)).map { _ in UInt8.random(in: .min ... .max, using: &noise) })
            try bytes.write(to: URL(fileURLWithPath: folder + "/noise.bin"))
            let archive = fixture.folder.path("heavy.tar.gz")
            let built = try await fixture.run("build", "--output-file", archive, "-o", "json", in: folder).json()
            let digest = try #require(built["digest"] as? String)
            let status = try await fixture.run("platform", "start", "-o", "json").json()
            let data = try #require(status["data_dir"] as? String)
            let token = try #require(try descriptor(data)["token"] as? String)
            let url = try #require(status["url"] as? String)
            let upload = "\(url)/api/v1/workspaces/default/functions/sources/\(digest)"
            let curl = try await fixture.start(
                program: "/usr/bin/curl",
                ["-sS", "--limit-rate", "400k", "-H", "Authorization: Bearer \(token)", "-T", archive, upload]
            )
            let partial = data + "/artifacts/incoming/\(digest).part"
            try await eventually("some bytes have arrived") {
                (try? FileManager.default.attributesOfItem(atPath: partial)[.size] as? Int).flatMap(\.self) ?? 0
                    > 100_000
            }
            kill(try await fixture.platformProcess(), SIGKILL)
            #expect(try await curl.end().status != 0)
            #expect(try await fixture.run("platform", "start").status == 0)
            let deployed = try await fixture.deploy(folder)
            #expect(deployed.run.status == 0, "\(deployed.run.error)")
            #expect(deployed.json["digest"] as? String == digest)
            #expect(try await fixture.run("invoke", "heavy").output == "ok")
        }
    }

    private func descriptor(_ data: String) throws -> [String: Any] {
        let json = try Data(contentsOf: URL(fileURLWithPath: data + "/run/platform.json"))
        return try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
    }

    @Test func `Ctrl-C during a deploy ends with 130 and leaves nothing`() async throws {
        try await CommandLineFixture.with { fixture in
            let gate = fixture.folder.path("gate")
            let source =
                "import os, time\nwhile not os.path.exists('\(gate)'):\n    time.sleep(0.01)\n\ndef handler(event, context):\n    return 'late'\n"
            let folder = try await fixture.pythonProject("slow", source)
            let deploy = try await fixture.start("deploy", in: folder)
            try await eventually("the version starts") {
                let run = try await fixture.run("versions", "describe", "v1", "--name", "slow", "-o", "json")
                guard run.status == 0 else { return false }
                return try run.json()["status"] as? String == "starting"
            }
            deploy.signal(SIGINT)
            #expect(try await deploy.end().status == 130)
            let temporary = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("tmp"))
            #expect(!temporary.contains { $0.hasPrefix("hks-func") })
            try Data().write(to: URL(fileURLWithPath: gate))
        }
    }

    @Test func `a port that is taken leads to the next free one`() async throws {
        try await CommandLineFixture.with { fixture in
            let taken = try ListeningSocket()
            let run = try await fixture.run("platform", "start", "--port", String(taken.port), "-o", "json")
            #expect(run.status == 0, "\(run.error)")
            let port = try #require(try run.json()["port"] as? Int)
            #expect(port != taken.port)
        }
    }

    @Test func `a damaged database is named and left as it is`() async throws {
        try await CommandLineFixture.with { fixture in
            let data = fixture.folder.path("data")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let garbage = Data(repeating: 0x5A, count: 8192)
            try garbage.write(to: URL(fileURLWithPath: data + "/platform.db"))
            let run = try await fixture.run("platform", "start", "--data-dir", data, "-o", "json")
            #expect(run.status == 1)
            #expect(run.error.contains("\"database_corrupt\""), "\(run.error)")
            #expect(run.error.contains("platform.db"))
            #expect(FileManager.default.contents(atPath: data + "/platform.db") == garbage)
        }
    }

    @Test func `a second platform on one data folder is refused`() async throws {
        try await CommandLineFixture.with { fixture in
            #expect(try await fixture.run("platform", "start").status == 0)
            let process = try await fixture.platformProcess()
            let second = try await fixture.run("platform", "serve")
            #expect(second.status == 6)
            #expect(second.error.contains(String(process)))
        }
    }

    @Test func `a closed stdout ends quietly`() async throws {
        try await CommandLineFixture.with { fixture in
            _ = try await fixture.deploy(try await fixture.project("hello"))
            let script = "'\(CommandLineFixture.program)' list | true; exit ${PIPESTATUS[0]}"
            let run = try await fixture.run("/bin/bash", ["-c", script])
            #expect(run.status == 0)
            #expect(run.error == "")
        }
    }
}
