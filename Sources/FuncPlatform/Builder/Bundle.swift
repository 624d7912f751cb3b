import Foundation
import FuncKit

/// A built program on disk: an immutable folder under the digest of all that went into it.
public struct Bundle: Sendable, Hashable, Codable {
    /// Lower-case hex SHA-256 over source digest, host digest, recipe and toolchain.
    public var digest: String
    /// The folder; holds `app/` (the user's files) and whatever the recipe adds.
    public var folder: String
    /// Program and arguments; paths are absolute.
    public var command: [String]
    /// Variables that the recipe needs, under the user's own.
    public var environment: [String: String]
    /// Folder in which the program starts.
    public var workingFolder: String
    /// Whether the program can listen on `$HKS_LISTEN_UNIX`.
    public var listensOnUnixSocket: Bool
    /// What whoever deployed it should know about its toolchain.
    public var warnings: [String]
    /// Whether the program was compiled otherwise, for a debugger.
    public var isForDebugger: Bool

    /// Describes a bundle.
    public init(
        digest: String,
        folder: String,
        command: [String],
        environment: [String: String],
        workingFolder: String,
        listensOnUnixSocket: Bool,
        warnings: [String] = [],
        isForDebugger: Bool = false
    ) {
        self.digest = digest
        self.folder = folder
        self.command = command
        self.environment = environment
        self.workingFolder = workingFolder
        self.listensOnUnixSocket = listensOnUnixSocket
        self.warnings = warnings
        self.isForDebugger = isForDebugger
    }

    /// Reads what the registry keeps; bundles of earlier versions of this program lack the last members.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        digest = try container.decode(String.self, forKey: .digest)
        folder = try container.decode(String.self, forKey: .folder)
        command = try container.decode([String].self, forKey: .command)
        environment = try container.decode([String: String].self, forKey: .environment)
        workingFolder = try container.decode(String.self, forKey: .workingFolder)
        listensOnUnixSocket = try container.decode(Bool.self, forKey: .listensOnUnixSocket)
        warnings = try container.decodeIfPresent([String].self, forKey: .warnings) ?? []
        isForDebugger = try container.decodeIfPresent(Bool.self, forKey: .isForDebugger) ?? false
    }
}

/// What to build.
public struct BuildRequest: Sendable, Hashable {
    /// Function for whose log the build writes.
    public var functionID: String
    /// Version for whose log the build writes.
    public var versionID: String
    /// Number of that version.
    public var versionNumber: Int
    /// The stored source archive.
    public var sourcePath: String
    /// Its digest.
    public var sourceDigest: String
    /// Settings of the version; runtime, handler and build command matter.
    public var settings: FunctionSettings
    /// Keeps values of secrets out of the build log. Builds do not get them, but sources may hold them.
    public var mask: SecretMask?
    /// Whether it is to be run under a debugger, for which compilers have to leave the code as it was written.
    public var isForDebugger = false

    /// Ties a source to a version.
    public init(
        functionID: String,
        versionID: String,
        versionNumber: Int,
        sourcePath: String,
        sourceDigest: String,
        settings: FunctionSettings,
        mask: SecretMask? = nil
    ) {
        self.functionID = functionID
        self.versionID = versionID
        self.versionNumber = versionNumber
        self.sourcePath = sourcePath
        self.sourceDigest = sourceDigest
        self.settings = settings
        self.mask = mask
    }
}

/// Turns sources into bundles.
public protocol BundleBuilder: Sendable {
    /// Builds, or finds the bundle that the same inputs led to before. Cancelling the task ends the build's processes.
    /// - Throws: ``FuncError`` with code `build_failed`, `build_timed_out`, `toolchain_missing`, `runtime_unknown`,
    ///   `archive_invalid` or `no_space`, the last lines of output in `details`.
    func build(_ request: BuildRequest) async throws -> Bundle

    /// Says what is wrong with the sources of a bundle that did not start, where its build did not look.
    /// - Throws: as ``build(_:)``; nothing where the sources are not to blame.
    func explainFailedStart(of request: BuildRequest) async throws
}
