import ArgumentParser
import FuncKit

/// How a project is read.
struct ProjectOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Profile of function.yaml to apply. [env: HKS_FUNC_PROFILE]", valueName: "name"))
    var profile: String?

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
        let project = try ProjectLoader(processEnvironment: context.environment).load(
            from: projectDir.map(context.absolutePath) ?? context.workingFolder,
            profile: profile ?? context.environment["HKS_FUNC_PROFILE"],
            flags: environment.map { try EnvironmentAssignment(parsing: $0) }
        )
        for notice in project.notices { context.console.warning(notice) }
        return project
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
