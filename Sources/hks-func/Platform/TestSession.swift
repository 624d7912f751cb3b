import Foundation
import FuncKit
import FuncPlatform

/// Runs the tests of one project with the tools of this machine.
struct TestSession: Sendable {
    let context: CommandContext
    let project: LoadedProject

    /// Runs the unit tests in the language's own runner.
    /// - Throws: `toolchain_missing`.
    func unitTests() async throws -> [TestReport.Entry] {
        let runtime = try RuntimeCatalog.require(project.settings.runtime)
        guard UnitTestRecipes.recipe(for: runtime.family) != nil else { return [] }
        let toolchain = try await ToolchainLocator(environment: context.environment).locate(runtime)
        if let warning = toolchain.warning { context.console.warning(warning) }
        let setting = UnitTestSetting(
            project: project.root.folder,
            toolchain: toolchain,
            scratch: "\(cacheFolder)/projects/\(Digest.sha256(Data(project.root.folder.utf8)).prefix(16))",
            sharedCache: cacheFolder + "/shared",
            searchPath: ToolchainLocator.searchPath(of: context.environment)
        )
        let runner = UnitTestRunner(setting, environment: context.environment)
        let console = context.console
        return try await runner.run { line in
            // The runner's own words, for people; programs read the report.
            if !console.format.isMachine { console.say(line.text) }
        }
    }

    /// Sends the request cases to a fresh instance.
    /// - Throws: `case_invalid`, `environment_invalid` for a secret without a value on this machine, `build_failed`, `readiness_failed`, `toolchain_missing`.
    func cases(matching filter: String?) async throws -> [TestReport.Entry] {
        let all = try RequestCaseReader.read(project: project.root.folder)
        let chosen = all.filter { test in filter.map { test.name.contains($0) } ?? true }
        guard !chosen.isEmpty else { return [] }
        for test in chosen where test.input.type != project.settings.type {
            throw FuncError(
                .caseInvalid,
                "'\(test.file)' is for a function of type '\(test.input.type.rawValue)', and this one is of type "
                    + "'\(project.settings.type.rawValue)'"
            )
        }
        let secrets = try project.localSecretValues(processEnvironment: context.environment)
        let packed = try await ProjectPacker(project: project, temporaryFolder: context.temporaryFolder).pack()
        defer { packed.remove() }
        let console = context.console
        return try await console.progress("Testing '\(project.name)' in a fresh instance") { progress in
            try await FunctionTrial.with(
                project,
                archive: packed.archive,
                configuration: try configuration(),
                temporaryFolder: context.temporaryFolder,
                secrets: secrets,
                warn: { console.warning($0) },
                { trial in
                    var entries: [TestReport.Entry] = []
                    for test in chosen {
                        progress.update(test.name)
                        entries.append(try await trial.run(test))
                    }
                    return entries
                }
            )
        }
    }

    private func configuration() throws -> PlatformConfiguration {
        let content = try TemplateLibrary.contentFolder(
            environment: context.environment,
            executablePath: context.executablePath
        )
        return PlatformConfiguration(
            dataFolder: cacheFolder + "/builds",
            programVersion: Version.current,
            hostsFolder: content + "/hosts",
            environment: context.environment
        )
    }

    /// Kept between runs.
    private var cacheFolder: String {
        BaseDirectories(environment: context.environment, home: context.homeFolder).cache + "/tests"
    }
}
