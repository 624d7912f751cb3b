import Foundation
import TestSupport

/// What most end-to-end tests do.
extension CommandLineFixture {
    /// A new project from a template; returns its folder.
    func project(_ name: String, _ runtime: String = "python") async throws -> String {
        let run = try await run("init", name, "-r", runtime, "-t", "http", "--defaults")
        guard run.status == 0 else { throw NotInTime(description: "init: \(run.error)") }
        return workFolder + "/" + name
    }

    /// A Python function whose handler file is `source`.
    func pythonProject(_ name: String, _ source: String) async throws -> String {
        let folder = try await project(name)
        try Data(source.utf8).write(to: URL(fileURLWithPath: folder + "/main.py"))
        return folder
    }

    /// Deploys a project and returns what `-o json` says.
    func deploy(_ folder: String, _ flags: [String] = []) async throws -> (run: ProgramRun, json: [String: Any]) {
        let run = try await run(Self.program, ["deploy", "-o", "json"] + flags, in: folder)
        return (run, run.status == 0 ? try run.json() : [:])
    }

    /// GETs a URL the way a person would.
    func get(_ url: String, _ flags: [String] = []) async throws -> (status: Int, body: String) {
        let run = try await run("/usr/bin/curl", ["-sS", "--max-time", "30", "-w", "\n%{http_code}"] + flags + [url])
        let parts = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(parts.last ?? "") ?? 0, parts.dropLast().joined(separator: "\n"))
    }

    /// Replaces text in a file of a project.
    func edit(_ path: String, _ before: String, _ after: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Data(text.replacingOccurrences(of: before, with: after).utf8).write(to: URL(fileURLWithPath: path))
    }

    /// Kills the platform's process without warning, and waits until nobody finds a platform any more.
    func killPlatform() async throws {
        kill(try await platformProcess(), SIGKILL)
        try await eventually("the platform is gone") {
            try await run("platform", "status", "-o", "json").json()["state"] as? String == "stopped"
        }
    }

    /// The platform's process id.
    func platformProcess() async throws -> Int32 {
        let status = try await run("platform", "status", "-o", "json").json()
        return Int32(status["pid"] as? Int ?? 0)
    }

    /// Processes that have something of this fixture's folder in their environment or arguments.
    func leftovers() -> [Int32] {
        let needle = Data(folder.path.utf8)
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap(Int32.init).filter { process in
            guard process != getpid() else { return false }
            return ["environ", "cmdline"].contains { name in
                FileManager.default.contents(atPath: "/proc/\(process)/\(name)")?.range(of: needle) != nil
            }
        }
    }
}
