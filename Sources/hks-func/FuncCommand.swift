import ArgumentParser

/// A command of this program: parsed by ArgumentParser, run with a ``CommandContext``.
protocol FuncCommand: AsyncParsableCommand {
    /// The options that every command has.
    var global: GlobalOptions { get }

    /// Refuses what the words of the command line say and the parsed values do not.
    func check(_ words: [String]) throws

    /// Does the work; errors are shown by the caller.
    func run(_ context: CommandContext) async throws
}

extension FuncCommand {
    func check(_ words: [String]) throws {}

    /// ArgumentParser's own way in, which the program does not use.
    func run() async throws {
        throw CleanExit.helpRequest(self)
    }
}
