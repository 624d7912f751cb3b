/// What a command deleted, or would delete.
struct Deletion: CommandResult {
    /// What kind of things they are, such as `secret`.
    let kind: String
    /// The function that they belonged to, where they belonged to one.
    var function: String?
    let deleted: [String]
    let dryRun: Bool

    var names: [String] { deleted }

    func text(_ style: TextStyle) -> String {
        let verb = dryRun ? "would delete" : "deleted"
        let owner = function.map { " of '\($0)'" } ?? ""
        return deleted.map { "\(verb) \(kind) '\($0)'\(owner)\n" }.joined()
    }

    private enum CodingKeys: String, CodingKey {
        case function, deleted
        case dryRun = "dry_run"
    }
}
