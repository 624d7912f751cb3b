import ArgumentParser
import FuncKit

/// How a project is read.
struct ProjectOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Profile of function.yaml to apply. [env: HKS_FUNC_PROFILE]", valueName: "name"))
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "File of variables that goes before those of function.yaml; repeatable. [env: HKS_FUNC_ENV_FILE]",
            valueName: "file"
        ),
        completion: .file()
    )
    var envFile: [String] = []

    @Option(
        help: ArgumentHelp(
            "Folder of the project, or one inside of it; by default the current one.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var projectDir: String?
}

extension ProjectOptions {
    /// Reads the project with its variables resolved.
    func load(_ context: CommandContext, environment: [String] = []) throws -> LoadedProject {
        let folder = projectDir.map(context.absolutePath) ?? context.workingFolder
        let project = try load(context, folder: folder, environment: environment)
        for notice in project.notices { context.console.warning(notice) }
        return project
    }

    /// Reads the project in another folder in the same way, and says nothing of its notices.
    func load(_ context: CommandContext, folder: String, environment: [String] = []) throws -> LoadedProject {
        try ProjectLoader(processEnvironment: context.environment).load(
            from: folder,
            profile: profileName(context),
            environmentFiles: environmentFiles(context),
            flags: environment.map { try EnvironmentAssignment(parsing: $0) }
        )
    }

    /// The profile of the flag, or else of the variable.
    func profileName(_ context: CommandContext) -> String? {
        profile ?? context.environment["HKS_FUNC_PROFILE"]
    }

    /// Absolute paths of the files that options name.
    private func environmentFiles(_ context: CommandContext) -> [String] {
        let named = envFile.isEmpty ? [context.environment["HKS_FUNC_ENV_FILE"]].compactMap(\.self) : envFile
        return named.filter { !$0.isEmpty }.map(context.absolutePath)
    }
}

extension CommandContext {
    /// The path as seen from the folder in which the command was started.
    func absolutePath(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        if path == "~" || path.hasPrefix("~/") { return homeFolder + path.dropFirst() }
        return path == "." ? workingFolder : workingFolder + "/" + path
    }

    /// The name of the function in the current folder.
    /// - Throws: `invalid_argument` where there is no project and so no name.
    func projectFunctionName() throws -> String {
        do {
            return try ProjectLoader(processEnvironment: environment).name(from: workingFolder)
        } catch let error as FuncError where error.code == .manifestNotFound {
            throw FuncError(
                .invalidArgument,
                "no function named, and no function.yaml in '\(workingFolder)' or above it",
                hint: "give the name of a function; 'hks-func list' shows them"
            )
        }
    }
}
