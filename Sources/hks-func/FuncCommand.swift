import ArgumentParser

/// A command of this program: parsed by ArgumentParser, run with a ``CommandContext``.
protocol FuncCommand: AsyncParsableCommand {
    /// The options that every command has.
    var global: GlobalOptions { get }

    /// Does the work; errors are shown by the caller.
    func run(_ context: CommandContext) async throws
}

extension FuncCommand {
    /// ArgumentParser's own way in, which the program does not use.
    func run() async throws {
        throw CleanExit.helpRequest(self)
    }
}
