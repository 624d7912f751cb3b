import Foundation
import Synchronization

/// A folder of its own for one test, removed when the test lets go of it.
public final class TemporaryFolder: Sendable {
    /// Absolute path, without symbolic links.
    public let path: String

    /// Creates the folder below the system's temporary folder.
    public init(_ label: String = "test") throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        let url = base.appendingPathComponent("hks-\(label)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        LateFiles.shared.add(path)
    }

    /// The path of something inside.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a text file, with the folders above it.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    /// Writes a file, with the folders above it.
    @discardableResult
    public func write(_ data: Data, to name: String) throws -> String {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }

    /// Reads a text file.
    public func read(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }
}

/// Removes once more what was written into folders after their tests had ended, such as the last line of a log; when the
/// process ends.
private final class LateFiles: Sendable {
    static let shared = LateFiles()

    private let paths = Mutex<[String]>([])

    private init() {
        atexit {
            for path in LateFiles.shared.paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    func add(_ path: String) { paths.withLock { $0.append(path) } }
}
