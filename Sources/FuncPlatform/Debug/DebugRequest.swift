import FuncKit

/// Which functions are run under their language's debugger, and from which port on.
///
/// Each of them gets one port, which stays the same while its instances come and go, has one instance at most, and no
/// time-outs: a breakpoint may hold a request for as long as it takes. Functions that are not named keep theirs.
public struct DebugRequest: Sendable {
    /// The port where no option names one; it is the one that editors try for Node.js.
    public static let defaultPort = 9229
    /// In place of a time-out: a week, which the timers of every host can count.
    static let timeoutSeconds = 7 * 24 * 3600

    /// Names of the functions; nil for all of them.
    public var functions: Set<String>?
    /// Port of the first function; each further one takes the next free one.
    public var basePort: Int
    /// Whether programs wait for a debugger before their first line.
    public var waitsForDebugger: Bool
    /// How an editor names the folder of a function's project, see ``LaunchEntry/root(of:in:)``.
    public var localRoot: @Sendable (_ function: String) -> String
    /// Told of every change, in order, from whatever task it happens on.
    public var onEvent: @Sendable (DebugEvent) -> Void

    /// Asks for debuggers.
    public init(
        functions: Set<String>? = nil,
        basePort: Int = DebugRequest.defaultPort,
        waitsForDebugger: Bool = false,
        localRoot: @escaping @Sendable (_ function: String) -> String = { _ in "${workspaceFolder}" },
        onEvent: @escaping @Sendable (DebugEvent) -> Void = { _ in }
    ) {
        self.functions = functions
        self.basePort = basePort
        self.waitsForDebugger = waitsForDebugger
        self.localRoot = localRoot
        self.onEvent = onEvent
    }

    /// Whether the function of this name is meant.
    public func includes(_ function: String) -> Bool {
        functions?.contains(function) ?? true
    }
}

/// What becomes of a ``DebugRequest``.
public enum DebugEvent: Sendable, Hashable {
    /// A debugger can be attached from now on, or in another way than before.
    case ready(DebugSession)
    /// The function runs without a debugger; the error says why, and its hint what to install.
    case unavailable(function: String, FuncError)
}
