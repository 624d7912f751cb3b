import Foundation
import SystemPackage

/// Writes files that only their owner may read, all at once or not at all.
enum PrivateFile {
    /// Writes beside and renames; the folders above are made where missing.
    /// - Throws: `file_system`, `no_space`.
    static func write(_ data: Data, to path: String) throws {
        do {
            let folder = FilePath(path).removingLastComponent()
            try FileManager.default.createDirectory(
                atPath: folder.string,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try replace(FilePath(target(of: path)), with: data)
        } catch let error as Errno where error == .noSpace {
            throw FuncError(.noSpace, "no space left to write '\(path)'", cause: error.description)
        } catch {
            throw FuncError(.fileSystem, "cannot write '\(path)'", because: error)
        }
    }

    /// Removes a file; one that is not there is fine.
    /// - Throws: `file_system`.
    static func remove(_ path: String) throws {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch let error as CocoaError where error.code == .fileNoSuchFile {
            return
        } catch {
            throw FuncError(.fileSystem, "cannot remove '\(path)'", because: error)
        }
    }

    /// People link their settings into a repository of such files: write there, and keep the link.
    private static func target(of path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private static func replace(_ path: FilePath, with data: Data) throws {
        let temporary = FilePath(path.string + ".\(UUID().uuidString.prefix(8)).tmp")
        do {
            let file = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite]
            )
            try file.closeAfter {
                _ = try file.writeAll(data)
                try FileHandle(fileDescriptor: file.rawValue, closeOnDealloc: false).synchronize()
            }
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            // The failure above says what matters; what is left behind is an unused file at worst.
            try? FileManager.default.removeItem(atPath: temporary.string)
            throw error
        }
    }
}
