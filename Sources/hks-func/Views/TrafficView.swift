import FuncKit

extension TrafficRoute: ListItem {
    static var headings: [String] { ["VERSION", "PERCENT", "TAG"] }
    var cells: [Cell] { [.text("v\(version)"), .number(percent), .text(tag ?? "-")] }
    var listName: String { "v\(version)" }

    /// One line for people.
    var summary: String { "v\(version)  \(percent)%" + (tag.map { "  tag \($0)" } ?? "") }
}
