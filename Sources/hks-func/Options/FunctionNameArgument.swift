import ArgumentParser
import FuncKit

/// A function's name, by default that of the project in the current folder.
struct FunctionNameArgument: ParsableArguments {
    @Argument(
        help: "Name of the function; by default that of the project in the current folder.",
        completion: LiveNames.functions.completion
    )
    var name: String?

    /// The name that was given, or that of the project.
    func resolve(_ context: CommandContext) throws -> String {
        try name ?? context.projectFunctionName()
    }
}

/// The same as a flag, for commands whose argument is something else.
struct FunctionNameOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Function; by default that of the project in the current folder.", valueName: "name"),
        completion: LiveNames.functions.completion
    )
    var name: String?

    /// The name that was given, or that of the project.
    func resolve(_ context: CommandContext) throws -> String {
        try name ?? context.projectFunctionName()
    }
}
