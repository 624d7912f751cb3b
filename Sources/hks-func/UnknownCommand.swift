import ArgumentParser
import FuncKit

/// Catches misspelt commands before ArgumentParser calls them "unexpected argument".
enum UnknownCommand {
    /// - Throws: `invalid_argument` with the nearest command as hint.
    static func check(_ arguments: [String]) throws {
        var node = CommandNode(HKSFunc.configuration, name: "hks-func")
        var path = ["hks-func"]
        for argument in arguments {
            guard !argument.hasPrefix("-"), !node.children.isEmpty, argument != "help" else { return }
            guard let next = node.children.first(where: { $0.spellings.contains(argument) }) else {
                throw error(argument, path, node.children.flatMap(\.spellings))
            }
            node = next
            path.append(argument)
        }
    }

    private static func error(_ word: String, _ path: [String], _ known: [String]) -> FuncError {
        let parent = path.joined(separator: " ")
        let hint = NearestMatch.of(word, in: known).map { "did you mean '\(parent) \($0)'?" }
        return FuncError(
            .invalidArgument,
            "unknown command '\((path.dropFirst() + [word]).joined(separator: " "))'",
            hint: hint ?? "run '\(parent) --help' to see the commands"
        )
    }
}

/// The names of a command and of those below it.
private struct CommandNode {
    let spellings: [String]
    let children: [CommandNode]

    init(_ configuration: CommandConfiguration, name: String) {
        spellings = [name] + configuration.aliases
        children = configuration.subcommands.map(CommandNode.of)
    }

    private static func of(_ type: any ParsableCommand.Type) -> CommandNode {
        let configuration = type.configuration
        return CommandNode(configuration, name: configuration.commandName ?? "")
    }
}
