import ArgumentParser

/// Which context a command is about, where no project matters.
struct ContextOption: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Context, see 'context list'. [env: HKS_FUNC_CONTEXT]", valueName: "name"),
        completion: LiveNames.contexts.completion
    )
    var context: String?

    /// The flag as a value.
    var selection: TargetSelection { TargetSelection(context: context) }
}
