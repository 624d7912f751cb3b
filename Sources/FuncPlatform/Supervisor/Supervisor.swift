import Foundation
import FuncKit

/// Starts, watches and stops instances, each a process group with a folder, a port and a socket of its own.
public actor Supervisor: InstanceRunner {
    private struct Instance {
        let spec: InstanceSpec
        let place: InstancePlace
        let port: Int
        let memoryBytes: Int
        let readinessTimeout: Duration
        let output: InstanceOutput
        let onExit: @Sendable (InstanceExit) -> Void
        let launch: Task<ChildProcess, any Error>
        /// Ends once the process is gone and everything has been tidied up.
        let watch: Task<Void, Never>
        var state = InstanceState.pending
        var hasBeenReady = false
        /// Known once it is launched.
        var child: ChildProcess?
    }

    private let configuration: PlatformConfiguration
    private let logs: any LogStoring
    private let memory: MemoryWatchdog
    private let secrets: any SecretProviding
    private let folders: InstanceFolders
    private let debug: DebugDesk?
    private var ports = PortAllocator()
    private var instances: [InstanceID: Instance] = [:]
    private var isShuttingDown = false
    private var memoryTask: Task<Void, Never>?

    /// Prepares the run folder below the data folder.
    /// - Throws: ``FuncError`` with code `file_system`.
    public init(configuration: PlatformConfiguration, logs: any LogStoring) throws {
        try self.init(configuration: configuration, logs: logs, memory: MemoryWatchdog())
    }

    init(
        configuration: PlatformConfiguration,
        logs: any LogStoring,
        memory: MemoryWatchdog = MemoryWatchdog(),
        secrets: any SecretProviding = NoSecrets(),
        debug: DebugDesk? = nil
    ) throws {
        self.configuration = configuration
        self.logs = logs
        self.memory = memory
        self.secrets = secrets
        self.debug = debug
        folders = try InstanceFolders(
            dataFolder: configuration.dataFolder,
            temporaryFolder: configuration.environment["TMPDIR"] ?? "/tmp"
        )
    }

    /// Starts an instance and returns once it is ready. Cancelling the task ends the instance.
    /// - Throws: ``FuncError`` with code `readiness_failed` and the last lines in `details` where it ends or stays silent.
    public func start(
        _ spec: InstanceSpec,
        onExit: @escaping @Sendable (InstanceExit) -> Void
    ) async throws -> RunningInstance {
        let secrets = try await secrets(of: spec)
        let debugging = try await debug?.prepare(spec)
        guard !isShuttingDown else { throw FuncError(.overloaded, "the platform is shutting down") }
        let (id, instance) = try launch(debugging?.spec ?? spec, secrets, debugging) { exit in
            debugging?.ended()
            onExit(exit)
        }
        let child = try await child(of: id, instance)
        if let debugging { await debug?.launched(debugging, processID: child.processID) }
        let endpoint: InstanceEndpoint =
            spec.bundle.listensOnUnixSocket
            ? .unixSocket(path: instance.place.socket) : .tcp(host: "127.0.0.1", port: instance.port)
        do {
            try await becomeReady(id, instance, child, at: endpoint)
            debugging?.becameReady()
        } catch {
            await child.terminate(grace: .zero)
            await instance.watch.value
            if let debugging { await debug?.failed(debugging) }
            throw error
        }
        return RunningInstance(
            id: id,
            endpoint: endpoint,
            processID: child.processID,
            concurrency: concurrency(of: spec),
            secretRevisions: secrets.revisions
        )
    }

    /// Sends SIGTERM, waits for the drain time, then kills the process group. Returns when the instance is gone.
    public func stop(_ id: InstanceID) async {
        guard let instance = instances[id] else { return }
        _ = advance(id, .stopRequested)
        // Where the launch failed there is nothing to be ended, and the caller of `start` is told.
        if let child = try? await instance.launch.value {
            // A host that drains to the last moment still ends by itself.
            await child.terminate(grace: configuration.drainTimeout + .seconds(1))
        }
        await instance.watch.value
    }

    /// Stops every instance; none can be started any more.
    public func stopAll() async {
        isShuttingDown = true
        await withTaskGroup(of: Void.self) { group in
            for id in instances.keys { group.addTask { await self.stop(id) } }
        }
    }

    /// Ends what a killed platform left running, removes its folders, and returns the number of processes that were ended.
    ///
    /// To be called before the first ``start(_:onExit:)``.
    @discardableResult
    public func reclaimOrphans() async throws -> Int {
        let running = Set(instances.keys.map(\.rawValue))
        return try await BlockingWork.run("reclaim orphans") { [folders] _ in
            var count = 0
            for (name, place, record) in folders.leftovers() where !running.contains(name) {
                if let record { count += OrphanReaper().end(record) }
                folders.remove(place)
            }
            if running.isEmpty { folders.removeSockets() }
            return count
        }
    }

    /// How far an instance is; nil once it is gone.
    public func state(of id: InstanceID) -> InstanceState? {
        instances[id]?.state
    }

    /// Notes whether an instance works on calls.
    public func setBusy(_ isBusy: Bool, _ id: InstanceID) {
        _ = advance(id, isBusy ? .callBegan : .callsEnded)
    }

    /// The digests of the bundles that instances run.
    func bundles() -> Set<String> {
        Set(instances.values.map(\.spec.bundle.digest))
    }

    /// The processes of all instances that were launched.
    func processes() -> [InstanceProcess] {
        instances.values.compactMap { instance in
            instance.child.map { child in
                InstanceProcess(
                    functionID: instance.spec.functionID,
                    versionID: instance.spec.versionID,
                    versionNumber: instance.spec.versionNumber,
                    processID: child.processID
                )
            }
        }
    }

    // MARK: Starting

    /// What the instance gets, as it is at this moment.
    private func secrets(of spec: InstanceSpec) async throws -> InstanceSecrets {
        guard !spec.settings.secrets.isEmpty else { return .none }
        do {
            return try InstanceSecrets(try await secrets.values(of: spec.settings.secrets, project: spec.project))
        } catch let error as FuncError {
            throw FuncError(
                .readinessFailed,
                "version \(spec.versionNumber) of '\(spec.functionName)' cannot start: \(error.message)",
                hint: error.hint,
                cause: error.code.rawValue,
                details: error.hint.map { [$0] } ?? []
            )
        }
    }

    private func launch(
        _ spec: InstanceSpec,
        _ secrets: InstanceSecrets,
        _ debugging: DebugLaunch?,
        onExit: @escaping @Sendable (InstanceExit) -> Void
    ) throws -> (InstanceID, Instance) {
        let suffix = InstanceFolders.randomText(length: 5)
        let id = InstanceID(rawValue: "\(spec.functionName)-v\(spec.versionNumber)-\(suffix)")
        let port = try ports.take()
        let place: InstancePlace
        do {
            place = try folders.make(id, secrets)
        } catch {
            ports.release(port)
            throw error
        }
        let memoryBytes = InstanceEnvironment.memoryBytes(spec.settings.resources)
        let output = InstanceOutput(instance: id, spec: spec, logs: logs, mask: secrets.mask)
        let environment = InstanceEnvironment(
            spec: spec,
            place: place,
            port: port,
            concurrency: concurrency(of: spec),
            memoryBytes: memoryBytes,
            configuration: configuration,
            secrets: secrets
        )
        let options = options(for: spec.bundle, environment)
        // Not a child of the caller's task: a start that is cancelled half way would leave a process nobody knows.
        let launch = Task { try await Self.spawn(options, id: id, place: place, output: output) }
        let instance = Instance(
            spec: spec,
            place: place,
            port: port,
            // A debugger and what it needs to know of the program may well take more than the program.
            memoryBytes: debugging == nil ? memoryBytes : .max,
            readinessTimeout: debugging?.waits == true
                ? .seconds(DebugRequest.timeoutSeconds) : configuration.readinessTimeout,
            output: output,
            onExit: onExit,
            launch: launch,
            // Outlives the call, as the process does; `stop` waits for it.
            watch: Task { await watch(id, launch) }
        )
        instances[id] = instance
        return (id, instance)
    }

    private func options(for bundle: Bundle, _ environment: InstanceEnvironment) -> ChildProcessOptions {
        ChildProcessOptions(
            executable: bundle.command.first ?? "",
            arguments: bundle.command.dropFirst().map(environment.withPort),
            environment: environment.variables,
            workingFolder: bundle.workingFolder,
            maxOpenFiles: 65_536,
            maxLineBytes: configuration.maxLogLineBytes
        )
    }

    private static func spawn(
        _ options: ChildProcessOptions,
        id: InstanceID,
        place: InstancePlace,
        output: InstanceOutput
    ) async throws -> ChildProcess {
        try await ChildProcess.start(options) { processID in
            let record = InstanceRecord(
                id: id.rawValue,
                processID: processID,
                startTime: ProcessTable.status(of: processID)?.startTime ?? 0,
                bootID: ProcessTable.bootID,
                socket: place.socket
            )
            try record.write(to: place.record)
        } onLines: {
            output.take($0)
        }
    }

    private func child(of id: InstanceID, _ instance: Instance) async throws -> ChildProcess {
        do {
            let child = try await instance.launch.value
            _ = advance(id, .spawned)
            instances[id]?.child = child
            watchMemory()
            return child
        } catch {
            await instance.watch.value
            throw FuncError(
                .readinessFailed,
                "could not start version \(instance.spec.versionNumber) of '\(instance.spec.functionName)'",
                because: error,
                details: ["\(error)"]
            )
        }
    }

    private func becomeReady(
        _ id: InstanceID,
        _ instance: Instance,
        _ child: ChildProcess,
        at endpoint: InstanceEndpoint
    ) async throws {
        let accepted: ReadinessProbe.Answer = instance.spec.settings.command.isEmpty ? .ok : .anyAnswer
        switch try await ReadinessProbe.outcome(child, endpoint, accepts: accepted, within: instance.readinessTimeout) {
        case .ready:
            guard advance(id, .becameReady) else { throw failure(instance, "ended before it was ready") }
            instances[id]?.hasBeenReady = true
        case .ended(let exit):
            throw failure(instance, "ended with \(exit) before it was ready")
        case .late:
            let seconds = Int(instance.readinessTimeout.timeInterval.rounded(.up))
            instance.output.note(.error, "was not ready within \(seconds) s")
            throw failure(instance, "was not ready within \(seconds) s")
        }
    }

    private func failure(_ instance: Instance, _ what: String) -> FuncError {
        FuncError(
            .readinessFailed,
            "version \(instance.spec.versionNumber) of '\(instance.spec.functionName)' \(what)",
            details: instance.output.lastLines
        )
    }

    private func concurrency(of spec: InstanceSpec) -> Int {
        spec.settings.concurrency > 0 ? spec.settings.concurrency : configuration.defaultConcurrency
    }

    // MARK: Ending

    private func watch(_ id: InstanceID, _ launch: Task<ChildProcess, any Error>) async {
        let exit: ChildProcessExit?
        do {
            exit = await (try launch.value).gone()
        } catch {
            // `start` reports it.
            exit = nil
        }
        await endStrays(id)
        guard let instance = instances[id] else { return }
        let wasStopped = instance.state == .draining
        _ = advance(id, .ended)
        instances[id] = nil
        folders.remove(instance.place)
        ports.release(instance.port)
        guard let exit else { return }
        if !wasStopped { instance.output.noteEnd(exit) }
        guard instance.hasBeenReady else { return }
        var report = InstanceExit(id: id, status: nil, signal: nil, wasStopped: wasStopped, lastLines: [])
        report.lastLines = instance.output.lastLines
        switch exit {
        case .status(let status): report.status = status
        case .signal(let signal): report.signal = signal
        }
        instance.onExit(report)
    }

    /// Ends what an instance started in sessions of their own, where no signal to its group arrives.
    private func endStrays(_ id: InstanceID) async {
        guard let place = instances[id]?.place, let record = InstanceRecord.read(place.record) else { return }
        do {
            _ = try await BlockingWork.run("end strays") { _ in OrphanReaper().end(record) }
        } catch {
            instances[id]?.output.note(.warn, "may have left processes behind: \(error)")
        }
    }

    /// Moves an instance on; false where it is gone or the event means nothing in its state.
    private func advance(_ id: InstanceID, _ event: InstanceEvent) -> Bool {
        guard let next = instances[id]?.state.after(event) else { return false }
        instances[id]?.state = next
        return true
    }

    // MARK: Memory

    private func watchMemory() {
        guard memoryTask == nil else { return }
        // Ends by itself with the last instance.
        memoryTask = Task { [weak self, memory] in
            while await self?.hasInstancesWithinMemory() == true {
                do {
                    try await memory.clock.sleep(for: memory.interval)
                } catch {
                    return
                }
            }
        }
    }

    /// Kills what holds more memory than it may; false once there is nothing to look at.
    private func hasInstancesWithinMemory() async -> Bool {
        let sessions = Set(instances.values.compactMap { $0.child?.processID })
        // A look that fails is made up for by the next one.
        let usage = (try? await memory.usage(sessions)) ?? [:]
        for instance in instances.values {
            guard let child = instance.child, let bytes = usage[child.processID], bytes > instance.memoryBytes else {
                continue
            }
            let memory = instance.spec.settings.resources.memory
            let limit = memory.isEmpty ? "\(instance.memoryBytes >> 20)Mi" : memory
            instance.output.note(.error, "exceeded its memory limit of \(limit)")
            child.signalGroup(SIGKILL)
        }
        if instances.isEmpty { memoryTask = nil }
        return !instances.isEmpty
    }
}
