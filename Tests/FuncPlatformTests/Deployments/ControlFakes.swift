import Foundation
import FuncKit
import NIOConcurrencyHelpers
import NIOCore

@testable import FuncPlatform

/// A builder whose builds succeed at once unless a test says otherwise.
actor FakeBuilder: BundleBuilder {
    private(set) var requests: [BuildRequest] = []
    private let folder: String
    private var failures: [String: FuncError] = [:]
    private var reasons: [String: FuncError] = [:]
    private var gates: Set<String> = []
    private var waiters: [String: [CheckedContinuation<Void, Never>]] = [:]

    init(folder: String) {
        self.folder = folder
    }

    func fail(source: String, with error: FuncError) { failures[source] = error }

    /// Makes a source the reason why its bundle does not start.
    func blame(source: String, with error: FuncError) { reasons[source] = error }

    func explainFailedStart(of request: BuildRequest) async throws {
        if let reason = reasons[request.sourceDigest] { throw reason }
    }

    /// Holds builds of a source until `open`.
    func close(source: String) { gates.insert(source) }

    func open(source: String) {
        gates.remove(source)
        for waiter in waiters.removeValue(forKey: source) ?? [] { waiter.resume() }
    }

    func build(_ request: BuildRequest) async throws -> FuncPlatform.Bundle {
        requests.append(request)
        let source = request.sourceDigest
        await withTaskCancellationHandler {
            if gates.contains(source), !Task.isCancelled {
                await withCheckedContinuation { waiters[source, default: []].append($0) }
            }
        } onCancel: {
            Task { await self.wake(source) }
        }
        try Task.checkCancellation()
        if let error = failures[source] { throw error }
        let path = "\(folder)/\(source)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return FuncPlatform.Bundle(
            digest: source,
            folder: path,
            command: ["true"],
            environment: [:],
            workingFolder: path,
            listensOnUnixSocket: true
        )
    }

    private func wake(_ source: String) {
        for waiter in waiters.removeValue(forKey: source) ?? [] { waiter.resume() }
    }
}

/// A fleet that starts nothing and remembers everything.
actor FakeFleet: FleetControlling {
    private(set) var specs: [String: InstanceSpec] = [:]
    private(set) var scalings: [String: Scaling] = [:]
    private(set) var warmed: [String] = []
    private(set) var retired: [String] = []
    private var failures: [Int: FuncError] = [:]

    func fail(number: Int, with error: FuncError?) { failures[number] = error }

    func register(_ spec: InstanceSpec, scaling: Scaling) -> InstancePool {
        specs[spec.versionID] = spec
        scalings[spec.versionID] = scaling
        return InstancePool()
    }

    func ensureReady(versionID: String) throws {
        warmed.append(versionID)
        if let spec = specs[versionID], let error = failures[spec.versionNumber] { throw error }
    }

    func retire(versionID: String, within limit: Duration?) {
        specs[versionID] = nil
        retired.append(versionID)
    }

    func readyInstances(versionID: String) -> Int { specs[versionID] == nil ? 0 : 1 }

    /// Numbers of the versions that are known, rising.
    var numbers: [Int] { specs.values.map(\.versionNumber).sorted() }
}

/// Remembers which changes of secrets instances would have to follow.
final class FakeFollowers: SecretFollowing {
    private let seen = NIOLockedValueBox<[String]>([])

    var changes: [String] { seen.withLockedValue { $0 } }

    func replaceInstances(using secret: String, before revision: Int, project: String) async {
        seen.withLockedValue { $0.append("\(project)/\(secret)@\(revision)") }
    }
}

/// A route table that can be looked at.
final class FakeRoutes: RouteUpdating {
    private let routes = NIOLockedValueBox<[String: FunctionRoute]>([:])

    func replace(_ route: FunctionRoute) { routes.withLockedValue { $0[route.functionID] = route } }
    func remove(functionID: String) { routes.withLockedValue { $0[functionID] = nil } }

    /// What the gateway was told of a function.
    func route(_ functionID: String) -> FunctionRoute? { routes.withLockedValue { $0[functionID] } }

