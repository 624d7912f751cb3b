import ArgumentParser

/// `hks-func triggers`
struct TriggersGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triggers",
        abstract: "Show and change what calls a function.",
        subcommands: [
            TriggersList.self, TriggersDescribe.self, TriggersCreate.self, TriggersUpdate.self, TriggersDelete.self,
            TriggersFire.self,
        ]
    )
}
