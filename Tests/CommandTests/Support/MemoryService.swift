import Foundation
import FuncKit
import TestSupport

/// A Function API in memory: enough of the rules to run commands against, and a list of the writes that were made.
final class MemoryService: FunctionService {
    struct State: Sendable {
        var functions: [Function] = []
        var versions: [String: [FunctionVersion]] = [:]
        var traffic: [String: Traffic] = [:]
        var logs: [String: [LogEntry]] = [:]
        var triggers: [String: [Trigger]] = [:]
        var events: [String: [Event]] = [:]
        var invocations: [String: [Invocation]] = [:]
        var metrics: [String: MetricsReport] = [:]
        var secrets: [Secret] = []
        var secretValues: [String: Data] = [:]
        var refusedSecret: String?
        var capabilities = Capabilities(
            name: "memory",
            version: "1",
            supportedTriggerTypes: ["http"],
            supportsMetrics: true,
            supportsSecrets: true
        )
        /// Questions about calls that are answered with "running" before the truth comes.
        var runningAnswers = 0
        /// Reports that `metrics` gives before it fails; nil for as many as are asked for.
        var metricsLeft: Int?
        var lastMetricsQuery: MetricsQuery?
        var sources: Set<String> = []
        var writes: [String] = []
        var response = InvokeResponse(
            statusCode: 200,
            body: Data("hi\n".utf8),
            durationMilliseconds: 1.5,
            invocationID: "inv-1"
        )
        var lastRequest: InvokeRequest?
        var lastImage: String?
        var failure: FuncError?
    }

    let state: MutexBox<State>

    init(_ state: State = State()) {
        self.state = MutexBox(state)
    }

    private func read<T: Sendable>(_ body: (inout State) throws -> T) throws -> T {
        try state.mutate { state in
            Result { () throws -> T in
                if let failure = state.failure { throw failure }
                return try body(&state)
            }
        }
        .get()
    }

    private func find(_ name: String, in state: State) throws -> Function {
        guard let found = state.functions.first(where: { $0.name == name || $0.id == name }) else {
            throw FuncError(
                .functionNotFound,
                "function '\(name)' not found in project 'default'",
                hint: "run 'hks-func list' to see what is deployed"
            )
        }
        return found
    }

    func capabilities() async throws -> Capabilities { try read(\.capabilities) }
    func projects() async throws -> [Project] { [Project(id: "default", name: "default")] }
    func functions(allProjects: Bool) async throws -> [Function] { try read { $0.functions } }
    func function(_ function: String) async throws -> Function { try read { try find(function, in: $0) } }
    func hasSource(digest: String) async throws -> Bool { try read { $0.sources.contains(digest) } }

    func uploadSource(
        _ archive: SourceArchive,
        progress: @escaping @Sendable (TransferProgress) -> Void
    ) async throws {
        try read { state in
            state.writes.append("upload \(archive.size > 0 ? "bytes" : "nothing")")
            state.sources.insert(archive.digest)
        }
    }

    func deploy(_ request: DeployRequest) async throws -> DeployResult {
        try read { state in
            state.writes.append("deploy \(request.name)")
            state.lastImage = request.image
            let id = "func-\(request.name)"
            var versions = state.versions[id] ?? []
            if let active = versions.first(where: \.isActive), active.sourceDigest == request.sourceDigest,
                active.settings == request.settings, !request.force
            {
                return DeployResult(changed: false, version: active, function: try find(id, in: state))
            }
            let number = (versions.map(\.number).max() ?? 0) + 1
            let isActive = request.takesTraffic || versions.isEmpty
            if isActive { for index in versions.indices { versions[index].isActive = false } }
            let version = FunctionVersion(
                id: "ver-\(number)",
                number: number,
                functionID: id,
                functionName: request.name,
                buildStatus: .success,
                status: .ready,
                isActive: isActive,
                trafficPercent: isActive ? 100 : 0,
                tag: request.tag,
                message: request.message,
                sourceDigest: request.sourceDigest,
                phases: VersionPhases(buildMilliseconds: 20, readyMilliseconds: 30),
                settings: request.settings
            )
            state.versions[id] = [version] + versions
            if isActive {
                state.traffic[id] = Traffic(routes: [TrafficRoute(version: number, percent: 100, tag: request.tag)])
            }
            state.functions.removeAll { $0.id == id }
            let function = Function(
                id: id,
                name: request.name,
                projectID: "default",
                activeVersion: version.id,
                activeVersionNumber: number,
                latestVersionNumber: number,
                status: .ready,
                url: "http://\(request.name).default.localhost:8787/",
                sourceDigest: request.sourceDigest,
                settings: request.settings
            )
            state.functions.append(function)
            return DeployResult(changed: true, version: version, function: function)
        }
    }

