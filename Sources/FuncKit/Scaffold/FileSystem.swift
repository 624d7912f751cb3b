import Foundation
import SystemPackage

/// The few file system calls that scaffolding needs, with errors that name the path.
enum FileSystem {
    /// What is at a path.
    enum Kind {
        case file, folder, link
    }

    /// What is at `path`, or nil if nothing is.
    static func kind(of path: String, followingLinks: Bool) throws(FuncError) -> Kind? {
        var status = stat()
        let result = followingLinks ? stat(path, &status) : lstat(path, &status)
        guard result == 0 else {
            let error = Errno(rawValue: errno)
            if error == .noSuchFileOrDirectory { return nil }
            throw failure("look at", path, error)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .file
        }
    }

    /// Names of what is in a folder.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FuncError(.fileSystem, "cannot read the folder '\(folder)'", because: error)
        }
    }

    /// Creates one folder.
    static func makeFolder(_ path: String) throws(FuncError) {
        guard mkdir(path, 0o777) == 0 else { throw failure("create the folder", path, Errno(rawValue: errno)) }
    }

    /// Removes a folder that is empty.
    static func removeEmptyFolder(_ path: String) throws(FuncError) {
        guard rmdir(path) == 0 else { throw failure("remove the folder", path, Errno(rawValue: errno)) }
    }

    /// Renames within one file system; an existing file at `target` is replaced.
    static func rename(_ source: String, to target: String) throws(FuncError) {
        guard Foundation.rename(source, target) == 0 else { throw failure("write", target, Errno(rawValue: errno)) }
    }

    /// Writes a file that does not exist yet; modes follow the umask.
    static func write(_ file: RenderedFile, to path: String) throws(FuncError) {
        do {
            switch file.content {
            case .link(let target):
                guard symlink(target, path) == 0 else { throw Errno(rawValue: errno) }
            case .file(let data, let isExecutable):
                let descriptor = try FileDescriptor.open(
                    FilePath(path),
                    .writeOnly,
                    options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: FilePermissions(rawValue: isExecutable ? 0o777 : 0o666)
                )
                try descriptor.closeAfter { _ = try descriptor.writeAll(data) }
            }
        } catch {
            throw failure("write", path, error as? Errno ?? .ioError)
        }
    }

    private static func failure(_ action: String, _ path: String, _ error: Errno) -> FuncError {
        let code: ErrorCode = [.noSpace, .diskQuotaExceeded].contains(error) ? .noSpace : .fileSystem
        return FuncError(code, "cannot \(action) '\(path)': \(error.description.lowercased())")
    }
}
