import Foundation
import TestSupport
import Testing

/// A language whose host must pass the contract.
enum HostLanguage: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case python, nodejs

    var testDescription: String { rawValue }

    /// The file that holds the handlers of the contract.
    var entryFile: String { self == .python ? "main.py" : "index.mjs" }

    /// The module that a handler's name begins with.
    var module: String { self == .python ? "main" : "index" }

    /// The host's own first file.
    var hostFile: String { self == .python ? "main.py" : "main.mjs" }

    /// The interpreter itself: version managers put scripts on the path that would be measured and signalled instead.
    var interpreter: String {
        get async throws {
            switch self {
            case .python: try await Self.pythonPath.value
            case .nodejs: try await Self.nodePath.value
            }
        }
    }

    /// The handlers of the contract.
    var source: String { self == .python ? HostFixtures.python : HostFixtures.nodejs }

    /// Where the built tests have the hosts.
    var hostFolder: String {
        get throws {
            let runner = try #require(Bundle.main.executablePath)
            let products = URL(fileURLWithPath: runner).deletingLastPathComponent().path
            return "\(products)/hks-func_Templates.resources/Content/hosts/\(rawValue)"
        }
    }

    private static let pythonPath = Task {
        try await output(of: ["python3", "-c", "import sys; print(sys.executable, end='')"])
    }
    private static let nodePath = Task {
        try await output(of: ["node", "-p", "process.execPath"])
    }

    private static func output(of command: [String]) async throws -> String {
        let folder = try TemporaryFolder("which")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        try Data().write(to: URL(fileURLWithPath: folder.path("out")))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("out")))
        try process.run()
        try await eventually("'\(command[0])' ends") { !process.isRunning }
        return try folder.read("out").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
