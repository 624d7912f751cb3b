import Foundation
import SystemPackage

/// Packs a project's source into an archive whose bytes depend on nothing but names, contents and executable bits.
///
/// Order on disk, times, owners, umask, locale and place do not matter, so that an unchanged tree keeps its digest.
/// The digest may differ between releases of zlib.
public enum SourcePacker {
    /// What is called as packing goes on, on the thread that packs.
    public typealias ProgressHandler = @Sendable (PackProgress) -> Void

    /// What would be packed, sorted bytewise by path.
    ///
    /// - Parameters:
    ///   - root: The project's folder.
    ///   - options: What is packed.
    /// - Returns: All entries, folders included.
    /// - Throws: `file_system` for what cannot be read, `project_invalid` for what cannot be packed, `source_too_large`.
    public static func list(root: String, options: PackOptions = PackOptions()) throws -> [PackedFile] {
        let folder = try open(root)
        return try walk(folder, options) { false }.map(\.packedFile)
    }

    /// Packs a project.
    ///
    /// - Parameters:
    ///   - root: The project's folder.
    ///   - options: What is packed, and how.
    ///   - output: The archive to write; a file of that name is replaced once the new one is complete, and is not packed.
    ///   - progress: Told about each block.
    /// - Returns: The archive and its entries.
    /// - Throws: `file_system` for what cannot be read or changed meanwhile, `project_invalid` for what cannot be packed,
    ///   `source_too_large`, `no_space`, `library_missing`.
    public static func pack(
        root: String,
        options: PackOptions = PackOptions(),
        output: String,
        progress: ProgressHandler? = nil
    ) async throws -> PackedSource {
        try await BlockingWork.run("pack") { isCancelled in
            let folder = try open(root)
            let entries = try walk(folder, options, skipping: output, isCancelled)
            if options.format == .zip { try checkZipNames(entries) }
            let reader = SourceReader(folder, entries, isCancelled: isCancelled, report: progress)
            let partial = PartialFile.path(for: output)
            do {
                let result = try write(entries, reader, options, to: partial)
                try move(partial, to: output)
                let archive = SourceArchive(path: output, digest: result.digest, size: result.size)
                return PackedSource(archive: archive, files: entries.map(\.packedFile))
            } catch {
                // The failure to be told is the first one.
                try? FileManager.default.removeItem(atPath: partial)
                throw describe(error, entries: entries, output: output)
            }
        }
    }

    /// Copies what would be packed into a new folder, with the modes that unpacking gives.
    ///
    /// - Parameters:
    ///   - root: The project's folder.
    ///   - options: What is copied.
    ///   - folder: The folder to make; an empty one may be there.
    ///   - progress: Told about each block.
    /// - Returns: All entries.
    /// - Throws: The same as ``pack(root:options:output:progress:)``, and `directory_not_empty`.
    public static func copy(
        root: String,
        options: PackOptions = PackOptions(),
        to folder: String,
        progress: ProgressHandler? = nil
    ) async throws -> [PackedFile] {
        try await BlockingWork.run("copy") { isCancelled in
            let source = try open(root)
            let entries = try walk(source, options, skipping: folder, isCancelled)
            try NewFolder.checkIsFree(folder)
            var reader = SourceReader(source, entries, isCancelled: isCancelled, report: progress)
            let partial = PartialFile.path(for: folder)
            do {
                try copy(entries, &reader, to: partial)
                try move(partial, to: folder)
            } catch {
                try? FileManager.default.removeItem(atPath: partial)
                throw describe(error, entries: entries, output: folder)
            }
            return entries.map(\.packedFile)
        }
    }
}

extension SourcePacker {
    private static func write(
        _ entries: [SourceEntry],
        _ reader: SourceReader,
        _ options: PackOptions,
        to path: String
    ) throws -> (digest: String, size: Int) {
        var reader = reader
        let output = try OpenFileHandle(creating: path)
        let writer = try ArchiveWriterHandle(options.format, output: output, maxBytes: options.maxArchiveBytes)
        for entry in entries {
            try writer.begin(entry.name, entry.content)
            if case .file = entry.content { try reader.read(entry) { try writer.write($0) } }
            try writer.finishEntry()
            try reader.finishEntry()
        }
        return try writer.close()
    }

