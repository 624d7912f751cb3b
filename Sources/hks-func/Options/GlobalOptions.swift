import ArgumentParser

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Form of the result: human, json, yaml, name; jsonl for streams. [env: HKS_FUNC_OUTPUT]",
            valueName: "format"
        )
    )
    var output: OutputFormat?

    @Option(help: ArgumentHelp("Colour: auto, always, never. [env: HKS_FUNC_COLOR]", valueName: "when"))
    var color: ColorChoice?

    @Flag(name: [.short, .long], help: "Print names only, or nothing.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Show requests, times and causes on stderr.")
    var verbose = false

    @Flag(name: .customLong("no-input"), help: "Never ask; fail where an answer would be needed.")
    var noInput = false
}
