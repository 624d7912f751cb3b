import ArgumentParser

/// `hks-func versions`
struct Versions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: "Show and activate versions of a function.",
        subcommands: [VersionsList.self, VersionsDescribe.self, VersionsActivate.self]
    )
}
