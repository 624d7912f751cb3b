import FuncKit
import Logging
import Synchronization

/// The platform of a session. It outlives the work on the projects, which needs it to take back what is under way.
final class DevelopPlatform: Sendable {
    /// A platform that serves.
    struct Started: Sendable {
        var parts: PlatformParts
        var descriptor: LocalPlatformDescriptor
        var room: WaitingRoom
        var functions: DevelopedFunctions
    }

    private let task: Task<Void, any Error>
    private let functions: DevelopedFunctions
    private let parts: AsyncStream<(PlatformParts, WaitingRoom)>
    private let descriptors: AsyncStream<LocalPlatformDescriptor>

    /// Starts a platform on which requests for `projects` wait from the first moment on.
    init(
        _ configuration: PlatformConfiguration,
        project: String,
        feed: DevelopFeed,
        logger: Logger,
        expecting projects: [LoadedProject]
    ) {
        let functions = DevelopedFunctions()
        let (parts, prepared) = AsyncStream<(PlatformParts, WaitingRoom)>.makeStream()
        let (descriptors, serves) = AsyncStream<LocalPlatformDescriptor>.makeStream()
        (self.functions, self.parts, self.descriptors) = (functions, parts, descriptors)
        let observer = PlatformObserver(
            onParts: { parts in
                let room = WaitingRoom(routes: parts.routes, project: project)
                for loaded in projects { room.open(loaded.name, triggers: loaded.settings.triggers) }
                prepared.yield((parts, room))
            },
            onRequest: { record in
                guard let name = functions.name(of: record.functionID) else { return }
                feed.send(.request(function: name, record))
            }
        )
        let server = PlatformServer(configuration: configuration, logger: logger, observer: observer)
        // Not a child of the session's task: it ends after the work on the projects, not together with it.
        task = Task {
            defer {
                prepared.finish()
                serves.finish()
            }
            try await server.run { serves.yield($0) }
        }
    }

    /// Returns once it serves.
    /// - Throws: what kept it from that.
    func ready() async throws -> Started {
        guard let (parts, room) = await parts.first(where: { _ in true }),
            let descriptor = await descriptors.first(where: { _ in true })
        else {
            try Task.checkCancellation()
            try await task.value
            throw CancellationError()
        }
        return Started(parts: parts, descriptor: descriptor, room: room, functions: functions)
    }

    /// Returns when it ends by itself, or the task is cancelled.
    /// - Throws: what it ended with.
    func ended() async throws {
        let (end, ending) = AsyncStream<Void>.makeStream()
        let watch = Task {
            _ = await task.result
            ending.finish()
        }
        for await _ in end {}
        watch.cancel()
        try Task.checkCancellation()
        try await task.value
    }

    /// Ends it, and returns once it is gone; how it ended is the answer.
    func stop() async -> Result<Void, any Error> {
        task.cancel()
        return await task.result
    }
}

/// Names of the functions that are developed, by their ids.
final class DevelopedFunctions: Sendable {
    private let names = Mutex<[String: String]>([:])

    /// Notes what a function with this id is called; true where that is new.
    func add(_ name: String, id: String) -> Bool {
        names.withLock { $0.updateValue(name, forKey: id) == nil }
    }

    /// The name of a function, of one that waits for its first version too.
    func name(of id: String) -> String? {
        names.withLock { $0[id] } ?? WaitingRoom.name(ofID: id)
    }
}
