import Foundation
import FuncKit
import FuncPlatform

/// Runs the tests of one project with the tools of this machine.
struct TestSession: Sendable {
    /// How long unit tests may take where nothing else is asked for.
    private static let unitTimeout = Duration.seconds(600)

    let context: CommandContext
    let project: LoadedProject
    let plan: TestPlan

    /// Runs all that the plan names. What is malformed is told before anything runs.
    /// - Throws: `case_invalid`, `invalid_argument`, `environment_invalid` for a secret without a value on this machine;
    ///   `toolchain_missing`. What goes wrong later is in the outcome.
    func run() async throws -> TestOutcome {
        let cases = plan.runs(.cases) ? try self.cases() : []
        let demands = runsContract ? FunctionTrial.demands.filter { plan.chooses($0.name) } : []
        let needsInstance = !cases.isEmpty || !demands.isEmpty
        let secrets = needsInstance ? try project.localSecretValues(processEnvironment: context.environment) : [:]
        var outcome = TestOutcome()
        if plan.runs(.unit) { outcome.report.entries += try await unitTests() }
        guard needsInstance else { return outcome }
        let trial = TrialSession(session: self, cases: cases, demands: demands)
        let found = try await trial.run(secrets: secrets)
        outcome.report.entries += found.report.entries
        outcome.failure = found.failure
        outcome.changes = found.changes
        return outcome
    }

    /// Hosts keep the whole contract; how strict a program of one's own is, is up to its author.
    private var runsContract: Bool {
        guard plan.runs(.contract) else { return false }
        let isOwnProgram =
            project.settings.runtime == RuntimeFamily.custom.rawValue || project.settings.handler.isEmpty
        guard isOwnProgram, plan.named.isEmpty else { return true }
        context.console.note("A program of one's own is held to the contract with --contract only.")
        return false
    }

    // MARK: Unit tests

    private func unitTests() async throws -> [TestReport.Entry] {
        let console = context.console
        let runtime = try RuntimeCatalog.require(project.settings.runtime)
        let isNamed = plan.named.contains(.unit)
        guard let recipe = UnitTestRecipes.recipe(for: runtime.family) else {
            if plan.measuresCoverage { throw lacks(.coverage, runtime) }
            if isNamed { console.warning("programs of one's own have no runner of unit tests that is known") }
            return []
        }
        let toolchain = try await ToolchainLocator(environment: context.environment).locate(runtime)
        if let warning = toolchain.warning { console.warning(warning) }
        let setting = UnitTestSetting(
            project: project.root.folder,
            toolchain: toolchain,
            scratch: "\(cacheFolder)/projects/\(Digest.sha256(Data(project.root.folder.utf8)).prefix(16))",
            sharedCache: cacheFolder + "/shared",
            searchPath: ToolchainLocator.searchPath(of: context.environment),
            filter: plan.filter,
            measuresCoverage: plan.measuresCoverage
        )
        let abilities = recipe.abilities(setting)
        if plan.measuresCoverage, !abilities.contains(.coverage) { throw lacks(.coverage, runtime) }
        if plan.filter != nil, !abilities.contains(.filter) {
            guard !isNamed else { throw lacks(.filter, runtime) }
            console.note("Unit tests are left out: the runner of \(runtime.family.rawValue) cannot filter them.")
            return []
        }
        let runner = UnitTestRunner(setting, environment: context.environment)
        return try await runner.run(timeout: plan.timeout ?? Self.unitTimeout) { line in
            // The runner's own words, for people; programs read the report.
            if !console.format.isMachine { console.say(line) }
        }
    }

    private func lacks(_ ability: UnitTestAbility, _ runtime: RuntimeName) -> FuncError {
        let hint =
            ability == .filter
            ? "leave out --unit to filter request cases and the contract's demands alone"
            : "Python, Node.js 20 and Go have it; leave out --coverage"
        return FuncError(
            .invalidArgument,
            "--\(ability.rawValue): the runner of '\(runtime.family.rawValue)' in this project cannot do that",
            hint: hint
        )
    }

    // MARK: Cases

    private func cases() throws -> [RequestCase] {
        let all = try RequestCaseReader.read(project: project.root.folder)
        if all.isEmpty, plan.named.contains(.cases) {
            context.console.warning("there are no request cases in \(RequestCaseReader.folder)")
        }
        let chosen = all.filter { plan.chooses($0.name) }
        for test in chosen where test.type != project.settings.type {
            throw FuncError(
                .caseInvalid,
                "'\(test.file)' is for a function of type '\(test.type.rawValue)', and this one is of type "
                    + "'\(project.settings.type.rawValue)'"
            )
        }
        return chosen
    }

    // MARK: Places

    /// How builds for tests are made.
    func configuration() throws -> PlatformConfiguration {
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
