import Foundation
import FuncKit

/// A source as a request brings it along.
enum GivenSource: Sendable {
    /// The text of a field.
    case text(String, SourceEncoding?)
    /// A file of an upload, in a staging folder.
    case file(String)
}

/// Makes stored archives of what clients send in place of an uploaded one: a file's text, or an archive.
struct SourceIntake: Sendable {
    /// Longest file that is taken as the text of a program.
    private static let maxTextBytes = 4 << 20

    let artifacts: ArtifactStore

    /// Stores a source for a function with these settings and gives its digest.
    /// - Throws: `invalid_argument`, `archive_invalid`, `runtime_unknown`, `source_too_large`, `no_space`.
    func store(_ source: GivenSource, for settings: FunctionSettings, dependencies: [String] = []) async throws
        -> String
    {
        let list = DependencyList(names: dependencies)
        switch source {
        case .text(let text, let encoding):
            switch try SourceContent(text, encoding: encoding) {
            case .file(let bytes): return try await pack(bytes, for: settings, list)
            case .archive(let bytes):
                try Self.checkIsAlone(list)
                return try await staged { folder in
                    let path = folder + "/source"
                    try Self.write(bytes, to: path)
                    return path
                }
            }
        case .file(let path):
            let head = try await BlockingWork.run("read upload") { _ in try Self.head(of: path) }
            if SourceContent.isArchive(head) {
                try Self.checkIsAlone(list)
                return try await artifacts.adopt(path)
            }
            let bytes = try await BlockingWork.run("read upload") { _ in try Self.text(at: path) }
            return try await pack(bytes, for: settings, list)
        }
    }

    /// Packs one file and what has to be beside it.
    private func pack(_ bytes: Data, for settings: FunctionSettings, _ list: DependencyList) async throws -> String {
        guard !bytes.isEmpty else { throw FuncError.field("source_code", "field 'source_code' is empty") }
        guard let text = String(data: bytes, encoding: .utf8), !text.utf8.contains(0) else {
            throw FuncError.field(
                "source_code",
                "the source is neither text nor a zip, tar or tar.gz archive",
                code: .archiveInvalid
            )
        }
        let file = try SourceFile(runtime: settings.runtime, handler: settings.handler, text: text)
        var files = file.others.mapValues { Data($0.utf8) }
        files[file.path] = bytes
        if let packages = try list.file(runtime: settings.runtime) { files[packages.name] = Data(packages.text.utf8) }
        let all = files
        return try await staged { folder in
            for (path, bytes) in all { try Self.write(bytes, to: "\(folder)/files/\(path)") }
            let archive = folder + "/source.tar.gz"
            _ = try await SourcePacker.pack(root: folder + "/files", output: archive)
            return archive
        }
    }

    /// Adopts the archive that `body` makes in a folder of its own.
    private func staged(_ body: (String) async throws -> String) async throws -> String {
        let folder = try await artifacts.makeStagingFolder()
        do {
            let digest = try await artifacts.adopt(try await body(folder))
            try await artifacts.removeStagingFolder(folder)
            return digest
        } catch {
            // The failure to be told is the first one; what stays is removed by a later start.
            try? await artifacts.removeStagingFolder(folder)
            throw error
        }
    }

    private static func checkIsAlone(_ list: DependencyList) throws {
        guard !list.names.isEmpty else { return }
        throw FuncError.field(
            "dependencies",
            "field 'dependencies' goes with a source of one file, not with an archive",
            hint: "put the list of packages into the archive"
        )
    }

    private static func write(_ bytes: Data, to path: String) throws {
        let parent = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw FuncError(.fileSystem, "cannot make folder '\(parent)'", because: error)
        }
        try DurableFile.write(bytes, at: 0, to: path)
    }

    private static func head(of path: String) throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        return try file.read(upToCount: 512) ?? Data()
    }

    private static func text(at path: String) throws -> Data {
        guard let size = DurableFile.size(of: path), size <= maxTextBytes else {
            throw FuncError.field(
                "source",
                "the source is no zip, tar or tar.gz archive, and too long for the text of a program",
                code: .archiveInvalid
            )
        }
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }
}
