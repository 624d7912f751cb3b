import Foundation
import FuncKit
import Logging

/// The work on the projects of a session, on a platform that serves.
struct DevelopSite: Sendable {
    let settings: DevelopSettings
    let names: DevelopNames
    let mode: DevelopMode
    let feed: DevelopFeed
    let logger: Logger
    let platform: DevelopPlatform.Started

    private var parts: PlatformParts { platform.parts }

    /// Brings the projects to traffic and follows their changes until `body` returns.
    func develop<Value: Sendable>(
        _ loaded: [LoadedProject],
        _ body: @escaping @Sendable (DevelopControl) async throws -> Value
    ) async throws -> Value {
        announce(loaded)
        try await removeOthers(than: loaded)
        let (accepted, accepts) = AsyncStream<DevelopDeployer.Accepted>.makeStream()
        let deployer = await DevelopDeployer(
            parts: parts,
            project: settings.project,
            processEnvironment: settings.configuration.environment,
            room: platform.room,
            onAccepted: { accepts.yield($0) }
        )
        let watches = try loaded.map { try settings.watch?($0) }
        let projects = zip(loaded, watches).map { DevelopedProject($0, surroundings(deployer, $1)) }
        let calls = DevelopCalls(
            invocations: parts.invocations,
            firing: parts.firing,
            project: settings.project,
            feed: feed
        )
        let control = DevelopControl(
            variables: mode.addressVariables,
            projects: projects,
            calls: calls,
            feed: feed
        )
        var changes: [AsyncStream<WatchEvent>] = []
        for watch in watches { changes.append(try await watch?.events() ?? AsyncStream { nil }) }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            for (project, events) in zip(projects, changes) {
                group.addTask {
                    await project.run(events)
                    return nil
                }
            }
            group.addTask {
                await follow(accepted)
                return nil
            }
            group.addTask {
                await calls.tellFirings()
                return nil
            }
            group.addTask { try await body(control) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    // MARK: Start

    private func announce(_ loaded: [LoadedProject]) {
        let descriptor = platform.descriptor
        let wanted = settings.configuration.port
        let portInUse = wanted == 0 || wanted == descriptor.port ? nil : wanted
        feed.send(.started(DevelopGateway(url: descriptor.url, port: descriptor.port, portInUse: portInUse)))
        tellAddresses(of: loaded.map(\.name))
    }

    /// By path rather than by host: few systems look up names below `localhost` for programs.
    private func tellAddresses(of functions: [String]) {
        let base = platform.descriptor.url
        let addresses = functions.map { ($0, "\(base)/fn/\(settings.project)/\($0)") }
        mode.tell(gateway: base, functions: Dictionary(addresses) { $1 })
    }

    /// Ends functions of earlier sessions that the projects do not have any more.
    private func removeOthers(than loaded: [LoadedProject]) async throws {
        let kept = Set(loaded.map(\.name))
        for function in try await parts.api.catalog.store.functions(workspace: "default", project: nil) {
            guard function.projectName != settings.project || !kept.contains(function.name) else { continue }
            try await parts.deployments.delete(FunctionReference(project: function.projectID, function: function.id))
        }
    }

    private func surroundings(
        _ deployer: DevelopDeployer,
        _ watch: (any SourceWatching)?
    ) -> DevelopedProject.Surroundings {
        let toolchains = LocalToolchains(environment: settings.configuration.environment)
        return DevelopedProject.Surroundings(
            load: settings.load,
            deployer: deployer,
            names: names,
            feed: feed,
            describe: { loaded in
                // What is missing is said by the build, with what to do about it.
                let toolchain = try? await toolchains.locate(loaded.settings.runtime)
                return describe(loaded, toolchain, watching: watch?.method)
            },
            ended: { await watch?.rebuildEnded() },
            renamed: { tellAddresses(of: await names.all) }
        )
    }

    private func describe(_ loaded: LoadedProject, _ toolchain: ResolvedToolchain?, watching: String?) -> DevelopProject
    {
        let port = platform.descriptor.port
        let program = toolchain.flatMap { $0.executable.isEmpty ? nil : "\($0.executable) \($0.version)" }
        for warning in toolchain?.warnings ?? [] { feed.send(.warning(function: loaded.name, warning)) }
        return DevelopProject(
            function: loaded.name,
            url: "http://\(loaded.name).\(settings.project).localhost:\(port)/",
            folder: loaded.root.folder,
            type: loaded.settings.type,
            runtime: loaded.settings.runtime,
            toolchain: program,
            watching: watching,
            variables: loaded.environment.variables.map {
                DevelopVariable(name: $0.name, source: $0.source.description)
            },
            schedules: loaded.schedules
        )
    }

    // MARK: Logs

    /// Follows the log of every function and every build, and tidies up after each version.
    private func follow(_ accepted: AsyncStream<DevelopDeployer.Accepted>) async {
        let start = Date()
        let (tidyings, tidy) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let upkeep = DevelopUpkeep(parts: parts, project: settings.project, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask { await upkeep.run(after: tidyings) }
            for await deploy in accepted {
                if platform.functions.add(deploy.function, id: deploy.functionID) {
                    let query = LogQuery(since: start, limit: 1000)
                    group.addTask {
                        await pass(.function(id: deploy.functionID), query) { .log(function: deploy.function, $0) }
                    }
                }
                if case .version(let version) = deploy.change {
                    let stream = LogStream.build(functionID: deploy.functionID, versionID: version.id)
                    group.addTask { await pass(stream, LogQuery()) { .build(function: deploy.function, $0) } }
                }
                tidy.yield()
            }
            group.cancelAll()
        }
    }

    private func pass(
        _ stream: LogStream,
        _ query: LogQuery,
        as event: @Sendable (LogEntry) -> DevelopEvent
    ) async {
        do {
            for try await entry in parts.logs.follow(stream, query: query) where !Self.isToldAnyway(entry, in: stream) {
                feed.send(event(entry))
            }
        } catch {
            logger.warning("log not followed", metadata: ["error": "\(error)"])
        }
    }

    /// Whether a line says no more than the state of the function, which is told once.
    private static func isToldAnyway(_ entry: LogEntry, in stream: LogStream) -> Bool {
        guard entry.source == "platform" else { return false }
        // Of builds it is errors, and what is told of the toolchain at the beginning.
        if case .build = stream { return entry.level >= .warn }
        return entry.level >= .error && entry.fields[DeploymentService.eventField] == DeploymentService.failureEvent
    }
}