    /// Shares as `v2=100 v1=0@next`.
    func summary(_ functionID: String) -> String? {
        routes.withLockedValue { $0[functionID] }.map { route in
            let shares = route.shares.map { "v\($0.number)=\($0.percent)" }
            let tags = route.tags.sorted { $0.key < $1.key }.map { "\($0.key)@v\($0.value.number)" }
            return (shares + tags).joined(separator: " ")
        }
    }
}

/// A log that lives in memory.
final class FakeLogs: LogStoring {
    private struct State {
        var entries: [LogStream: [LogEntry]] = [:]
        var followers: [LogStream: [AsyncThrowingStream<LogEntry, any Error>.Continuation]] = [:]
        var ended = 0
    }

    private let state = NIOLockedValueBox(State())

    /// Followers that went away.
    var endedFollowers: Int { state.withLockedValue { $0.ended } }
    /// Followers that are there.
    var followers: Int { state.withLockedValue { $0.followers.values.reduce(0) { $0 + $1.count } } }

    func append(_ entries: [LogEntry], to stream: LogStream) {
        state.withLockedValue { state in
            state.entries[stream, default: []] += entries
            for follower in state.followers[stream] ?? [] {
                for entry in entries { follower.yield(entry) }
            }
        }
    }

    func finish(_ stream: LogStream) {
        let followers = state.withLockedValue { $0.followers.removeValue(forKey: stream) ?? [] }
        for follower in followers { follower.finish() }
    }

    func read(_ stream: LogStream, query: LogQuery) async throws -> [LogEntry] {
        let all = state.withLockedValue { $0.entries[stream] ?? [] }.filter(query.matches)
        return query.limit.map { Array(all.suffix($0)) } ?? all
    }

    func follow(_ stream: LogStream, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error> {
        AsyncThrowingStream { continuation in
            state.withLockedValue { state in
                for entry in state.entries[stream] ?? [] { continuation.yield(entry) }
                state.followers[stream, default: []].append(continuation)
            }
            continuation.onTermination = { [state] _ in
                state.withLockedValue { $0.ended += 1 }
            }
        }
    }

    func remove(functionID: String) async {
        let streams = state.withLockedValue { Set($0.entries.keys).union($0.followers.keys) }
        for stream in streams where stream == .function(id: functionID) {
            state.withLockedValue { $0.entries[stream] = nil }
            finish(stream)
        }
    }
}

/// An invoker that answers with what it was asked.
final class FakeInvoker: FunctionInvoking {
    /// What a test does about a request.
    typealias Handler = @Sendable (InvokeRequest) async throws -> InvokeResponse

    private let answer = NIOLockedValueBox<Result<InvokeResponse, FuncError>?>(nil)
    private let handler = NIOLockedValueBox<Handler?>(nil)
    private let seen = NIOLockedValueBox<[InvokeRequest]>([])

    /// Every request so far.
    var requests: [InvokeRequest] { seen.withLockedValue { $0 } }

    private let meanwhile = NIOLockedValueBox<(@Sendable () async throws -> Void)?>(nil)

    func answer(with result: Result<InvokeResponse, FuncError>) { answer.withLockedValue { $0 = result } }

    /// Lets a test answer each request by itself.
    func handle(with new: Handler?) { handler.withLockedValue { $0 = new } }

    /// Answers when its task is cancelled.
    static func never() async throws -> InvokeResponse {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }

    /// Runs `work` before each answer.
    func during(_ work: @escaping @Sendable () async throws -> Void) { meanwhile.withLockedValue { $0 = work } }

    func send(
        _ request: InvokeRequest,
        to functionID: String,
        version: (FunctionRoute, RoutableVersion)?,
        id: String
    ) async throws -> InvokeResponse {
        seen.withLockedValue { $0.append(request) }
        try await meanwhile.withLockedValue { $0 }?()
        if let handler = handler.withLockedValue({ $0 }) { return try await handler(request) }
        if let result = answer.withLockedValue({ $0 }) { return try result.get() }
        let text = "\(request.path) v\(version.map { "\($0.1.number)" } ?? "-")"
        return InvokeResponse(statusCode: 200, body: Data(text.utf8))
    }
}
