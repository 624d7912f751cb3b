import FuncKit

extension Secret: ListItem {
    static var headings: [String] { ["NAME", "REVISION", "USED BY", "UPDATED"] }

    var cells: [Cell] {
        [.text(name), .number(revision), .text(usedBy.joined(separator: ", ")), .time(updatedAt)]
    }

    var listName: String { name }

    /// `'db-password' (used by 'hello')`
    var nameWithUses: String {
        guard !usedBy.isEmpty else { return "'\(name)'" }
        return "'\(name)' (used by \(usedBy.map { "'\($0)'" }.joined(separator: ", ")))"
    }
}

extension SecretReference {
    /// One line for people: where the value goes, and which secret it is.
    var summary: String {
        switch place {
        case .variable(let name): "\(name) from \(secret)"
        case .file(let path): "file \(path) from \(secret)"
        }
    }
}

/// What became of one secret in `secrets set`.
struct SecretChange: ListItem, CommandResult {
    enum Change: String, Encodable {
        case created, changed, unchanged
        /// Not done: a dry run.
        case planned
    }

    let name: String
    /// The variable that it was taken from.
    let variable: String?
    let change: Change
    var revision: Int?
    /// Functions whose instances are replaced.
    var restarts: [String] = []

    init(name: String, variable: String?, change: Change) {
        self.name = name
        self.variable = variable
        self.change = change
    }

    /// Compares with the revision there was before; nil where there was none.
    init(_ secret: Secret, variable: String?, before: Int?) {
        name = secret.name
        self.variable = variable
        revision = secret.revision
        change = before.map { $0 == secret.revision ? .unchanged : .changed } ?? .created
        if change != .unchanged { restarts = secret.usedBy }
    }

    static var headings: [String] { ["NAME", "FROM", "CHANGE", "RESTARTS"] }
    var cells: [Cell] {
        [.text(name), .text(variable ?? "-"), .text(change.rawValue), .text(restarts.joined(separator: ", "))]
    }
    var listName: String { name }
    var names: [String] { [name] }

    func text(_ style: TextStyle) -> String {
        let functions = restarts.map { "'\($0)'" }.joined(separator: ", ")
        let line =
            switch change {
            case .created: "\(style.good("✓")) secret '\(name)' created\n"
            case .changed: "\(style.good("✓")) secret '\(name)' changed\n"
            case .unchanged: "secret '\(name)' has this value already\n"
            case .planned: "would set secret '\(name)'\n"
            }
        return line + (restarts.isEmpty ? "" : "  new instances take over in \(functions)\n")
    }

    private enum CodingKeys: String, CodingKey {
        case name, variable, change, revision, restarts
    }
}
