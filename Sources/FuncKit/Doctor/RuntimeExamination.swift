import Foundation

/// Looks at languages and at the projects that need them.
struct RuntimeExamination: Sendable {
    let locator: ToolchainLocator
    let environment: [String: String]
    let now: Date

    /// A language with all its toolchains on this machine.
    struct Installed: Sendable {
        var family: RuntimeFamily
        var toolchains: [Toolchain]
    }

    /// Every language of the catalogue that has a toolchain; all are looked for at the same time.
    func installed() async throws -> [Installed] {
        var found: [RuntimeFamily: [Toolchain]] = [:]
        try await withThrowingTaskGroup(of: (RuntimeFamily, [Toolchain]).self) { group in
            for entry in RuntimeCatalog.entries where entry.probe != nil {
                group.addTask { (entry.family, try await locator.all(entry.family)) }
            }
            for try await (family, toolchains) in group { found[family] = toolchains }
        }
        return RuntimeFamily.allCases.compactMap { family in
            found[family].map { Installed(family: family, toolchains: $0) }
        }
    }

    /// One finding per language; outside of a project at least one language is needed.
    func findings(_ installed: [Installed], isInProject: Bool) -> [DoctorFinding] {
        var findings = installed.map(finding)
        if !isInProject, installed.allSatisfy(\.toolchains.isEmpty) {
            findings.append(
                DoctorFinding(
                    "runtime.none",
                    .runtimes,
                    .error,
                    "any",
                    "no language is installed that a function could be written in",
                    fix: RuntimeFamily.python.entry.install?.here,
                    missing: true
                )
            )
        }
        return findings
    }

    private func finding(_ installed: Installed) -> DoctorFinding {
        let entry = installed.family.entry
        let id = "runtime.\(installed.family.rawValue)"
        guard !installed.toolchains.isEmpty else {
            return DoctorFinding(id, .runtimes, .note, entry.title, "not installed", fix: entry.install?.here)
        }
        var hasEnded = false
        let texts = installed.toolchains.map { toolchain in
            let name = RuntimeName(family: toolchain.family, version: toolchain.line)
            let warning = RuntimeCatalog.endOfLifeWarning(for: name, on: now)
            if warning != nil { hasEnded = true }
            let day = entry.versions.first { $0.number == toolchain.line }?.endOfLife ?? ""
            return "\(toolchain.version) (\(toolchain.executable)\(warning == nil ? "" : "; no fixes since \(day)"))"
        }
        return DoctorFinding(id, .runtimes, hasEnded ? .note : .ok, entry.title, texts.joined(separator: ", "))
    }

    // MARK: Projects

    /// Which toolchain a project would use.
    ///
    /// `isHere` tells the project that the user is in from those below the folder, for which nothing may be needed now.
    func findings(for root: ProjectRoot, isHere: Bool) async throws -> [DoctorFinding] {
        let loader = ProjectLoader(processEnvironment: environment)
        let name: String
        let runtime: String
        do {
            let manifest = try loader.manifest(at: root, seenFrom: isHere ? root.folder : "/", profile: nil).manifest
            name = manifest.name
            runtime = manifest.settings.runtime
        } catch let error as FuncError {
            let folder = URL(fileURLWithPath: root.folder).lastPathComponent
            return [
                DoctorFinding(
                    "project.\(folder).manifest",
                    .projects,
                    isHere ? .error : .warning,
                    folder,
                    (error.failures.first ?? error).description,
                    fix: "run 'hks-func validate' in '\(root.folder)'"
                )
            ]
        }
        guard let wanted = RuntimeCatalog.normalise(runtime), wanted.family.entry.probe != nil else {
            let id = "project.\(name).runtime"
            return [DoctorFinding(id, .projects, .ok, name, "\(runtime): needs no toolchain of ours")]
        }
        return [try await runtimeFinding(of: name, wanted, isHere: isHere)]
    }

