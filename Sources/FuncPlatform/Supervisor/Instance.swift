import Foundation
import FuncKit

/// Names one instance, unique over the life of a data folder: `hello-v3-k2f9x`.
public struct InstanceID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The name as it stands in logs.
    public let rawValue: String

    /// Takes any text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name.
    public var description: String { rawValue }
}

/// Where an instance answers HTTP.
public enum InstanceEndpoint: Hashable, Sendable {
    case unixSocket(path: String)
    case tcp(host: String, port: Int)
}

/// All that is needed to run one instance of a version.
public struct InstanceSpec: Sendable, Hashable {
    /// Workspace it belongs to.
    public var workspace: String
    /// Project it belongs to.
    public var project: String
    /// Function it belongs to.
    public var functionID: String
    /// Name of that function.
    public var functionName: String
    /// Version it runs.
    public var versionID: String
    /// Number of that version.
    public var versionNumber: Int
    /// The built program.
    public var bundle: Bundle
    /// Settings of the version.
    public var settings: FunctionSettings

    /// Ties a bundle to a version.
    public init(
        workspace: String,
        project: String,
        functionID: String,
        functionName: String,
        versionID: String,
        versionNumber: Int,
        bundle: Bundle,
        settings: FunctionSettings
    ) {
        self.workspace = workspace
        self.project = project
        self.functionID = functionID
        self.functionName = functionName
        self.versionID = versionID
        self.versionNumber = versionNumber
        self.bundle = bundle
        self.settings = settings
    }
}

/// An instance that became ready.
public struct RunningInstance: Sendable, Hashable {
    /// Its name.
    public var id: InstanceID
    /// Where it answers.
    public var endpoint: InstanceEndpoint
    /// Process id, which is also its process group.
    public var processID: Int32
    /// Calls that it takes at once.
    public var concurrency: Int
    /// Which value of each of its secrets it was started with.
    public var secretRevisions: [String: Int]

    /// Describes an instance.
    public init(
        id: InstanceID,
        endpoint: InstanceEndpoint,
        processID: Int32,
        concurrency: Int,
        secretRevisions: [String: Int] = [:]
    ) {
        self.id = id
        self.endpoint = endpoint
        self.processID = processID
        self.concurrency = concurrency
        self.secretRevisions = secretRevisions
    }
}

/// How an instance ended.
public struct InstanceExit: Sendable, Hashable {
    /// Its name.
    public var id: InstanceID
    /// Exit status, where it exited by itself.
    public var status: Int32?
    /// Signal, where one ended it.
    public var signal: Int32?
    /// Whether the platform had asked it to stop.
    public var wasStopped: Bool
    /// The last lines it wrote, oldest first.
    public var lastLines: [String]

    /// Describes an end.
    public init(id: InstanceID, status: Int32?, signal: Int32?, wasStopped: Bool, lastLines: [String]) {
        self.id = id
        self.status = status
        self.signal = signal
        self.wasStopped = wasStopped
        self.lastLines = lastLines
    }
}

/// Starts and stops instances.
public protocol InstanceRunner: Sendable {
    /// Starts an instance and returns once it is ready.
    ///
    /// `onExit` is called exactly once, after a later end of the instance; not where `start` throws.
    /// - Throws: ``FuncError`` with code `readiness_failed` and the last lines in `details` where it ends or stays silent.
    func start(
        _ spec: InstanceSpec,
        onExit: @escaping @Sendable (InstanceExit) -> Void
    ) async throws -> RunningInstance

    /// Sends SIGTERM, waits for the drain time, then kills the process group. Returns when the instance is gone.
    func stop(_ id: InstanceID) async
}
