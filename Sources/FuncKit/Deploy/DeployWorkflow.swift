import Foundation
import Synchronization

/// What a deploy led to, with the time of each phase.
public struct DeployOutcome: Hashable, Sendable {
    /// False where source and settings equal those of the active version.
    public var changed: Bool
    /// The version that was deployed, or the active one.
    public var version: FunctionVersion
    /// The function afterwards.
    public var function: Function
    /// Time that the upload took; nil where nothing was sent.
    public var uploadMilliseconds: Int?

    /// Holds the outcome.
    public init(changed: Bool, version: FunctionVersion, function: Function, uploadMilliseconds: Int? = nil) {
        self.changed = changed
        self.version = version
        self.function = function
        self.uploadMilliseconds = uploadMilliseconds
    }
}

/// What happens during a deploy.
public enum DeployStep: Hashable, Sendable {
    /// Bytes of the source are on their way.
    case uploading(TransferProgress)
    /// The server accepted this version.
    case accepted(version: Int)
    /// The version came to this state.
    case status(VersionStatus)
    /// The build wrote a line.
    case buildLog(LogEntry)
    /// The build log could not be read on.
    case buildLogLost(FuncError)
}

/// Uploads a source where that is needed, deploys it, and waits until the new version is ready.
public struct DeployWorkflow: Sendable {
    private let service: any FunctionService
    private let report: @Sendable (DeployStep) -> Void

    /// Works with `service` and says what happens through `report`.
    public init(service: any FunctionService, report: @escaping @Sendable (DeployStep) -> Void) {
        self.service = service
        self.report = report
    }

    /// Deploys once. Without an `archive` the active version's source is kept; without `waitSeconds` the outcome is what the
    /// server accepted.
    /// - Throws: `build_failed`, `readiness_failed` … with the last lines in `details`; `timed_out` where the version is
    ///   not ready in time (it goes on in the server); whatever the service throws.
    public func run(_ request: DeployRequest, archive: SourceArchive?, waitSeconds: Int?) async throws -> DeployOutcome
    {
        let meter = UploadMeter()
        if let archive, try await !service.hasSource(digest: archive.digest) {
            meter.begin()
            report(.uploading(TransferProgress(completed: 0, total: archive.size)))
            // A server without uploads gets the bytes inside the deploy: the progress may come then.
            try await service.uploadSource(archive) { progress in
                meter.note()
                report(.uploading(progress))
            }
        }
        let result = try await service.deploy(request)
        let uploaded = meter.milliseconds
        guard result.changed, !result.version.status.isFinal || result.version.status == .failed else {
            return DeployOutcome(
                changed: result.changed,
                version: result.version,
                function: result.function,
                uploadMilliseconds: uploaded
            )
        }
        report(.accepted(version: result.version.number))
        guard let waitSeconds else {
            return DeployOutcome(
                changed: true,
                version: result.version,
                function: result.function,
                uploadMilliseconds: uploaded
            )
        }
        let version = try await wait(for: result.version, of: result.function, seconds: waitSeconds)
        let function = try await service.function(result.function.id)
        return DeployOutcome(changed: true, version: version, function: function, uploadMilliseconds: uploaded)
    }

    /// Waits until an accepted version is ready, and passes on its build log.
    /// - Throws: as ``run(_:archive:waitSeconds:)``.
    public func wait(for version: FunctionVersion, of function: Function, seconds: Int) async throws -> FunctionVersion
    {
        if version.status == .ready { return version }
        let finished = try await finalState(of: version, function, seconds: seconds)
        guard let failure = finished.failure, finished.status == .failed else { return finished }
        let isBuilt = failure.code == .readinessFailed
        throw FuncError(
            failure.code,
            "v\(finished.number) of '\(function.name)' "
                + (isBuilt ? "did not become ready" : "could not be built") + ": \(failure.message)",
            hint: isBuilt
                ? "the version that served before still serves; run 'hks-func logs \(function.name)' for more"
                : "run 'hks-func logs \(function.name) --build --version v\(finished.number)' for the whole build log",
            details: failure.lastLines
        )
    }

    private func finalState(
        of version: FunctionVersion,
        _ function: Function,
        seconds: Int
    ) async throws -> FunctionVersion {
        do {
            let tellsBuilds = try await service.capabilities().supportsBuildLogs
            return try await withDeadline(seconds: seconds, doing: "deploy '\(function.name)'") {
                guard tellsBuilds else { return try await pollFunction(version, function) }
                return try await withThrowingTaskGroup(of: FunctionVersion?.self) { group in
                    group.addTask {
                        try await passOnBuildLog(of: version, function)
                        return nil
                    }
                    group.addTask { try await poll(version, function) }
                    defer { group.cancelAll() }
                    while let state = try await group.next() {
                        if let state { return state }
                    }
                    throw CancellationError()
                }
            }
        } catch let error as FuncError where error.code == .timedOut {
            var error = error
            error.message = "v\(version.number) of '\(function.name)' was not ready within \(seconds) s"
            error.hint =
                "it goes on in the server; see 'hks-func versions describe v\(version.number) --name \(function.name)'"
            throw error
        }
    }

    private func poll(_ version: FunctionVersion, _ function: Function) async throws -> FunctionVersion {
        var (last, pause) = (VersionStatus?.none, 10)
        while true {
            let state = try await service.version(.number(version.number), of: function.id)
            if state.status != last {
                report(.status(state.status))
                last = state.status
            }
            if state.status.isFinal { return state }
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause + pause / 2, 250)
        }
    }

    /// A server that says nothing of versions says how the function is.
    private func pollFunction(_ version: FunctionVersion, _ function: Function) async throws -> FunctionVersion {
        var (state, last, pause) = (version, VersionStatus?.none, 50)
        while true {
            let now = try await service.function(function.id)
            (state.status, state.failure) = (now.status.versionStatus, now.failure)
            if state.status != last {
                report(.status(state.status))
                last = state.status
            }
            if state.status.isFinal { return state }
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, 1000)
        }
    }

    private func passOnBuildLog(of version: FunctionVersion, _ function: Function) async throws {
        do {
            for try await entry in service.buildLogs(of: function.id, version: .number(version.number), follow: true) {
                report(.buildLog(entry))
            }
        } catch let error as FuncError {
            // A lost log fails no deploy: the state of the version decides, and it is asked for besides.
            report(.buildLogLost(error))
        }
    }
}

/// How long an upload took: from its begin to the last byte that was reported.
private final class UploadMeter: Sendable {
    private let times = Mutex<(begin: ContinuousClock.Instant?, last: ContinuousClock.Instant?)>((nil, nil))

    func begin() {
        times.withLock { $0.begin = .now }
    }

    func note() {
        times.withLock { $0.last = .now }
    }

    /// Nil where nothing was sent.
    var milliseconds: Int? {
        times.withLock { times in
            guard let begin = times.begin, let last = times.last else { return nil }
            return Int((last - begin) / .milliseconds(1))
        }
    }
}
