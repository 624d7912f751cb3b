import Foundation

/// The source tree that the tests were built from.
public enum Repository {
    /// Its top folder.
    public static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path of a file in it.
    public static func path(_ name: String) -> String { folder + "/" + name }
}
