/// The keys down to a value, for messages: `triggers[0].path`.
struct ManifestPath: Sendable, CustomStringConvertible {
    /// The path without quotes; empty for the file.
    private(set) var text = ""

    /// Whether this is the whole file.
    var isRoot: Bool { text.isEmpty }

    /// The path of a key's value.
    func key(_ name: String) -> ManifestPath {
        ManifestPath(text: text.isEmpty ? name : text + "." + name)
    }

    /// The path of a list's item.
    func item(_ index: Int) -> ManifestPath {
        ManifestPath(text: "\(text)[\(index)]")
    }

    /// The path in quotes; the file itself has none.
    var description: String { text.isEmpty ? "the manifest" : text.quotedForMessage }
}