    func update(function: String, settings: FunctionSettings, ifVersion: Int?) async throws -> DeployResult {
        let found = try await self.function(function)
        let request = DeployRequest(
            name: found.name,
            settings: settings,
            sourceDigest: found.sourceDigest,
            ifVersion: ifVersion
        )
        return try await deploy(request)
    }

    func deleteFunction(_ function: String) async throws {
        try read { state in
            let found = try find(function, in: state)
            state.writes.append("delete \(found.name)")
            state.functions.removeAll { $0.id == found.id }
        }
    }

    func versions(of function: String) async throws -> [FunctionVersion] {
        try read { state in state.versions[try find(function, in: state).id] ?? [] }
    }

    func version(_ version: VersionSelector, of function: String) async throws -> FunctionVersion {
        let all = try await versions(of: function)
        guard let found = version.first(in: all) else {
            throw FuncError(.versionNotFound, "version '\(version)' of '\(function)' not found")
        }
        return found
    }

    func activate(_ version: VersionSelector, of function: String) async throws {
        try read { $0.writes.append("activate \(version)") }
    }

    func rollback(
        function: String,
        to version: VersionSelector?,
        message: String?,
        dryRun: Bool
    ) async throws -> RollbackResult {
        let found = try await self.function(function)
        if !dryRun { try read { $0.writes.append("rollback \(found.name)") } }
        let from = found.activeVersionNumber ?? 1
        return RollbackResult(from: from, to: max(1, from - 1), changed: from > 1)
    }

    func traffic(of function: String) async throws -> Traffic {
        try read { state in state.traffic[try find(function, in: state).id] ?? Traffic(routes: []) }
    }

    func setTraffic(_ traffic: Traffic, of function: String) async throws -> Traffic {
        try read { state in
            state.writes.append("traffic \(traffic.shareText)")
            state.traffic[try find(function, in: state).id] = traffic
            return traffic
        }
    }

    func invoke(function: String, request: InvokeRequest) async throws -> InvokeResponse {
        try read { state in
            state.lastRequest = request
            return state.response
        }
    }

    func invokeAsync(function: String, request: InvokeRequest) async throws -> String { "inv-1" }

    func invocation(_ id: String) async throws -> Invocation {
        try read { state in
            let known = state.invocations.values.joined().first { $0.id == id }
            var found =
                known ?? Invocation(id: id, functionID: "func-hello", status: .completed, result: state.response)
            if state.runningAnswers > 0 {
                state.runningAnswers -= 1
                found.status = .running
                found.result = nil
            }
            return found
        }
    }

    func invocations(of function: String, limit: Int) async throws -> [Invocation] {
        try read { state in Array((state.invocations[try find(function, in: state).id] ?? []).prefix(limit)) }
    }

    func logs(of function: String, query: LogQuery) async throws -> [LogEntry] {
        try read { state in
            let entries = (state.logs[try find(function, in: state).id] ?? []).filter(query.matches)
            return Array(entries.suffix(query.limit ?? .max))
        }
    }

