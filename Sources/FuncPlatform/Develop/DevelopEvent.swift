import Foundation
import FuncKit

/// What happens while projects are developed, in the order in which it happens: all that a view needs.
public enum DevelopEvent: Sendable {
    /// The gateway serves; the functions follow one by one.
    case started(DevelopGateway)
    /// A project was read, at the start or anew: where it is and what it runs with.
    case project(DevelopProject)
    /// A function came into another state.
    case state(function: String, DevelopState)
    /// Files changed, and a rebuild begins because of them.
    case changed(function: String, files: [String])
    /// The new code of a function answers.
    case reloaded(function: String, DevelopReload)
    /// A build wrote a line.
    case build(function: String, LogEntry)
    /// A function, or the platform on its behalf, wrote a line.
    case log(function: String, LogEntry)
    /// A request came to its end.
    case request(function: String, RequestRecord)
    /// A schedule fired, and the function answered with `status`.
    case fired(function: String, trigger: String, status: Int)
    /// A sample was sent, and the function answered with `status`.
    case sent(function: String, DevelopSample, status: Int)
    /// Something is as it should be, and good to know.
    case notice(function: String?, String)
    /// Something may not be as wanted.
    case warning(function: String?, String)
    /// Something failed; what served before still serves.
    case problem(function: String?, FuncError)
    /// All ends: running requests are finished, and instances drained.
    case stopping
}

/// Where the functions under development are reached.
public struct DevelopGateway: Hashable, Sendable {
    /// Address of gateway and control API.
    public var url: String
    /// Port that was taken.
    public var port: Int
    /// Port that was asked for and in use, where another one was taken.
    public var portInUse: Int?

    /// Describes a gateway.
    public init(url: String, port: Int, portInUse: Int? = nil) {
        self.url = url
        self.port = port
        self.portInUse = portInUse
    }
}

/// A project as it is developed.
public struct DevelopProject: Hashable, Sendable {
    /// Name of the function.
    public var function: String
    /// Address at which it is called.
    public var url: String
    /// Folder of the project.
    public var folder: String
    /// Type of the function.
    public var type: FunctionType
    /// Runtime that the manifest names.
    public var runtime: String
    /// Program that runs or compiles it, and its version; nil for one's own program.
    public var toolchain: String?
    /// Whether changes of files are looked for, and how: `inotify`, `polling`, or nil.
    public var watching: String?
    /// Each variable with its source, in the words of `config explain`.
    public var variables: [DevelopVariable]
    /// Names of the triggers that can be fired by hand.
    public var schedules: [String]
    /// Port of the debugger, where one was asked for.
    public var debugPort: Int?

    /// Describes a project.
    public init(
        function: String,
        url: String,
        folder: String,
        type: FunctionType,
        runtime: String,
        toolchain: String? = nil,
        watching: String? = nil,
        variables: [DevelopVariable] = [],
        schedules: [String] = [],
        debugPort: Int? = nil
    ) {
        self.function = function
        self.url = url
        self.folder = folder
        self.type = type
        self.runtime = runtime
        self.toolchain = toolchain
        self.watching = watching
        self.variables = variables
        self.schedules = schedules
        self.debugPort = debugPort
    }
}

/// Name and origin of a variable; values are not shown.
public struct DevelopVariable: Hashable, Sendable, Codable {
    /// Name of the variable.
    public var name: String
    /// Where its value came from, such as `file .env:3:1`.
    public var source: String

    /// Ties a name to its origin.
    public init(name: String, source: String) {
        self.name = name
        self.source = source
    }
}

/// How far a function under development is.
public enum DevelopState: Hashable, Sendable {
    /// Its first version, or a new one, is being built.
    case building
    /// An instance of it starts.
    case starting
    /// It answers.
    case ready(version: Int)
    /// The newest code does not answer; `serving` is the version that still does.
    case failed(FuncError, serving: Int?)
    /// Its folder is gone.
    case missing
}

/// A change that took effect.
public struct DevelopReload: Hashable, Sendable {
    /// The version that answers now.
    public var version: Int
    /// Time from the change to the first request that it could answer, in milliseconds.
    public var milliseconds: Int

    /// Describes a reload.
    public init(version: Int, milliseconds: Int) {
        self.version = version
        self.milliseconds = milliseconds
    }
}

/// A sample of a project, among those that it has.
public struct DevelopSample: Hashable, Sendable {
    /// Its path in the project; nil where the project has none and a plain call was made.
    public var file: String?
    /// Its place among the samples by name, from 1.
    public var position: Int
    /// How many samples there are.
    public var count: Int

    /// Describes a sample.
    public init(file: String? = nil, position: Int = 0, count: Int) {
        self.file = file
        self.position = position
        self.count = count
    }
}

/// What the person at the terminal asks for while functions are developed.
public enum DevelopCommand: Hashable, Sendable {
    /// Build and start anew, although nothing changed; all functions where none is named.
    case rebuild(function: String?)
    /// Send a sample of the project's `events` folder: the first, or the one that was sent last, or the `next` one.
    case sendSample(function: String?, next: Bool)
    /// Fire the first schedule now.
    case fireSchedule(function: String?)
    /// End.
    case quit
}
