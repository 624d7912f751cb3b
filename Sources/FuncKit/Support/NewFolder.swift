import SystemPackage

/// Folders that a command makes and fills.
enum NewFolder {
    /// Checks that a folder can be made: nothing is there, or an empty folder.
    ///
    /// - Throws: `directory_not_empty`, or `file_system` if something else is there.
    static func checkIsFree(_ path: String) throws {
        do {
            guard let status = try FileStatus.ifPresent(path) else { return }
            guard status.kind == .folder else {
                throw FuncError(.fileSystem, "cannot create folder '\(path)': a file of that name is there")
            }
            guard try FolderHandle(path: path).names().isEmpty else {
                throw FuncError(
                    .directoryNotEmpty,
                    "cannot fill folder '\(path)': it is not empty",
                    hint: "name a folder that does not exist yet"
                )
            }
        } catch let error as Errno {
            throw FuncError(.fileSystem, "cannot create folder '\(path)': \(error.reason)")
        }
    }
}
