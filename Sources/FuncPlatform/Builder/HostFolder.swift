import Foundation
import FuncKit

/// The program that runs handlers of one language, as it was installed.
struct HostFolder: Sendable {
    let path: String

    /// The host of a runtime family.
    /// - Throws: ``FuncError`` with code `file_system` where the installation is incomplete.
    init(family: String, hostsFolder: String) throws {
        path = hostsFolder + "/" + family
        guard FileManager.default.fileExists(atPath: path) else {
            throw FuncError(
                .fileSystem,
                "the host for '\(family)' is not in '\(hostsFolder)'",
                hint: "install hks-func again, or point HKS_FUNC_SHARE to its files"
            )
        }
    }

    /// A copy of a host.
    init(path: String) {
        self.path = path
    }

    /// Changes whenever a file of the host does.
    func digest() throws -> String {
        let lines = try files().map { file in
            "\(file)\0\(Digest.sha256(try Data(contentsOf: URL(fileURLWithPath: path + "/" + file))))"
        }
        return Digest.sha256(Data(lines.joined(separator: "\n").utf8))
    }

    /// Copies the host's own files.
    func copy(to target: String) throws {
        for file in try files() {
            let destination = URL(fileURLWithPath: target + "/" + file)
            try FileManager.default.createDirectory(
                at: destination.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try FileManager.default.copyItem(at: URL(fileURLWithPath: path + "/" + file), to: destination)
        }
    }

    /// Relative paths of all files, sorted; without what an interpreter may have left beside them.
    private func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { file in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path + "/" + file, isDirectory: &isFolder)
            return exists && !isFolder.boolValue && !file.split(separator: "/").contains("__pycache__")
        }
        .sorted()
    }
}
