import Foundation
import FuncKit
import Synchronization
import TestSupport

/// A search path of two folders, `shims` before `bin`, with made-up programs.
final class ToolchainMachine: Sendable {
    struct Broken: Error {}

    let folder: TemporaryFolder
    let outputs = Mutex<[String: String]>([:])
    let runs = Mutex<[String]>([])

    init() throws {
        folder = try TemporaryFolder("toolchain")
    }

    /// Installs a program; without output it fails whenever it runs.
    @discardableResult
    func install(_ name: String, in part: String = "bin", prints output: String?, script: String? = nil) throws
        -> String
    {
        let path = try folder.write(script ?? "\u{7F}ELF", to: "\(part)/\(name)")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        if let output { outputs.withLock { $0[path] = output } }
        return path
    }

    /// Installs a link to a program, which prints what it likes under this name.
    @discardableResult
    func link(_ name: String, in part: String, to target: String, prints output: String) throws -> String {
        let path = folder.path("\(part)/\(name)")
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        outputs.withLock { $0[path] = output }
        return path
    }

    func locator() -> ToolchainLocator {
        ToolchainLocator(searchPath: ["relative", folder.path("shims"), folder.path("bin")]) { path, arguments in
            self.runs.withLock { $0.append(path) }
            let key = arguments.first?.hasPrefix("-") == true && arguments.count > 1 ? path + "?" : path
            guard let output = self.outputs.withLock({ $0[key] }) else { throw Broken() }
            return output
        }
    }
}
