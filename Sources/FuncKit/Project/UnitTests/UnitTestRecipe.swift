/// What a step of running unit tests writes.
public enum UnitTestFormat: Hashable, Sendable {
    /// Nothing about tests: the step builds or prepares them.
    case build
    /// TAP with YAML blocks, in a file or on standard output.
    case tap
    /// The events of `go test -json`.
    case goEvents
    /// What `cargo test` writes.
    case cargo
    /// Lines that begin with `ok` or `FAILED`, or nothing but an exit status.
    case markedLines
    /// A file of results, one JSON object a line; numbers of the runner where it is empty.
    case reportLines
    /// What `mvn test` writes.
    case maven
    /// A file of TeamCity's service messages.
    case teamCity
    /// What `dotnet test` writes.
    case dotnetTest

    /// A reader for one run.
    func makeReader() -> any UnitTestReader {
        switch self {
        case .build: BuildStepReader()
        case .tap: TAPReader()
        case .goEvents: GoReader()
        case .cargo: CargoReader()
        case .markedLines: MarkedLinesReader()
        case .reportLines: ReportLinesReader(orElse: TotalsReader(.ruby))
        case .maven: MavenReader()
        case .teamCity: TeamCityReader()
        case .dotnetTest: DotNetReader()
        }
    }
}

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
    /// What it writes.
    public var format: UnitTestFormat
    /// The file that it is told to write its results to.
    public var report: String?

    /// Describes a step.
    public init(
        _ label: String,
        _ executable: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        format: UnitTestFormat = .build,
        report: String? = nil
    ) {
        self.label = label
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.format = format
        self.report = report
    }
}

/// What a runner may be able to do beyond running everything.
public enum UnitTestAbility: String, Hashable, Sendable {
    /// Runs the tests whose name holds a text.
    case filter
    /// Tells how much of the code the tests reached.
    case coverage
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
    /// Text that the names of the tests to run hold; nil for all tests.
    public var filter: String?
    /// Whether to tell how much of the code the tests reached.
    public var measuresCoverage: Bool

    /// Describes a setting.
    public init(
        project: String,
        toolchain: Toolchain,
        scratch: String,
        sharedCache: String,
        searchPath: [String],
        filter: String? = nil,
        measuresCoverage: Bool = false
    ) {
        self.project = project
        self.toolchain = toolchain
        self.scratch = scratch
        self.sharedCache = sharedCache
        self.searchPath = searchPath
        self.filter = filter
        self.measuresCoverage = measuresCoverage
    }
}

/// How the unit tests of one language are run, by its own runner.
public protocol UnitTestRecipe: Sendable {
    /// The language.
    var family: RuntimeFamily { get }

    /// What the runner of this project can do.
    func abilities(_ setting: UnitTestSetting) -> Set<UnitTestAbility>

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
