import Foundation
import FuncKit
import Logging

/// Develops projects: a platform in this process serves them for as long as the session goes on, and every change of
/// their files is answered by new code.
public struct DevelopSession: Sendable {
    private let settings: DevelopSettings
    private let feed = DevelopFeed()
    private let logger: Logger

    /// Describes a session; ``run(_:)`` begins it.
    public init(_ settings: DevelopSettings) {
        self.settings = settings
        logger = Logger(label: "hks-func.develop") { [feed] _ in
            FeedLogHandler(feed: feed, logLevel: settings.isVerbose ? .info : .warning)
        }
    }

    /// All that happens, for one reader; ends with the session, however that ends.
    public var events: AsyncStream<DevelopEvent> { feed.events }

    /// Serves the projects until `body` returns; then finishes running requests, ends all instances and returns.
    ///
    /// Cancelling the task ends it likewise.
    /// - Throws: `manifest_invalid`, `manifest_not_found` … for a project that cannot be read, `conflict` for two of one
    ///   name, `platform_already_running` for a project that is being developed; what the platform and `body` throw.
    public func run<Value: Sendable>(
        _ body: @escaping @Sendable (DevelopControl) async throws -> Value
    ) async throws -> Value {
        defer { feed.finish() }
        let names = DevelopNames()
        let loaded = try await load(names)
        let claims = try await DevelopClaims(settings.projects, in: settings.location)
        let mode = DevelopMode()
        let configuration = settings.platform(mode, feed: feed)
        let platform = DevelopPlatform(
            configuration,
            project: settings.project,
            feed: feed,
            logger: logger,
            expecting: loaded
        )
        let result: Result<Value, any Error>
        do {
            result = .success(try await serve(loaded, names, mode, on: platform, claims, body))
        } catch {
            result = .failure(error)
        }
        feed.send(.stopping)
        let end = await platform.stop()
        try claims.withdraw()
        removeData(of: configuration)
        let value = try result.get()
        try end.get()
        return value
    }

    private func load(_ names: DevelopNames) async throws -> [LoadedProject] {
        var loaded: [LoadedProject] = []
        for folder in settings.projects {
            let load = settings.load
            let project = try await BlockingWork.run("read project") { _ in try load(folder) }
            try await names.claim(project.name, for: folder)
            loaded.append(project)
        }
        return loaded
    }

    private func serve<Value: Sendable>(
        _ loaded: [LoadedProject],
        _ names: DevelopNames,
        _ mode: DevelopMode,
        on platform: DevelopPlatform,
        _ claims: DevelopClaims,
        _ body: @escaping @Sendable (DevelopControl) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await platform.ended()
                return nil
            }
            group.addTask {
                let started = try await platform.ready()
                try claims.publish(started.descriptor)
                let site = DevelopSite(
                    settings: settings,
                    names: names,
                    mode: mode,
                    feed: feed,
                    logger: logger,
                    platform: started
                )
                return try await site.develop(loaded, body)
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
                try Task.checkCancellation()
                throw FuncError(.platformStartFailed, "the platform ended by itself")
            }
            throw CancellationError()
        }
    }

    private func removeData(of platform: PlatformConfiguration) {
        guard settings.ephemeralFolder != nil else { return }
        do {
            try FileManager.default.removeItem(atPath: platform.dataFolder)
        } catch {
            logger.warning("data not removed", metadata: ["folder": "\(platform.dataFolder)"])
        }
    }
}

/// What the user of a session can do while it serves.
public struct DevelopControl: Sendable {
    /// `HKS_URL`, and `HKS_URL_<NAME>` for each function, for programs that call them.
    public let variables: [String: String]
    let projects: [DevelopedProject]
    let calls: DevelopCalls
    let feed: DevelopFeed

    /// Returns once the newest code of every project answers.
    /// - Throws: what the first one failed with.
    public func untilReady() async throws {
        for project in projects { try await project.untilReady() }
    }

    /// Does what was asked for; what becomes of it is told by events. Ending is the caller's own.
    public func perform(_ command: DevelopCommand) async {
        switch command {
        case .rebuild(let function): await each(function) { await $0.rebuild() }
        case .sendSample(let function, let next):
            await each(function) { try await calls.sendSample(to: await $0.loaded, next: next) }
        case .fireSchedule(let function): await each(function) { try await calls.fireSchedule(of: await $0.loaded) }
        case .quit: break
        }
    }

    private func each(_ function: String?, _ body: (DevelopedProject) async throws -> Void) async {
        for project in projects {
            let name = await project.function
            guard function == nil || function == name else { continue }
            do {
                try await body(project)
            } catch is CancellationError {
                return
            } catch {
                let failure = error as? FuncError ?? FuncError(.internalError, "\(error)")
                feed.send(.problem(function: name, failure))
            }
        }
    }
}
