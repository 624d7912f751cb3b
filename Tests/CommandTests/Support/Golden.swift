import Foundation
import Testing

/// Expected texts in files beside the tests; `HKS_FUNC_UPDATE_GOLDEN=1` writes what was seen.
enum Golden {
    /// Compares `text` with the file `name`.
    static func expect(_ text: String, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws
    {
        let file = folder.appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["HKS_FUNC_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
            return
        }
        let expected = try #require(
            try? String(contentsOf: file, encoding: .utf8),
            "no golden file '\(name)'; run with HKS_FUNC_UPDATE_GOLDEN=1 and look at what it writes",
            sourceLocation: sourceLocation
        )
        #expect(text == expected, sourceLocation: sourceLocation)
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Golden")
}