    private static func copy(_ entries: [SourceEntry], _ reader: inout SourceReader, to path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let folder = try FolderHandle(path: path)
        for entry in entries {
            switch entry.content {
            case .file(_, let isExecutable):
                let file = try folder.createFile(entry.name.bytes, mode: isExecutable ? 0o755 : 0o644)
                try reader.read(entry) { try file.write($0) }
            case .folder:
                try folder.createFolder(entry.name.bytes)
            case .symbolicLink(let target):
                try folder.createLink(entry.name.bytes, target: target)
            }
            try reader.finishEntry()
        }
    }

    private static func open(_ root: String) throws -> FolderHandle {
        do {
            return try FolderHandle(path: root)
        } catch {
            throw FuncError(.fileSystem, "cannot read project folder '\(root)': \(error.reason)")
        }
    }

    private static func walk(
        _ folder: FolderHandle,
        _ options: PackOptions,
        skipping output: String? = nil,
        _ isCancelled: @escaping () -> Bool
    ) throws -> [SourceEntry] {
        let skipped = try output.flatMap(FileStatus.ifPresent).map { Set([$0.identity]) } ?? []
        var tree = SourceTree(
            folder,
            include: options.include,
            exclude: options.exclude,
            skipped: skipped,
            isCancelled: isCancelled
        )
        let entries = try tree.walk()
        guard entries.count <= options.maxEntries else {
            throw FuncError(
                .sourceTooLarge,
                "source has \(entries.count) files and folders, more than the limit of \(options.maxEntries)",
                hint: "name what is not needed in .funcignore; 'hks-func build --list' shows what is packed"
            )
        }
        let size = entries.reduce(0) { $0 + $1.size }
        guard size <= options.maxSourceBytes else {
            throw tooLarge("source has \(ByteCount.text(size))", limit: options.maxSourceBytes, entries)
        }
        return entries
    }

    private static func checkZipNames(_ entries: [SourceEntry]) throws {
        for entry in entries {
            var names = [entry.name]
            if case .symbolicLink(let target) = entry.content { names.append(EntryName(target)) }
            guard names.allSatisfy(\.isUTF8) else {
                throw FuncError(
                    .projectInvalid,
                    "cannot pack '\(entry.name.text)' into a zip archive: its name is not UTF-8",
                    hint: "rename it, or pack with '--format tar.gz'"
                )
            }
        }
    }

    private static func move(_ partial: String, to output: String) throws {
        guard rename(partial, output) == 0 else { throw Errno(rawValue: errno) }
    }

    private static func tooLarge(_ what: String, limit: Int, _ entries: [SourceEntry]) -> FuncError {
        let largest = entries.filter { $0.size > 0 }.sorted { ($1.size, $0.name) < ($0.size, $1.name) }.prefix(5)
        return FuncError(
            .sourceTooLarge,
            "\(what), more than the limit of \(ByteCount.text(limit))",
            hint: "name what is not needed in .funcignore",
            details: largest.map { "\(ByteCount.text($0.size)) \($0.name.text)" }
        )
    }

    private static func describe(_ error: any Error, entries: [SourceEntry], output: String) -> any Error {
        switch error {
        case let error as ArchiveOutputTooLarge:
            tooLarge("archive has more bytes than allowed", limit: error.limit, entries)
        case Errno.noSpace, Errno.diskQuotaExceeded:
            FuncError(.noSpace, "no space left to write '\(output)'")
        case let error as Errno:
            FuncError(.fileSystem, "cannot write '\(output)': \(error.reason)")
        case ArchiveError.library(let operation, _, let message):
            FuncError(.internalError, "cannot \(operation) of archive '\(output)'", cause: message)
        case let error as ArchiveError:
            error.funcError(archive: output)
        default:
            error
        }
    }
}
