import ArgumentParser
import Foundation
import FuncKit

/// A command that ends with a status of its own after it has said all that there is to say.
struct CommandExit: Error {
    let status: Int32
}

/// Parses arguments, runs the command they name, and turns every outcome into a status: the one place that does.
struct CommandRunner: Sendable {
    var streams: Console.Streams
    var terminal: TerminalInfo
    var environment: [String: String]
    /// Builds the context around the console that the flags ask for.
    var makeContext: @Sendable (Console) throws -> CommandContext

    /// The exit status of a run with `arguments`, the program's name not among them.
    func run(_ arguments: [String]) async -> Int32 {
        let fallback = console(GlobalOptions.guess(from: arguments, environment: environment))
        // As a flag of the root it would be taken away from commands that have an option of this name.
        if arguments.first == "--version" { return showVersion(on: fallback) }
        let command: any ParsableCommand
        do {
            try UnknownCommand.check(arguments)
            // Completions of names are asked for while the line is parsed.
            command = try await LiveNames.$runner.withValue(self) { try await HKSFunc.asyncParseAsRoot(arguments) }
        } catch {
            return report(parsing: error, arguments, on: fallback)
        }
        guard let command = command as? any FuncCommand else { return showHelp(of: command, on: fallback) }
        let console = console(GlobalOptions.Resolved(command.global, environment: environment))
        do {
            try command.check(arguments)
            try await command.run(makeContext(console))
            return ExitStatus.success.rawValue
        } catch {
            return report(error, on: console)
        }
    }

    private func console(_ options: GlobalOptions.Resolved) -> Console {
        Console(
            streams: streams,
            terminal: terminal,
            format: options.format,
            color: options.color,
            isQuiet: options.isQuiet,
            isVerbose: options.isVerbose,
            noInput: options.noInput,
            environment: environment
        )
    }

    private func showVersion(on console: Console) -> Int32 {
        do {
            try console.write(Version.current + "\n")
            return ExitStatus.success.rawValue
        } catch {
            return report(error, on: console)
        }
    }

    private func showHelp(of command: any ParsableCommand, on console: Console) -> Int32 {
        var command = command
        do {
            try command.run()
            return ExitStatus.success.rawValue
        } catch {
            return report(parsing: error, [], on: console)
        }
    }

    /// Help and version go to stdout; wrong usage is shown the way our own errors are.
    private func report(parsing error: any Error, _ arguments: [String], on console: Console) -> Int32 {
        if let error = error as? FuncError { return report(error, on: console) }
        let message = HKSFunc.fullMessage(for: error, columns: console.terminal.width)
        if HKSFunc.exitCode(for: error) == .success {
            do {
                try console.write(message.isEmpty ? "" : message + "\n")
                return ExitStatus.success.rawValue
            } catch {
                return report(error, on: console)
            }
        }
        guard console.format.isMachine else {
            console.say(message)
            return ExitStatus.usage.rawValue
        }
        return report(FuncError(.invalidArgument, HKSFunc.message(for: error)), on: console)
    }

    /// Shows a failure on stderr.
    private func report(_ error: any Error, on console: Console) -> Int32 {
        switch error {
        case is BrokenPipe:
            return ExitStatus.success.rawValue
        case let exit as CommandExit:
            return exit.status
        case is CancellationError:
            return ExitStatus.interrupted.rawValue
        case let error as ValidationError:
            return report(FuncError(.invalidArgument, error.message), on: console)
        case let error as FuncError:
            show(error, on: console)
            return ExitStatus(error.code).rawValue
        default:
            show(FuncError(.internalError, "unexpected failure: \(error)"), on: console)
            return ExitStatus.failed.rawValue
        }
    }

    private func show(_ error: FuncError, on console: Console) {
        let report = ErrorReport(error: error)
        if console.format.isMachine, let text = try? DocumentText.jsonLine(report) {
            console.say(String(text.dropLast()))
        } else {
            console.say(report.text(console.errorStyle, isVerbose: console.isVerbose))
        }
    }
}

extension GlobalOptions {
    /// The options after variables and defaults had their say.
    struct Resolved: Sendable {
        var format: OutputFormat
        var color: ColorChoice
        var isQuiet = false
        var isVerbose = false
        var noInput = false

        /// What variables and defaults say where no flag does.
        init(environment: [String: String]) {
            format = environment["HKS_FUNC_OUTPUT"].flatMap(OutputFormat.init(argument:)) ?? .human
            color = environment["HKS_FUNC_COLOR"].flatMap(ColorChoice.init(rawValue:)) ?? .auto
            noInput = environment["HKS_FUNC_NO_INPUT"].map { $0 != "0" && !$0.isEmpty } ?? false
        }

        init(_ options: GlobalOptions, environment: [String: String]) {
            self.init(environment: environment)
            format = options.output ?? format
            color = options.color ?? color
            isQuiet = options.quiet
            isVerbose = options.verbose
            noInput = options.noInput || noInput
        }
    }

    /// The form that a command line asks for where the line as a whole cannot be parsed.
    static func guess(from arguments: [String], environment: [String: String]) -> Resolved {
        var options = GlobalOptions.Resolved(environment: environment)
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { break }
            if ["-o", "--output"].contains(argument), index + 1 < arguments.count {
                options.format = OutputFormat(argument: arguments[index + 1]) ?? options.format
            } else if let value = argument.split(separator: "=", maxSplits: 1).last, argument.hasPrefix("--output=") {
                options.format = OutputFormat(argument: String(value)) ?? options.format
            }
        }
        return options
    }
}
