import ArgumentParser

/// `hks-func traffic`
struct TrafficGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traffic",
        abstract: "Show and split a function's traffic.",
        subcommands: [TrafficShow.self, TrafficSet.self]
    )
}
