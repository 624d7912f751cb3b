import ArgumentParser

/// `hks-func completion`
struct CompletionPrint: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of a shell.",
        discussion: """
            EXAMPLES
              source <(hks-func completion bash)
              hks-func completion zsh > ~/.zfunc/_hks-func
              hks-func completion fish > ~/.config/fish/completions/hks-func.fish
            """
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let script = HKSFunc.completionScript(for: CompletionShell(rawValue: shell.rawValue) ?? .bash)
        try context.console.result(Result(shell: shell.rawValue, script: script))
    }

    struct Result: CommandResult {
        let shell: String
        let script: String

        var names: [String] { [script] }
        func text(_ style: TextStyle) -> String { script + "\n" }
    }
}
