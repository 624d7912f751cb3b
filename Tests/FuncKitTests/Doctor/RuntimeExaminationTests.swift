import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct RuntimeExaminationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("doctor")
    }

    private func install(_ name: String, _ script: String) throws {
        let path = try folder.write("#!/bin/sh\n\(script)\n", to: "bin/\(name)")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private func findings(in name: String = "work") async throws -> [String: DoctorFinding] {
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        let machine = MachineExamination(
            environment: ["PATH": folder.path("bin")],
            workingFolder: folder.path(name),
            now: try #require(WireDate.parse("2026-01-01T00:00:00Z"))
        )
        let all = try await machine.languages()
        #expect(Set(all.map(\.id)).count == all.count)
        return Dictionary(all.map { ($0.id, $0) }) { $1 }
    }

    @Test func `a bare machine needs at least one language`() async throws {
        let found = try await findings()
        #expect(found["runtime.none"]?.status == .error)
        #expect(found["runtime.none"]?.missing == true)
        for entry in RuntimeCatalog.entries where entry.probe != nil {
            let finding = try #require(found["runtime.\(entry.family.rawValue)"])
            #expect(finding.status == .note)
            #expect(finding.message == "not installed")
            #expect(finding.fix == entry.install?.here)
        }
    }

    @Test func `versions are shown side by side, with the end of life`() async throws {
        try install("python3", "echo Python 3.11.2")
        try install("python3.9", "echo Python 3.9.1")
        let found = try await findings()
        let python = try #require(found["runtime.python"])
        let bin = folder.path("bin")
        #expect(
            python.message
                == "3.11.2 (\(bin)/python3), 3.9.1 (\(bin)/python3.9; no fixes since 2025-10-31)"
        )
        #expect(python.status == .note)
        #expect(found["runtime.none"] == nil)
    }

    @Test func `a project is told what it would run on`() async throws {
        try install("node", "echo v20.1.0")
        try folder.write("name: a\nruntime: nodejs20\n", to: "work/function.yaml")
        #expect(try await findings()["project.a.runtime"]?.status == .ok)
        try folder.write("name: a\nruntime: nodejs18\n", to: "work/function.yaml")
        let other = try #require(try await findings(in: "work/lib")["project.a.runtime"])
        #expect(other.status == .warning)
        #expect(
            other.message == """
                nodejs18: Node.js 18 is not installed: using 20.1.0 from '\(folder.path("bin/node"))'; \
                Node.js 18 reached its end of life on 2025-04-30
                """
        )
        try folder.write("name: a\nruntime: php8.2\n", to: "work/function.yaml")
        let missing = try #require(try await findings()["project.a.runtime"])
        #expect(missing.status == .error)
        #expect(missing.missing)
        #expect(missing.fix == RuntimeFamily.php.entry.install?.here)
        try folder.write("name: a\nruntime: custom\ncommand: [./serve]\n", to: "work/function.yaml")
        #expect(try await findings()["project.a.runtime"]?.status == .ok)
    }

    @Test func `projects below the folder are warned about only`() async throws {
        try install("node", "echo v22.1.0")
        try folder.write("name: a\nruntime: nodejs22\n", to: "work/one/function.yaml")
        try folder.write("name: b\nruntime: ruby\n", to: "work/more/two/function.yaml")
        try folder.write("name: B!\n", to: "work/bad/function.yaml")
        try folder.write("name: c\nruntime: ruby\n", to: "work/node_modules/c/function.yaml")
        let found = try await findings()
        #expect(found["project.a.runtime"]?.status == .ok)
        #expect(found["project.b.runtime"]?.status == .warning)
        #expect(found["project.b.runtime"]?.missing == false)
        #expect(found["project.bad.manifest"]?.status == .warning)
        #expect(found["project.c.runtime"] == nil)
    }

    @Test func `a tool is needed where the project has something for it`() async throws {
        try install("node", "echo v22.1.0")
        try folder.write("name: a\nruntime: nodejs22\n", to: "work/function.yaml")
        #expect(try await findings()["tool.npm"]?.status == .note)
        try folder.write(#"{"dependencies":{"x":"1"}}"#, to: "work/package.json")
        let needed = try #require(try await findings()["tool.npm"])
        #expect(needed.status == .error)
        #expect(needed.missing)
        try install("npm", "true")
        #expect(try await findings()["tool.npm"]?.status == .ok)
    }

    @Test(
        arguments: [
            ("pip", "requirements.txt", "# none\n", false), ("pip", "requirements.txt", "flask\n", true),
            ("bundle", "Gemfile", "source 'https://rubygems.org'\n", false),
            ("bundle", "Gemfile", "  gem 'rack'\n", true),
            ("composer", "composer.json", #"{"require":{"php":"^8","ext-json":"*"}}"#, false),
            ("composer", "composer.json", #"{"require":{"monolog/monolog":"*"}}"#, true),
            ("npm", "package.json", #"{"devDependencies":{"x":"1"}}"#, false), ("npm", "package.json", "{", false),
            ("mvn", "pom.xml", "<project/>", true), ("mvn", "Main.java", "", false),
        ]
    )
    func `files tell which tools are needed`(name: String, file: String, text: String, isNeeded: Bool) throws {
        try folder.write(text, to: "project/\(file)")
        let tool = try #require(LanguageTool.all.first { $0.name == name })
        #expect(tool.isNeeded(in: folder.path("project")) == isNeeded)
    }
}

@Suite struct MachineExaminationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("doctor")
    }

    @Test func `libraries are opened`() async {
        let found = await LibraryExamination.findings()
        #expect(found.map(\.id) == ["library.libcurl", "library.libarchive", "library.libgit2"])
        #expect(found.prefix(2).allSatisfy { $0.status == .ok })
    }

    @Test func `open files are closed only where that is wanted`() throws {
        let secret = try folder.write("token", to: "config/tokens/staging")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path("config"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path("config/tokens"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
        func look(_ isRepairing: Bool) -> DoctorFinding {
            PermissionExamination(isRepairing: isRepairing).finding(
                "permissions.config",
                "settings",
                root: folder.path("config"),
                inside: ["tokens", "tokens/staging", "none"]
            )
        }
        let open = look(false)
        #expect(open.status == .warning)
        #expect(open.message == "other users may read '\(secret)'")
        #expect(open.fix == "chmod go-rwx '\(secret)'")
        let closed = look(true)
        #expect(closed.status == .ok)
        #expect(closed.fixed)
        let mode = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!look(true).fixed)
        #expect(try folder.read("config/tokens/staging") == "token")
    }

    @Test func `servers are asked with a short deadline`() async throws {
        var contexts = Contexts(config: ConfigFile(path: folder.path("config.yaml")))
        // Nothing listens on port 1.
        try contexts.add(ConnectionContext(name: "far", endpoint: "http://127.0.0.1:1"))
        var found = await ContextExamination(environment: [:], config: contexts.config, platform: nil).findings()
        #expect(found.map(\.title) == ["local", "far"])
        #expect(found.map(\.status) == [.ok, .warning])
        #expect(found[0].message == "not running; the first deploy starts it")
        try contexts.use("far")
        found = await ContextExamination(environment: [:], config: contexts.config, platform: nil).findings()
        #expect(found.map(\.status) == [.ok, .error])
        #expect(!found[1].missing)
        #expect(found.haveFaults && !found.lackTools)
    }
}
