/// One step of running a project's own unit tests.
public struct UnitTestCommand: Hashable, Sendable {
    /// Names the step in messages, such as `go test`.
    public var label: String
    /// Absolute path of the program.
    public var executable: String
    /// Its arguments.
    public var arguments: [String]
    /// Variables that it needs besides the caller's own.
    public var environment: [String: String]

    /// Describes a step.
    public init(_ label: String, _ executable: String, _ arguments: [String], environment: [String: String] = [:]) {
        self.label = label
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }
}

/// What the unit tests of a project are run with.
public struct UnitTestSetting: Sendable {
    /// The project's folder, in which every step runs.
    public var project: String
    /// What runs or compiles the function.
    public var toolchain: Toolchain
    /// A folder outside of the project for intermediate files; kept between runs.
    public var scratch: String
    /// A folder likewise, that all projects share: for what compilers keep under digests of their inputs.
    public var sharedCache: String
    /// The parts of `PATH`, for tools beside the toolchain.
    public var searchPath: [String]

    /// Describes a setting.
    public init(project: String, toolchain: Toolchain, scratch: String, sharedCache: String, searchPath: [String]) {
        self.project = project
        self.toolchain = toolchain
        self.scratch = scratch
        self.sharedCache = sharedCache
        self.searchPath = searchPath
    }
}

/// How the unit tests of one language are run, by its own runner.
public protocol UnitTestRecipe: Sendable {
    /// The language.
    var family: RuntimeFamily { get }

    /// The steps in order; the first that fails ends the run. Empty if the project has no unit tests.
    /// - Throws: ``FuncError`` with code `toolchain_missing` where a runner is not installed.
    func commands(_ setting: UnitTestSetting) throws -> [UnitTestCommand]
}

/// All languages whose unit tests can be run.
public enum UnitTestRecipes {
    /// The recipe of a language; nil for programs of one's own.
    public static func recipe(for family: RuntimeFamily) -> (any UnitTestRecipe)? {
        all.first { $0.family == family }
    }

    static let all: [any UnitTestRecipe] = [
        NodeUnitTests(),
        PythonUnitTests(),
        RubyUnitTests(),
        GoUnitTests(),
        RustUnitTests(),
        PHPUnitTests(),
        JavaUnitTests(),
        DotNetUnitTests(),
    ]
}
