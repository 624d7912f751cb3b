import FuncKit
import FuncPlatform
import Synchronization

/// Starts instances that exist in a list only. A test decides when a start ends, how, and when an instance dies.
final class FakeRunner: InstanceRunner {
    struct Start {
        var id: InstanceID
        var onExit: @Sendable (InstanceExit) -> Void
        var continuation: CheckedContinuation<RunningInstance, any Error>
    }

    private struct State {
        var begun = 0
        var pending: [Start] = []
        var running: [InstanceID: @Sendable (InstanceExit) -> Void] = [:]
        var stopped: [InstanceID] = []
        var failure: FuncError?
        var revisions: [String: Int] = [:]
        var isAutomatic: Bool
    }

    private let state: Mutex<State>
    private let concurrency: Int

    /// `isAutomatic` lets each start succeed by itself.
    init(isAutomatic: Bool = true, concurrency: Int = 10) {
        state = Mutex(State(isAutomatic: isAutomatic))
        self.concurrency = concurrency
    }

    var begun: Int { state.withLock { $0.begun } }
    var pending: Int { state.withLock { $0.pending.count } }
    var running: [InstanceID] { state.withLock { $0.running.keys.sorted { $0.rawValue < $1.rawValue } } }
    var stopped: [InstanceID] { state.withLock { $0.stopped } }

    /// Makes all further starts fail, or succeed again.
    func failStarts(with error: FuncError?) {
        state.withLock { $0.failure = error }
    }

    /// Sets which values of secrets further instances come with.
    func give(_ revisions: [String: Int]) {
        state.withLock { $0.revisions = revisions }
    }

    func start(
        _ spec: InstanceSpec,
        onExit: @escaping @Sendable (InstanceExit) -> Void
    ) async throws -> RunningInstance {
        try await withCheckedThrowingContinuation { continuation in
            let isAutomatic = state.withLock { state -> Bool in
                state.begun += 1
                let id = InstanceID(rawValue: "i\(state.begun)")
                state.pending.append(Start(id: id, onExit: onExit, continuation: continuation))
                return state.isAutomatic
            }
            if isAutomatic { finishStart() }
        }
    }

    /// Lets the oldest pending start end.
    func finishStart() {
        let (start, failure, revisions) = state.withLock { state -> (Start?, FuncError?, [String: Int]) in
            guard !state.pending.isEmpty else { return (nil, nil, [:]) }
            let start = state.pending.removeFirst()
            if state.failure == nil { state.running[start.id] = start.onExit }
            return (start, state.failure, state.revisions)
        }
        guard let start else { return }
        if let failure { return start.continuation.resume(throwing: failure) }
        start.continuation.resume(
            returning: RunningInstance(
                id: start.id,
                endpoint: .unixSocket(path: "/nowhere/\(start.id)"),
                processID: 1,
                concurrency: concurrency,
                secretRevisions: revisions
            )
        )
    }

    func crash(_ id: InstanceID) {
        let onExit = state.withLock { $0.running.removeValue(forKey: id) }
        onExit?(InstanceExit(id: id, status: 1, signal: nil, wasStopped: false, lastLines: ["boom"]))
    }

    func stop(_ id: InstanceID) async {
        let onExit = state.withLock { state -> (@Sendable (InstanceExit) -> Void)? in
            state.stopped.append(id)
            return state.running.removeValue(forKey: id)
        }
        onExit?(InstanceExit(id: id, status: 0, signal: nil, wasStopped: true, lastLines: []))
    }
}

extension InstanceSpec {
    static func sample(version: Int = 1, timeout: Int = 300) -> InstanceSpec {
        InstanceSpec(
            workspace: "default",
            project: "default",
            functionID: "f1",
            functionName: "hello",
            versionID: "v\(version)",
            versionNumber: version,
            bundle: Bundle(
                digest: "00",
                folder: "/nowhere",
                command: ["/bin/false"],
                environment: [:],
                workingFolder: "/nowhere",
                listensOnUnixSocket: true
            ),
            settings: FunctionSettings(timeout: timeout)
        )
    }
}
