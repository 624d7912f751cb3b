import Foundation

/// Everything about a machine that does not concern the local platform's own data.
package struct MachineExamination: Sendable {
    /// Longest wait for a program that is to say its version.
    private static let probeDeadline = Duration.milliseconds(1500)

    private let environment: [String: String]
    private let workingFolder: String
    private let now: Date

    /// Looks at the machine as someone in `workingFolder` sees it.
    package init(environment: [String: String], workingFolder: String, now: Date) {
        self.environment = environment
        self.workingFolder = workingFolder
        self.now = now
    }

    /// Languages, the projects that need them, and their tools.
    package func languages() async throws -> [DoctorFinding] {
        let memory = ProbeMemory(ToolchainLocator.runner(environment: environment, deadline: Self.probeDeadline))
        let locator = ToolchainLocator(searchPath: ToolchainLocator.searchPath(of: environment)) {
            try await memory.run($0, $1)
        }
        let runtimes = RuntimeExamination(locator: locator, environment: environment, now: now)
        let here = ProjectSearch.around(workingFolder)
        let installed = try await runtimes.installed()
        var findings = runtimes.findings(installed, isInProject: here != nil)
        for root in here.map({ [$0] }) ?? ProjectSearch.below(workingFolder) {
            findings += try await runtimes.findings(for: root, isHere: here != nil)
        }
        return findings + (await runtimes.toolFindings(installed, for: here))
    }

    /// System libraries.
    package func libraries() async -> [DoctorFinding] {
        await LibraryExamination.findings()
    }

    /// Servers of the contexts.
    package func contexts(
        _ config: ConfigFile,
        platform: LocalPlatformDescriptor?
    ) async -> [DoctorFinding] {
        await ContextExamination(environment: environment, config: config, platform: platform).findings()
    }
}

/// Remembers what programs answered, failures too. A locator asks a program that fails again each time, because it may
/// work by then; within one look at a machine once is enough.
private actor ProbeMemory {
    private struct Question: Hashable {
        var executable: String
        var arguments: [String]
    }

    private let ask: ToolchainLocator.Run
    private var answers: [Question: Result<String, any Error>] = [:]

    init(_ ask: @escaping ToolchainLocator.Run) {
        self.ask = ask
    }

    func run(_ executable: String, _ arguments: [String]) async throws -> String {
        let question = Question(executable: executable, arguments: arguments)
        if let answer = answers[question] { return try answer.get() }
        let answer: Result<String, any Error>
        do {
            answer = .success(try await ask(executable, arguments))
        } catch {
            try Task.checkCancellation()
            answer = .failure(error)
        }
        answers[question] = answer
        return try answer.get()
    }
}