    func followLogs(of function: String, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error> {
        let entries = state.current.logs[function] ?? []
        return AsyncThrowingStream { continuation in
            for entry in entries where query.matches(entry) { continuation.yield(entry) }
            continuation.finish()
        }
    }

    func buildLogs(
        of function: String,
        version: VersionSelector,
        follow: Bool
    ) -> AsyncThrowingStream<LogEntry, any Error> {
        AsyncThrowingStream { continuation in
            continuation.yield(LogEntry(timestamp: nil, message: "built \(version)", source: "build"))
            continuation.finish()
        }
    }

    func events(of function: String, limit: Int) async throws -> [Event] {
        try read { state in Array((state.events[try find(function, in: state).id] ?? []).prefix(limit)) }
    }

    func createProject(_ name: String) async throws -> Project {
        try read { $0.writes.append("create project \(name)") }
        return Project(id: "proj-\(name)", name: name)
    }

    func metrics(of function: String, query: MetricsQuery) async throws -> MetricsReport {
        try read { state in
            state.lastMetricsQuery = query
            if let left = state.metricsLeft {
                guard left > 0 else { throw FuncError(.unreachable, "the service went away") }
                state.metricsLeft = left - 1
            }
            return state.metrics[try find(function, in: state).id] ?? MetricsReport(total: Metrics())
        }
    }

    func triggers(of function: String) async throws -> [Trigger] {
        try read { state in state.triggers[try find(function, in: state).id] ?? [] }
    }

    func createTrigger(_ spec: TriggerSpec, of function: String) async throws -> Trigger {
        try read { state in
            let found = try find(function, in: state)
            guard state.triggers[found.id]?.contains(where: { $0.spec.name == spec.name }) != true else {
                throw FuncError(.alreadyExists, "trigger '\(spec.name)' of function '\(found.name)' exists already")
            }
            state.writes.append("create trigger \(spec.name)")
            let trigger = Trigger(
                id: "trg-\(spec.name)",
                functionID: found.id,
                functionName: found.name,
                spec: spec
            )
            state.triggers[found.id, default: []].append(trigger)
            return trigger
        }
    }

    func updateTrigger(_ trigger: String, to spec: TriggerSpec, of function: String) async throws -> Trigger {
        try read { state in
            let (id, index) = try find(trigger: trigger, of: function, in: state)
            state.writes.append("update trigger \(spec.name)")
            state.triggers[id]?[index].spec = spec
            return try read(state.triggers[id]?[index])
        }
    }

    func deleteTrigger(_ trigger: String, of function: String) async throws {
        try read { state in
            let (id, index) = try find(trigger: trigger, of: function, in: state)
            state.writes.append("delete trigger \(trigger)")
            state.triggers[id]?.remove(at: index)
        }
    }

    func fireTrigger(_ trigger: String, of function: String, data: JSONValue?) async throws -> TriggerFiring {
        try read { state in
            guard state.capabilities.supportsTriggerFiring else {
                throw FuncError(.unsupported, "this server cannot fire trigger '\(trigger)' of function '\(function)'")
            }
            let (id, index) = try find(trigger: trigger, of: function, in: state)
            let found = try read(state.triggers[id]?[index])
            state.writes.append("fire trigger \(trigger)\(data == nil ? "" : " with data")")
            let time = Date(timeIntervalSince1970: 1_772_359_200)
            let isFailure = state.response.statusCode >= 500
            return TriggerFiring(
                trigger: found.spec.name,
                type: found.spec.type,
                functionID: id,
                functionName: found.functionName,
                invocationID: state.response.invocationID,
                isManual: true,
                scheduledTime: time,
                firedTime: time,
                status: isFailure ? .failed : .completed,
                response: state.response,
                error: isFailure ? "the function answered with status \(state.response.statusCode)" : nil
            )
        }
    }

    private func find(trigger: String, of function: String, in state: State) throws -> (String, Int) {
        let found = try find(function, in: state)
        let index = state.triggers[found.id]?.firstIndex { $0.spec.name == trigger || $0.id == trigger }
        guard let index else {
            throw FuncError(.triggerNotFound, "trigger '\(trigger)' of function '\(found.name)' not found")
        }
        return (found.id, index)
    }

    private func read<T>(_ value: T?) throws -> T {
        guard let value else { throw FuncError(.internalError, "missing in the test's service") }
        return value
    }

    func secrets() async throws -> [Secret] { try read { $0.secrets } }

    func setSecret(_ name: String, value: Data) async throws -> Secret {
        try read { state in
            guard name != state.refusedSecret else { throw FuncError(.serverError, "refused by the test") }
            state.writes.append("set secret \(name)")
            let old = state.secrets.first { $0.name == name }
            if let old, state.secretValues[name] == value { return old }
            var secret = old ?? Secret(name: name, projectID: "default", revision: 0)
            secret.revision += 1
            state.secretValues[name] = value
            state.secrets.removeAll { $0.name == name }
            state.secrets.append(secret)
            return secret
        }
    }

    func deleteSecret(_ name: String, force: Bool) async throws {
        try read { state in
            guard let secret = state.secrets.first(where: { $0.name == name }) else {
                throw FuncError(.secretNotFound, "secret '\(name)' not found in project 'default'")
            }
            guard secret.usedBy.isEmpty || force else { throw FuncError(.conflict, "secret '\(name)' is used") }
            state.writes.append("delete secret \(name)\(force ? " by force" : "")")
            state.secrets.removeAll { $0.name == name }
        }
    }
}
