import ArgumentParser

/// Completes names of contexts.
let contextNameCompletion = CompletionKind.shellCommand("hks-func context list -o name 2>/dev/null")

/// Which context a command is about, where no project matters.
struct ContextOption: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Context, see 'context list'. [env: HKS_FUNC_CONTEXT]", valueName: "name"),
        completion: contextNameCompletion
    )
    var context: String?

    /// The flag as a value.
    var selection: TargetSelection { TargetSelection(context: context) }
}
