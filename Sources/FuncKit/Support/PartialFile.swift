import Foundation

/// Names for files and folders that are not complete yet: written beside the place where they belong, then renamed.
enum PartialFile {
    /// How all such names start.
    static let prefix = ".hks-func-partial-"

    /// A path beside `path` that nothing has.
    static func path(for path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(prefix + UUID().uuidString).path
    }
}
