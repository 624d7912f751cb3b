import Foundation
import SystemPackage

extension Scaffolder {
    /// Writes rendered files so that the folder is either complete or as it was.
    ///
    /// A new folder is written beside its place and renamed; in an existing one everything is written to a hidden
    /// folder first and then moved in, and moved back if one move fails.
    /// - Parameters:
    ///   - files: What to write.
    ///   - folder: Absolute path of the project's folder; need not exist, nor the folders above it.
    ///   - force: Writes into a folder that is not empty. Files that are not in `files` stay.
    /// - Throws: ``FuncError`` with code `directory_not_empty`, `already_exists` (something in the way),
    ///   `template_invalid` (unsafe path), `no_space` or `file_system`.
    public static func write(_ files: [RenderedFile], to folder: String, force: Bool = false) throws {
        try TemplatePath.check(files)
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        switch try FileSystem.kind(of: folder, followingLinks: true) {
        case nil:
            try create(folder, with: files)
        case .folder:
            let names = try FileSystem.names(in: folder)
            guard force || names.isEmpty else { throw notEmpty(folder, names) }
            try fill(folder, with: files)
        case .file, .link:
            throw FuncError(.alreadyExists, "cannot create the folder '\(folder)': there is a file of that name")
        }
    }

    private static func notEmpty(_ folder: String, _ names: [String]) -> FuncError {
        let shown = names.sorted().prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        return FuncError(
            .directoryNotEmpty,
            "folder '\(folder)' is not empty: it holds \(shown)" + (names.count > 3 ? " and more" : ""),
            hint: "choose another name, or use --force to write into it"
        )
    }

    private static func create(_ folder: String, with files: [RenderedFile]) throws {
        var undo = UndoLog()
        do {
            let url = URL(fileURLWithPath: folder)
            try undo.createFolders(to: url.deletingLastPathComponent().path)
            let parent = url.deletingLastPathComponent().path
            let staging = "\(parent)/.\(url.lastPathComponent).\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: staging) }
            try stage(files, in: staging)
            try FileSystem.rename(staging, to: folder)
        } catch {
            undo.rollBack()
            throw error
        }
    }

    private static func fill(_ folder: String, with files: [RenderedFile]) throws {
        let staging = "\(folder)/.hks-func-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: staging) }
        try stage(files, in: staging + "/new")
        try FileSystem.makeFolder(staging + "/old")
        var undo = UndoLog()
        do {
            for (number, file) in files.enumerated() {
                try undo.createFolders(TemplatePath.parents(of: file.path), in: folder)
                try undo.replace(
                    "\(folder)/\(file.path)",
                    with: "\(staging)/new/\(file.path)",
                    keeping: "\(staging)/old/\(number)"
                )
            }
        } catch {
            undo.rollBack()
            throw error
        }
    }

    private static func stage(_ files: [RenderedFile], in folder: String) throws {
        var undo = UndoLog()
        try undo.createFolders(to: folder)
        for file in files {
            try undo.createFolders(TemplatePath.parents(of: file.path), in: folder)
            try FileSystem.write(file, to: "\(folder)/\(file.path)")
        }
    }
}

/// What was changed in a folder, so that it can be taken back.
private struct UndoLog {
    private enum Step {
        case madeFolder(String)
        case wrote(String)
        case movedAway(String, to: String)
    }

    private var steps: [Step] = []

    /// Creates `path` and the folders above it, as far as they are missing.
    mutating func createFolders(to path: String) throws {
        if try FileSystem.kind(of: path, followingLinks: true) == .folder { return }
        try createFolders(to: URL(fileURLWithPath: path).deletingLastPathComponent().path)
        try makeFolder(path)
    }

    /// Creates folders below `root`. Something else than a folder in the way is refused, a link to a folder too.
    mutating func createFolders(_ names: [String], in root: String) throws {
        for name in names {
            switch try FileSystem.kind(of: "\(root)/\(name)", followingLinks: false) {
            case .folder: continue
            case nil: try makeFolder("\(root)/\(name)")
            case .file: throw FuncError(.alreadyExists, "'\(name)' in '\(root)' is a file where a folder is needed")
            case .link:
                throw FuncError(.alreadyExists, "'\(name)' in '\(root)' is a symbolic link and may lead outside")
            }
        }
    }

    /// Moves `source` to `target`; what was there is kept in `backup`.
    mutating func replace(_ target: String, with source: String, keeping backup: String) throws {
        switch try FileSystem.kind(of: target, followingLinks: false) {
        case .folder:
            throw FuncError(.alreadyExists, "'\(target)' is a folder where a file is needed")
        case .file, .link:
            try FileSystem.rename(target, to: backup)
            steps.append(.movedAway(target, to: backup))
        case nil:
            break
        }
        try FileSystem.rename(source, to: target)
        steps.append(.wrote(target))
    }

    /// Takes everything back, the last step first.
    ///
    /// What cannot be taken back stays: the error that led here is the one to report.
    mutating func rollBack() {
        while let step = steps.popLast() {
            switch step {
            case .madeFolder(let path): try? FileSystem.removeEmptyFolder(path)
            case .wrote(let path): try? FileManager.default.removeItem(atPath: path)
            case .movedAway(let path, let backup): try? FileSystem.rename(backup, to: path)
            }
        }
    }

    private mutating func makeFolder(_ path: String) throws {
        try FileSystem.makeFolder(path)
        steps.append(.madeFolder(path))
    }
}
