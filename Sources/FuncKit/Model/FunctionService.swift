import Foundation

/// Bytes of an upload so far.
public struct TransferProgress: Hashable, Sendable {
    /// Bytes that are there.
    public var completed: Int
    /// Bytes in all; nil where unknown.
    public var total: Int?

    /// Holds both numbers.
    public init(completed: Int, total: Int?) {
        self.completed = completed
        self.total = total
    }
}

/// Everything a command does to deployed functions, whatever server runs them.
///
/// A service is bound to one workspace and one project. Where a parameter is called `function`, a name or an id is meant.
/// Every call throws ``FuncError`` and nothing else, besides `CancellationError`.
public protocol FunctionService: Sendable {
    /// What the server can do.
    func capabilities() async throws -> Capabilities

    /// All projects of the workspace.
    func projects() async throws -> [Project]

    /// Adds a project to the workspace.
    /// - Throws: `already_exists`, `invalid_argument`.
    func createProject(_ name: String) async throws -> Project

    /// The project's functions, or those of all projects, by name.
    func functions(allProjects: Bool) async throws -> [Function]

    /// One function.
    /// - Throws: `function_not_found`.
    func function(_ function: String) async throws -> Function

    /// Whether a source is stored already, so that nothing has to be sent.
    func hasSource(digest: String) async throws -> Bool

    /// Stores a source under its digest; resumes a broken upload where the server can.
    /// - Throws: `source_too_large`, `archive_invalid`, `no_space`, `unreachable`.
    func uploadSource(
        _ archive: SourceArchive,
        progress: @escaping @Sendable (TransferProgress) -> Void
    ) async throws

    /// Accepts a new version and answers at once; the build goes on in the server. See ``version(_:of:)``.
    /// - Throws: `version_conflict`, `source_not_found`, `runtime_unknown`, `toolchain_missing`.
    func deploy(_ request: DeployRequest) async throws -> DeployResult

    /// Changes settings without a build; a new version appears only if running instances would differ. `ifVersion` is
    /// the one of ``DeployRequest/ifVersion``.
    /// - Throws: `function_not_found`, `version_conflict`.
    func update(function: String, settings: FunctionSettings, ifVersion: Int?) async throws -> DeployResult

    /// Removes a function with its versions, logs and instances.
    /// - Throws: `function_not_found`.
    func deleteFunction(_ function: String) async throws

    /// All versions, newest first.
    func versions(of function: String) async throws -> [FunctionVersion]

    /// One version by id, number or tag.
    /// - Throws: `version_not_found`.
    func version(_ version: VersionSelector, of function: String) async throws -> FunctionVersion

    /// Sends all traffic to a version that is ready.
    /// - Throws: `version_not_found`, `conflict` for a version that failed or is not ready yet.
    func activate(_ version: VersionSelector, of function: String) async throws

    /// Sends all traffic to the version that was active before, or to a named one, without a build. A dry
    /// run says what would happen and changes nothing.
    /// - Throws: `version_not_found`, `conflict` where there is nothing to go back to.
    func rollback(
        function: String,
        to version: VersionSelector?,
        message: String?,
        dryRun: Bool
    ) async throws -> RollbackResult

    /// How requests are split.
    func traffic(of function: String) async throws -> Traffic

    /// Sets the whole split at once.
    /// - Throws: `version_not_found`, `invalid_argument`, `conflict` for a version that is not ready.
    func setTraffic(_ traffic: Traffic, of function: String) async throws -> Traffic

    /// Calls the function and waits for its answer, whatever that is.
    func invoke(function: String, request: InvokeRequest) async throws -> InvokeResponse

    /// Calls the function and returns an invocation id at once.
    func invokeAsync(function: String, request: InvokeRequest) async throws -> String

    /// One recorded call.
    /// - Throws: `invocation_not_found`.
    func invocation(_ id: String) async throws -> Invocation

    /// The latest calls, newest first.
    func invocations(of function: String, limit: Int) async throws -> [Invocation]

    /// Log lines, oldest first.
    func logs(of function: String, query: LogQuery) async throws -> [LogEntry]

    /// Log lines as they are written, after those that the query selects from the past. Ends when the function is deleted.
    func followLogs(of function: String, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error>

    /// The build log of a version; with `follow`, until the build ends.
    func buildLogs(
        of function: String,
        version: VersionSelector,
        follow: Bool
    ) -> AsyncThrowingStream<LogEntry, any Error>

    /// The audit trail, newest first.
    func events(of function: String, limit: Int) async throws -> [Event]

    /// The numbers of a time range, as a whole and by interval.
    /// - Throws: `function_not_found`, `version_not_found`, `unsupported`.
    func metrics(of function: String, query: MetricsQuery) async throws -> MetricsReport

    /// All triggers, by name.
    func triggers(of function: String) async throws -> [Trigger]

    /// Adds a trigger.
    /// - Throws: `already_exists`, `invalid_argument`, `unsupported` for a type that the server does not have.
    func createTrigger(_ spec: TriggerSpec, of function: String) async throws -> Trigger

    /// Replaces type, state and settings of the trigger with this id or name.
    /// - Throws: `trigger_not_found`, `invalid_argument`, `unsupported`.
    func updateTrigger(_ trigger: String, to spec: TriggerSpec, of function: String) async throws -> Trigger

    /// Removes the trigger with this id or name.
    /// - Throws: `trigger_not_found`, `unsupported`.
    func deleteTrigger(_ trigger: String, of function: String) async throws

    /// Fires the trigger with this id or name now, and waits for what comes of it. `data` is what an event tells; only
    /// triggers of type `event` take some.
    /// - Throws: `trigger_not_found`, `invalid_argument` for a type that cannot be fired, `unsupported`.
    func fireTrigger(_ trigger: String, of function: String, data: JSONValue?) async throws -> TriggerFiring

    /// The project's secrets by name; their values never leave the server.
    /// - Throws: `unsupported`.
    func secrets() async throws -> [Secret]

    /// Stores a secret, new or in place of its present value. Functions that use it get it with a rolling restart.
    /// - Throws: `invalid_argument`, `unsupported`.
    func setSecret(_ name: String, value: Data) async throws -> Secret

    /// Removes a secret. With `force` also one that a function uses, whose next instance cannot start then.
    /// - Throws: `secret_not_found`, `conflict` where a function still uses it, `unsupported`.
    func deleteSecret(_ name: String, force: Bool) async throws
}

extension FunctionService {
    /// Removes a secret that no function uses.
    /// - Throws: `secret_not_found`, `conflict` where a function still uses it, `unsupported`.
    public func deleteSecret(_ name: String) async throws {
        try await deleteSecret(name, force: false)
    }
}
