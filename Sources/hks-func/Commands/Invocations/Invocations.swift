import ArgumentParser

/// `hks-func invocations`
struct Invocations: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invocations",
        abstract: "Show calls that were made through the API.",
        subcommands: [InvocationsList.self, InvocationsStatus.self]
    )
}
