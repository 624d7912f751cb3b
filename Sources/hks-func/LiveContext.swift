import Foundation
import FuncKit
import FuncPlatform
import Templates

/// The context of the real process.
enum LiveContext {
    static func make(console: Console, environment: [String: String]) throws -> CommandContext {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        let executable = Self.executablePath
        let workingFolder = FileManager.default.currentDirectoryPath
        let configure = LocalPlatform.Configure(environment: environment, home: home, executablePath: executable)
        let platform = LocalPlatform(configure: configure)
        let connector = ServiceConnector(
            environment: environment,
            directories: BaseDirectories(environment: environment, home: home),
            console: console,
            platform: platform,
            workingFolder: workingFolder
        )
        return CommandContext(
            console: console,
            environment: environment,
            workingFolder: workingFolder,
            homeFolder: home,
            executablePath: executable,
            now: { Date() },
            readInput: { try StandardInput.readAll() },
            openService: { try await connector.service($0) },
            connect: { try await connector.connection($0) },
            makeHTTP: { try connector.http() },
            openBrowser: { try WebBrowser.open($0, environment: environment) },
            platform: platform,
            examine: { isRepairing in
                let subject = configure.doctorSubject(workingFolder: workingFolder, now: Date())
                return try await Doctor(subject).examine(isRepairing: isRepairing)
            }
        )
    }

    /// The program's own file, links resolved.
    private static var executablePath: String {
        let link = "/proc/self/exe"
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link) { return path }
        return Bundle.main.executablePath ?? CommandLine.arguments[0]
    }
}

/// Standard input as a whole.
enum StandardInput {
    /// Most that is read; larger bodies belong in a file.
    private static let limit = 64 << 20

    /// All of it; nil where it is a terminal or closed.
    static func readAll() throws -> Data? {
        guard isatty(STDIN_FILENO) == 0, fcntl(STDIN_FILENO, F_GETFD) != -1 else { return nil }
        let data = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
        guard data.count <= limit else {
            throw FuncError(.invalidArgument, "standard input has more than \(limit >> 20) MiB")
        }
        return data
    }
}
