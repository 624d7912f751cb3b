import Foundation
import SystemPackage

/// The samples of a project: files of its folder `events`, each of which is sent in a call of its own.
public struct SampleFolder: Sendable {
    /// Name of the folder in a project.
    public static let name = "events"
    /// Length of the longest sample.
    public static let maxBytes = 10 << 20

    private let path: String

    /// Names the folder of a project.
    public init(project: String) {
        path = project + "/" + Self.name
    }

    /// The samples by name: files of JSON, or of JSON documents one a line. None where the folder is missing.
    /// - Throws: `file_system`.
    public func names() throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
                .filter { name in
                    !name.hasPrefix(".") && [".json", ".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
                }
                .sorted()
        } catch {
            throw FuncError(.fileSystem, "cannot list the samples in '\(Self.name)'", because: error)
        }
    }

    /// Reads a sample; blocks.
    /// - Throws: `file_system`, `invalid_argument` for what is no file, or too long.
    public func read(_ name: String) throws -> InvokeDocument {
        let shown = Self.name + "/" + name
        do {
            // Opened first and looked at then, so that a named pipe keeps nobody waiting.
            let file = try OpenFileHandle(path: path + "/" + name)
            let status = try file.status()
            guard status.kind == .file else { throw FuncError(.invalidArgument, "the sample '\(shown)' is no file") }
            guard status.size <= Self.maxBytes else {
                throw FuncError(
                    .invalidArgument,
                    "the sample '\(shown)' has \(status.size) bytes, and a sample may have \(Self.maxBytes)"
                )
            }
            return InvokeDocument(Data(try file.readAll()), file: shown)
        } catch let error as Errno {
            throw FuncError(.fileSystem, "cannot read the sample '\(shown)'", because: error)
        }
    }
}
