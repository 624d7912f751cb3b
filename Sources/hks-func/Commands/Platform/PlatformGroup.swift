import ArgumentParser

/// `hks-func platform`
struct PlatformGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "platform",
        abstract: "Run the local platform.",
        subcommands: [
            PlatformStart.self, PlatformStop.self, PlatformStatusShow.self, PlatformServe.self, PlatformReset.self,
        ]
    )
}