    private func runtimeFinding(of name: String, _ wanted: RuntimeName, isHere: Bool) async throws -> DoctorFinding {
        let id = "project.\(name).runtime"
        do {
            let toolchain = try await locator.locate(wanted)
            let warnings = toolchain.warnings(for: wanted, on: now)
            let used = "\(wanted) runs on \(toolchain.version) (\(toolchain.executable))"
            guard !warnings.isEmpty else { return DoctorFinding(id, .projects, .ok, name, used) }
            let message = warnings.joined(separator: "; ")
            return DoctorFinding(
                id,
                .projects,
                .warning,
                name,
                toolchain.warning == nil ? "\(used): \(message)" : "\(wanted): \(message)",
                fix: "set 'runtime' in its function.yaml to a version that is installed and maintained"
            )
        } catch let error as FuncError where error.code == .toolchainMissing {
            return DoctorFinding(
                id,
                .projects,
                isHere ? .error : .warning,
                name,
                error.message,
                fix: wanted.family.entry.install?.here,
                missing: isHere
            )
        }
    }

    // MARK: Tools

    /// The package managers of the languages that are installed. A missing one is worth a note, unless `project` needs it.
    func toolFindings(_ installed: [Installed], for project: ProjectRoot?) async -> [DoctorFinding] {
        let families = Set(installed.filter { !$0.toolchains.isEmpty }.map(\.family))
        var findings: [DoctorFinding] = []
        for tool in LanguageTool.all where families.contains(tool.family) {
            let toolchain = installed.first { $0.family == tool.family }?.toolchains.first
            let place = tool.isModule ? await module(of: tool, toolchain) : path(of: tool.name, beside: toolchain)
            findings.append(finding(tool, at: place, isNeeded: isNeeded(tool, by: project)))
        }
        return findings
    }

    private func isNeeded(_ tool: LanguageTool, by project: ProjectRoot?) -> Bool {
        guard let project else { return false }
        let loader = ProjectLoader(processEnvironment: environment)
        // A manifest with faults is reported where the projects are.
        let loaded = try? loader.manifest(at: project, seenFrom: project.folder, profile: nil)
        let name = loaded.flatMap { RuntimeCatalog.normalise($0.manifest.settings.runtime) }
        return name?.family == tool.family && tool.isNeeded(in: project.folder)
    }

    private func finding(_ tool: LanguageTool, at place: String?, isNeeded: Bool) -> DoctorFinding {
        let id = "tool.\(tool.name)"
        if let place { return DoctorFinding(id, .tools, .ok, tool.name, place) }
        return DoctorFinding(
            id,
            .tools,
            isNeeded ? .error : .note,
            tool.name,
            "not installed; needed for \(tool.purpose)" + (isNeeded ? ", which this project has" : ""),
            fix: tool.install.here,
            missing: isNeeded
        )
    }

    /// Where builds find a program: beside the toolchain first.
    private func path(of program: String, beside toolchain: Toolchain?) -> String? {
        let folder = toolchain.map { URL(fileURLWithPath: $0.executable).deletingLastPathComponent().path }
        let searchPath = [folder, environment["PATH"]].compactMap(\.self).joined(separator: ":")
        return ChildProcessExecutable.find(program, searchPath: searchPath)
    }

    /// Where the interpreter finds the module, asked without loading it.
    private func module(of tool: LanguageTool, _ toolchain: Toolchain?) async -> String? {
        guard let toolchain else { return nil }
        let code = "import importlib.util as u; print(u.find_spec('\(tool.name)').origin)"
        let options = ChildProcessOptions(
            executable: toolchain.executable,
            arguments: ["-c", code],
            environment: environment,
            workingFolder: "/"
        )
        // An interpreter that does not answer has no such module either.
        guard let outcome = try? await ProcessRunner.run(options, deadline: .seconds(1)), outcome.exit.isSuccess,
            !outcome.timedOut
        else { return nil }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
