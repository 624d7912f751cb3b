import FuncKit
import NIOCore

/// What the requests of one event loop share. Bound to that loop.
final class LoopContext {
    let eventLoop: any EventLoop
    let shared: GatewayShared
    let upstreams: UpstreamCache
    var random: FastRandom
    /// Set once the gateway stops: every answer closes its connection.
    private(set) var isQuiescing = false

    private var clients: [ObjectIdentifier: ClientConnection] = [:]

    init(on eventLoop: any EventLoop, shared: GatewayShared) {
        self.eventLoop = eventLoop
        self.shared = shared
        upstreams = UpstreamCache(on: eventLoop, idleTimeout: shared.configuration.upstreamIdleTimeout)
        random = FastRandom(seed: UInt64.random(in: .min ... .max))
    }

    func add(_ client: ClientConnection) {
        clients[ObjectIdentifier(client)] = client
        shared.connectionOpened()
    }

    func remove(_ client: ClientConnection) {
        guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
        shared.connectionClosed()
    }

    /// Closes idle connections; the others close after their answer.
    func quiesce() {
        isQuiescing = true
        for client in Array(clients.values) { client.quiesce() }
    }

    /// Cuts what is left.
    func closeAll() {
        for client in Array(clients.values) { client.cut() }
        upstreams.closeAll()
    }
}
