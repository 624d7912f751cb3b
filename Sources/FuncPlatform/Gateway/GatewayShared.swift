import NIOCore
import Synchronization

/// What all event loops of a gateway share.
final class GatewayShared: Sendable {
    let configuration: GatewayConfiguration
    let router: GatewayRouter
    let callers: CallerAuthenticator
    let onLoad: @Sendable (RequestLoad) -> Void
    let onRequest: @Sendable (RequestRecord) -> Void

    private struct Connections {
        var open = 0
        var whenNone: [EventLoopPromise<Void>] = []
    }
    private let connections = Mutex(Connections())

    init(
        configuration: GatewayConfiguration,
        table: RouteTable,
        callers: CallerAuthenticator,
        onLoad: @escaping @Sendable (RequestLoad) -> Void,
        onRequest: @escaping @Sendable (RequestRecord) -> Void
    ) {
        self.configuration = configuration
        self.callers = callers
        self.onLoad = onLoad
        self.onRequest = onRequest
        router = GatewayRouter(table: table, allowedOrigins: configuration.allowedOrigins)
    }

    func connectionOpened() {
        connections.withLock { $0.open += 1 }
    }

    func connectionClosed() {
        let waiting = connections.withLock { connections -> [EventLoopPromise<Void>] in
            connections.open -= 1
            guard connections.open == 0 else { return [] }
            defer { connections.whenNone = [] }
            return connections.whenNone
        }
        for promise in waiting { promise.succeed() }
    }

    /// Completes once no client is connected, or at the deadline.
    /// - Returns: whether all went by themselves.
    func allClosed(on eventLoop: any EventLoop, within limit: TimeAmount) async throws -> Bool {
        let promise = eventLoop.makePromise(of: Void.self)
        let isEmpty = connections.withLock { connections -> Bool in
            guard connections.open > 0 else { return true }
            connections.whenNone.append(promise)
            return false
        }
        if isEmpty { promise.succeed() }
        let timer = eventLoop.scheduleTask(in: limit) { promise.succeed() }
        try await promise.futureResult.get()
        timer.cancel()
        return connections.withLock { $0.open == 0 }
    }
}
