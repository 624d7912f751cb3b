import ArgumentParser
import Testing

@testable import hks_func

/// A command with the words that lead to it.
struct CommandPath: Sendable, CustomTestStringConvertible {
    let words: [String]
    let type: any ParsableCommand.Type

    var testDescription: String { words.joined(separator: " ") }

    /// Every command of the program, the root too.
    static let all: [CommandPath] = below(CommandPath(words: [], type: HKSFunc.self))

    private static func below(_ parent: CommandPath) -> [CommandPath] {
        let configuration = parent.type.configuration
        var paths = [parent]
        for child in configuration.subcommands {
            let name = child.configuration.commandName ?? ""
            paths += below(CommandPath(words: parent.words + [name], type: child))
        }
        return paths
    }
}

@Suite struct HelpTests {
    @Test(arguments: CommandPath.all)
    func `help is as recorded and ends with status 0`(path: CommandPath) async throws {
        let run = await CommandWorld().run(path.words + ["--help"])
        #expect(run.status == 0)
        #expect(run.error == "")
        try Golden.expect(run.output, "help/" + (["hks-func"] + path.words).joined(separator: "-"))
    }

    @Test(arguments: CommandPath.all)
    func `a command has a short abstract, and examples if it does something`(path: CommandPath) {
        let configuration = path.type.configuration
        #expect(!configuration.abstract.isEmpty)
        #expect(configuration.abstract.count <= 60)
        #expect(configuration.commandName != nil)
        if configuration.subcommands.isEmpty {
            #expect(configuration.discussion.contains("EXAMPLES"))
        }
    }

    @Test(arguments: CommandPath.all.filter { !$0.words.isEmpty })
    func `every option has words of help`(path: CommandPath) async throws {
        let dump = await CommandWorld().run(path.words + ["--experimental-dump-help"])
        let arguments = try dump.json()["command"]?["arguments"]
        for index in 0..<(arguments?.count ?? 0) {
            let argument = try #require(arguments?[index])
            let name = argument["valueName"]?.string ?? "?"
            #expect(argument["abstract"]?.string?.isEmpty == false, "no help for '\(name)'")
        }
    }

    @Test func `the version is one line`() async {
        let run = await CommandWorld().run("--version")
        #expect(run.output == Version.current + "\n")
        #expect(run.status == 0)
    }
}

@Suite struct UsageTests {
    @Test(arguments: [
        (["deplyo"], "unknown command 'deplyo'"), (["versions", "lst"], "unknown command 'versions lst'"),
    ])
    func `an unknown command suggests the nearest and ends with 2`(arguments: [String], message: String) async {
        let run = await CommandWorld().run(arguments)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.error.hasPrefix("Error: \(message)\nHint: did you mean 'hks-func "))
    }

    @Test func `an unknown flag ends with 2 and suggests the nearest`() async {
        let run = await CommandWorld().run("list", "--limt", "3")
        #expect(run.status == 2)
        #expect(run.error.contains("Unknown option '--limt'. Did you mean '--limit'?"))
    }

    @Test(arguments: [
        ["logs", "hello", "--version", "v2"], ["rollback", "--name", "hello", "--version", "v1"],
        ["invoke", "hello", "--version", "v2"],
    ])
    func `a command's own version option is not the program's`(arguments: [String]) async {
        let run = await CommandWorld(service: Samples.service()).run(arguments)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output != Version.current + "\n")
    }

    @Test func `wrong usage is a JSON object where JSON was asked for`() async throws {
        let run = await CommandWorld().run("list", "--limit", "x", "-o", "json")
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(try run.errorCode() == "invalid_argument")
    }

    @Test func `an unmocked service fails loudly`() async {
        let run = await CommandWorld().run("list")
        #expect(run.status == 1)
        #expect(run.error == "Error: unmocked: service\n")
    }
}
