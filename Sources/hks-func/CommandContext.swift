import Foundation
import FuncKit

/// Everything that a command gets from outside, so that a test can replace any of it.
struct CommandContext: Sendable {
    var console: Console
    /// Variables of the process.
    var environment: [String: String]
    /// Folder in which the command was started.
    var workingFolder: String
    /// Folder of the user.
    var homeFolder: String
    /// The running program's own file.
    var executablePath: String
    /// Wall clock.
    var now: @Sendable () -> Date
    /// Reads all of standard input; nil where it is a terminal.
    var readInput: @Sendable () throws -> Data?
    /// Opens the Function API of a target; commands call ``service(_:)``.
    var openService: @Sendable (TargetSelection) async throws -> any FunctionService
    /// Finds the server of a target, for what is not the Function API: logins.
    var connect: @Sendable (TargetSelection) async throws -> ServerConnection
    /// Sends requests to a server that is no target yet.
    var makeHTTP: @Sendable () throws -> HTTPClient
    /// Shows a page in the user's web browser.
    var openBrowser: @Sendable (_ address: String) throws -> Void
    /// Starts, stops and finds the local platform.
    var platform: any PlatformControl
    /// Looks at the machine and, where asked to, puts in order what can safely be.
    var examine: @Sendable (_ isRepairing: Bool) async throws -> [DoctorFinding]
    /// The signal that cancelled the command; nil where none did.
    var receivedSignal: @Sendable () -> Int32? = { nil }
}

/// What the target flags of a command say.
struct TargetSelection: Hashable, Sendable {
    var context: String?
    var project: String?
    /// Whether a local platform that does not run is started.
    var startsPlatform = false
}

extension CommandContext {
    /// Opens the server that a command talks to. From then on, questions name it unless it is this machine's own.
    func service(_ selection: TargetSelection) async throws -> any FunctionService {
        // Not `config()`, which would show a notice that opening the service shows as well.
        let config = try ConfigFile.load(directories)
        let target = try Contexts(config: config).target(settings(config, selection), environment: environment)
        console.place = target.place
        return try await openService(selection)
    }
}

extension TargetOptions {
    /// The flags as a value.
    func selection(startsPlatform: Bool = false) -> TargetSelection {
        TargetSelection(context: context, project: project, startsPlatform: startsPlatform)
    }
}
