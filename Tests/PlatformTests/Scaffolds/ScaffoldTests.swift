import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// What `init` writes, as it is right after.
@Suite(.serialized) struct ScaffoldTests {
    @Test(arguments: HostLanguage.allCases, FunctionType.allCases)
    func `the unit tests pass right after init and leave nothing in the project`(
        language: HostLanguage,
        type: FunctionType
    ) async throws {
        try await CommandLineFixture.with { fixture in
            let project = try await fixture.scaffold(language, type)
            let found = try await LocalToolchains(environment: TestToolchains.environment)
                .locate(language.rawValue)
            let setting = UnitTestSetting(
                project: project,
                toolchain: Toolchain(family: language.family, executable: found.executable, version: found.version),
                scratch: fixture.folder.path("scratch"),
                sharedCache: fixture.folder.path("scratch") + "/shared",
                searchPath: ["/usr/local/bin", "/usr/bin", "/bin"]
            )
            try FileManager.default.createDirectory(atPath: setting.scratch, withIntermediateDirectories: true)
            let before = try FileManager.default.subpathsOfDirectory(atPath: project).sorted()
            let recipe = try #require(UnitTestRecipes.recipe(for: language.family))
            let commands = try recipe.commands(setting)
            #expect(!commands.isEmpty)
            for command in commands {
                let run = try await fixture.run(
                    command.executable,
                    command.arguments,
                    in: project,
                    environment: command.environment
                )
                #expect(run.status == 0, "\(command.label):\n\(run.output)\(run.error)")
            }
            #expect(try FileManager.default.subpathsOfDirectory(atPath: project).sorted() == before)
        }
    }

    @Test(arguments: HostLanguage.allCases, FunctionType.allCases)
    func `a project has its manifest, tests, cases, README and ignore files`(
        language: HostLanguage,
        type: FunctionType
    ) async throws {
        try await CommandLineFixture.with { fixture in
            let project = try await fixture.scaffold(language, type)
            let read = { (name: String) in try String(contentsOfFile: "\(project)/\(name)", encoding: .utf8) }
            for name in ["README.md", ".gitignore", ".funcignore"] {
                #expect(try !read(name).contains("{{"), "\(name)")
            }
            let manifest = try read("function.yaml")
            #expect(manifest.hasPrefix("name: hello\nruntime: \(language.rawValue)\ntype: \(type.rawValue)\n"))
            let cases = try FileManager.default.contentsOfDirectory(atPath: project + "/tests/cases")
            #expect(!cases.isEmpty)
            #expect(FileManager.default.fileExists(atPath: project + "/events"))
        }
    }
}

extension CommandLineFixture {
    /// A new project named `hello`; returns its folder.
    func scaffold(_ language: HostLanguage, _ type: FunctionType) async throws -> String {
        let run = try await run("init", "hello", "-r", language.rawValue, "-t", type.rawValue, "--defaults")
        try #require(run.status == 0, "\(run.error)")
        return workFolder + "/hello"
    }
}
