import FuncKit

/// How a debugger gets at one function.
public struct DebugSession: Sendable, Hashable {
    /// The way in.
    public enum Access: Sendable, Hashable {
        /// The debugger connects to this port of 127.0.0.1.
        case port(Int)
        /// The program connects to this port of 127.0.0.1, where the editor has to listen.
        case editorListens(Int)
        /// The debugger attaches to this process.
        case process(Int32)
    }

    /// Name of the function.
    public var function: String
    /// Its language.
    public var family: RuntimeFamily
    /// The way in.
    public var access: Access
    /// The port that would have been next, where another program has it.
    public var portInUse: Int?
    /// Whether the program does nothing before a debugger has come.
    public var waits = false
    /// Where the running program believes its sources to be: a folder, or for Go the name of the module.
    public var sources: String
    /// What on this machine keeps debuggers away, with what to do about it.
    public var warning: String?

    /// The port to name to people, where there is one.
    public var port: Int? {
        switch access {
        case .port(let port), .editorListens(let port): port
        case .process: nil
        }
    }

    /// The entry of `launch.json` with which Visual Studio Code attaches.
    ///
    /// - Parameter localRoot: Folder of the project as the editor sees it, see ``LaunchEntry/root(of:in:)``.
    /// - Returns: The entry, for ``LaunchFile`` or to be shown.
    public func entry(localRoot: String = "${workspaceFolder}") -> LaunchEntry {
        LaunchEntry(self, localRoot: localRoot)
    }
}

extension DebugSession: CustomStringConvertible {
    /// The way in, in one sentence.
    public var description: String {
        switch access {
        case .port(let port):
            "the debugger of '\(function)' listens on 127.0.0.1:\(port)"
                + (waits ? ", and the program waits for it" : "")
        case .editorListens(let port): "'\(function)' connects to the editor on 127.0.0.1:\(port) at each request"
        case .process(let id):
            "'\(function)' is process \(id), to which a debugger can be attached"
                + (warning.map { ", but \($0)" } ?? "")
        }
    }
}
