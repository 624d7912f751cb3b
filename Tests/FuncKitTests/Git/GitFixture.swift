import Foundation

/// A repository made with the `git` program, to hold libgit2's view against.
struct GitFixture {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    let folder: String

    /// Its address for a clone.
    var url: String { "file://" + folder }

    /// Creates an empty repository with the branch `main`.
    init(_ folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try git("init", "--quiet", "--initial-branch=main")
    }

    /// Writes files, commits everything, and gives the commit.
    @discardableResult
    func commit(_ files: [String: String]) throws -> String {
        try write(files)
        try git("add", "--all")
        try git("commit", "--quiet", "--message=change")
        return try git("rev-parse", "HEAD")
    }

    /// Writes files without a commit.
    func write(_ files: [String: String]) throws {
        for (path, text) in files {
            let url = URL(fileURLWithPath: folder + "/" + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    /// Runs git without the settings of this machine's user, and gives what it prints.
    @discardableResult
    func git(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.com"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(description: "git \(arguments): \(text)") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
