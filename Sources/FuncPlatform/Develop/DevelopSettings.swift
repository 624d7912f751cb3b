import FuncKit

/// What to develop, and how.
public struct DevelopSettings: Sendable {
    private static let drainTimeoutOfDebugged = Duration.seconds(2)

    /// Folders of the projects, each with a `function.yaml`; absolute, each once.
    public var projects: [String]
    /// The platform to run; its data folder is chosen by the session.
    public var configuration: PlatformConfiguration
    /// Where data is kept, and others look whether a project is being developed.
    public var location: DevelopLocation
    /// Folder for data that goes with the session; nil where it is kept for the next time.
    public var ephemeralFolder: String?
    /// Project of the platform that the functions belong to, which is a part of their addresses.
    public var project: String
    /// Functions to run under a debugger; its events are told by the session.
    public var debug: DebugRequest?
    /// Reads the project in a folder.
    public var load: @Sendable (_ folder: String) throws -> LoadedProject
    /// Watches a project's folder; nil where changes are not looked for.
    public var watch: (@Sendable (LoadedProject) throws -> any SourceWatching)?
    /// Whether the platform tells what it does, and not only what goes wrong.
    public var isVerbose: Bool

    /// Describes a session.
    public init(
        projects: [String],
        configuration: PlatformConfiguration,
        location: DevelopLocation,
        ephemeralFolder: String? = nil,
        project: String = "default",
        debug: DebugRequest? = nil,
        load: @escaping @Sendable (_ folder: String) throws -> LoadedProject,
        watch: (@Sendable (LoadedProject) throws -> any SourceWatching)? = nil,
        isVerbose: Bool = false
    ) {
        self.projects = projects
        self.configuration = configuration
        self.location = location
        self.ephemeralFolder = ephemeralFolder
        self.project = project
        self.debug = debug
        self.load = load
        self.watch = watch
        self.isVerbose = isVerbose
    }

    /// The platform's configuration as it serves development: small, at once, and only for the session.
    func platform(_ mode: DevelopMode, feed: DevelopFeed) -> PlatformConfiguration {
        var platform = configuration
        platform.dataFolder = ephemeralFolder ?? location.data(of: projects).dataFolder
        platform.develop = mode
        platform.debug = debug
        if let debug {
            platform.debug?.onEvent = { event in
                debug.onEvent(event)
                feed.tell(event, localRoot: debug.localRoot)
            }
            // A request that stands at a breakpoint does not finish, however long one waits for it.
            platform.drainTimeout = min(platform.drainTimeout, Self.drainTimeoutOfDebugged)
        }
        platform.maxVersionsPerFunction = 2
        // Whoever develops thinks longer than a minute between two requests, and wants no cold start after each.
        platform.scaleToZeroGrace = .seconds(900)
        return platform
    }
}

extension DevelopFeed {
    /// Tells how a debugger gets at a function, or why it does not.
    fileprivate func tell(_ event: DebugEvent, localRoot: (String) -> String) {
        switch event {
        case .ready(let session):
            send(.notice(function: session.function, session.description))
            let entry = session.entry(localRoot: localRoot(session.function)).text
            for line in ["for .vscode/launch.json:"] + entry.split(separator: "\n").map(String.init) {
                send(.notice(function: session.function, line))
            }
            if let port = session.portInUse {
                send(.notice(function: session.function, "port \(port) is in use by another program"))
            }
        case .unavailable(let function, let error):
            send(.warning(function: function, [error.message, error.hint].compactMap(\.self).joined(separator: ": ")))
        }
    }
}
