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
            kill(try await fixture.platformProcess(), SIGKILL)
            try await eventually("the platform is gone") {
                try await fixture.run("platform", "status", "-o", "json").json()["state"] as? String == "stopped"
            }
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
            let deploy = try fixture.start("deploy", in: folder)
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

    @Test func `Ctrl-C during a deploy ends with 130 and leaves nothing`() async throws {
        try await CommandLineFixture.with { fixture in
            let gate = fixture.folder.path("gate")
            let source =
                "import os, time\nwhile not os.path.exists('\(gate)'):\n    time.sleep(0.01)\n\ndef handler(event, context):\n    return 'late'\n"
            let folder = try await fixture.pythonProject("slow", source)
            let deploy = try fixture.start("deploy", in: folder)
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
            let taken = try #require(ListeningSocket())
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

/// A TCP port of 127.0.0.1 that is in use for as long as this lives.
final class ListeningSocket {
    let port: Int
    private let descriptor: Int32

    init?() {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) | listen(descriptor, 1) | getsockname(descriptor, pointer, &length)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard status == 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }
}
