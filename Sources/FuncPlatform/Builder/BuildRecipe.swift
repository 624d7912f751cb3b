import FuncKit

/// The interpreter or compiler that a runtime is built and run with.
public struct ResolvedToolchain: Sendable, Hashable {
    /// Family of the runtime, such as `python`; picks the recipe and the host.
    public var family: String
    /// Absolute path of the program.
    public var executable: String
    /// Its version, such as `3.11.2`.
    public var version: String
    /// Said in the build log and to whoever deploys: another version than the one asked for, end of life.
    public var warnings: [String]

    /// Describes a toolchain.
    public init(family: String, executable: String, version: String, warnings: [String] = []) {
        self.family = family
        self.executable = executable
        self.version = version
        self.warnings = warnings
    }
}

/// How the program of a bundle is started.
public struct BundleLaunch: Sendable, Hashable {
    /// Program and arguments; paths are absolute.
    public var command: [String]
    /// Variables that it needs, under the user's own.
    public var environment: [String: String]
    /// Whether it can listen on `$HKS_LISTEN_UNIX`.
    public var listensOnUnixSocket: Bool
}

/// What is particular about building and starting one family of runtimes.
public protocol BuildRecipe: Sendable {
    /// Name of the family and of its host's folder.
    var family: String { get }

    /// Raised whenever the same inputs lead to another bundle than before.
    var version: Int { get }

    /// Turns the staged folders `app/` and `host/` into a bundle.
    /// - Throws: ``FuncError`` with code `build_failed`, `build_timed_out` or `toolchain_missing`.
    func build(_ context: BuildContext) async throws

    /// Says what is wrong with the sources of a bundle that did not start, where ``build(_:)`` has left that to the start
    /// (``BuildContext/checksSources``).
    /// - Throws: as ``build(_:)``; nothing where the sources are not to blame.
    func explainFailedStart(_ context: BuildContext) async throws

    /// How to start a bundle that ``build(_:)`` made in `folder`.
    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch
}

extension BuildRecipe {
    /// Most builds have found what there is to find.
    func explainFailedStart(_ context: BuildContext) async throws {}
}

/// The recipe of one's own program: its build command is the whole build.
struct CustomRecipe: BuildRecipe {
    let family = RuntimeFamily.custom.rawValue
    let version = 1

    func build(_ context: BuildContext) async throws {}

    /// What a ``ProgramCommand`` adds to; there is no host to start.
    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        BundleLaunch(command: [], environment: [:], listensOnUnixSocket: false)
    }
}
