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
    /// Opens the server that a command talks to.
    var service: @Sendable (TargetSelection) async throws -> any FunctionService
    /// Starts, stops and finds the local platform.
    var platform: any PlatformControl
    /// Looks at the machine and, where asked to, puts in order what can safely be.
    var examine: @Sendable (_ isRepairing: Bool) async throws -> [DoctorFinding]
}

/// What the target flags of a command say.
struct TargetSelection: Hashable, Sendable {
    var context: String?
    var project: String?
    /// Whether a local platform that does not run is started.
    var startsPlatform = false
}

extension TargetOptions {
    /// The flags as a value.
    func selection(startsPlatform: Bool = false) -> TargetSelection {
        TargetSelection(context: context, project: project, startsPlatform: startsPlatform)
    }
}
