/// The one result of a command, in every form that it can be shown in.
protocol CommandResult: Encodable, Sendable {
    /// For people, with line ends.
    func text(_ style: TextStyle) -> String
    /// For `-o name` and `--quiet`.
    var names: [String] { get }
}

/// An element of a list that a command shows.
protocol ListItem: Encodable, Sendable {
    /// Column headings, upper case.
    static var headings: [String] { get }
    /// One value per heading.
    var cells: [Cell] { get }
    /// For `-o name` and `--quiet`.
    var listName: String { get }
}
