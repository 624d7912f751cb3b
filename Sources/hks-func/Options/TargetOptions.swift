import ArgumentParser

/// Which server and project a command talks to.
struct TargetOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Target to talk to, see 'context list'. [env: HKS_FUNC_CONTEXT]", valueName: "name"),
        completion: LiveNames.contexts.completion
    )
    var context: String?

    @Option(
        name: [.customShort("n"), .long, .customLong("namespace")],
        help: ArgumentHelp("Project on the server. [env: HKS_FUNC_PROJECT]", valueName: "name")
    )
    var project: String?
}
