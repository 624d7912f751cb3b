import ArgumentParser

/// `hks-func context`
struct ContextGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Choose the server that commands talk to.",
        subcommands: [ContextList.self, ContextUse.self, ContextAdd.self, ContextRemove.self, ContextShow.self]
    )
}

/// A context as it is listed.
struct ContextRow: ListItem, CommandResult {
    let name: String
    let endpoint: String?
    let workspace: String?
    let project: String?
    let isCurrent: Bool

    static var headings: [String] { ["NAME", "CURRENT", "ENDPOINT", "WORKSPACE", "PROJECT"] }
    var cells: [Cell] {
        [
            .text(name), .text(isCurrent ? "*" : ""), .text(endpoint ?? "local platform"),
            .text(workspace ?? "default"), .text(project ?? "default"),
        ]
    }
    var listName: String { name }
    var names: [String] { [name] }

    func text(_ style: TextStyle) -> String {
        var fields = FieldList(style: style)
        fields.add("Context", name)
        fields.add("Endpoint", endpoint ?? "local platform")
        fields.add("Workspace", workspace ?? "default")
        fields.add("Project", project ?? "default")
        return fields.text
    }

    private enum CodingKeys: String, CodingKey {
        case name, endpoint, workspace, project
        case isCurrent = "current"
    }
}
