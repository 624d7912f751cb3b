import Foundation
import FuncKit
import FuncPlatform

/// The program that `develop --exec` runs while the functions answer.
struct DevelopProgram: Sendable {
    /// How long it may take to end once it was asked to.
    private static let grace = Duration.seconds(10)

    private let executable: String
    private let words: [String]
    private let context: CommandContext

    /// Finds the program, so that a wrong name is told before anything starts.
    /// - Throws: `invalid_argument` where there is none.
    init(_ words: [String], _ context: CommandContext) throws {
        executable = try PassThroughProcess.find(words, searchPath: context.environment["PATH"])
        self.words = words
        self.context = context
    }

    /// Runs it with `variables` besides the command's own, and hands on the signal that cancels the task.
    /// - Returns: its status; 128 + n where signal n ended it.
    func run(_ variables: [String: String]) async throws -> Int32 {
        try Task.checkCancellation()
        let environment = context.environment.merging(variables) { $1 }
        let process = try PassThroughProcess.start(executable, words, environment: environment)
        let exit = try await withTaskCancellationHandler {
            try await process.exit()
        } onCancel: {
            end(process)
        }
        return switch exit {
        case .status(let status): status
        case .signal(let number): 128 + number
        }
    }

    private func end(_ process: PassThroughProcess) {
        let number = context.receivedSignal() ?? SIGTERM
        // The terminal has sent Ctrl-C to both: a second one would be taken for impatience.
        let isSentByTerminal = number == SIGINT && isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp()
        if !isSentByTerminal { process.signal(number) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Int(Self.grace.components.seconds))) {
            process.signal(SIGKILL)
        }
    }
}
