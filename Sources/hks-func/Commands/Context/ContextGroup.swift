import ArgumentParser
import FuncKit

/// `hks-func context`
struct ContextGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Choose the server that commands talk to.",
        subcommands: [ContextList.self, ContextUse.self, ContextAdd.self, ContextRemove.self, ContextShow.self]
    )
}
