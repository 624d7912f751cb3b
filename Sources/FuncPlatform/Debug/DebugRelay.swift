import FuncKit
import NIOCore
import NIOPosix
import Synchronization

/// Listens on one port of the loopback address, and passes each connection on to whichever port is the right one then.
final class DebugRelay: Sendable {
    /// The port that it listens on.
    let port: Int
    private let channel: any Channel
    private let target: RelayTarget

    private init(channel: any Channel, port: Int, target: RelayTarget) {
        self.channel = channel
        self.port = port
        self.target = target
    }

    /// Takes the first port that is free.
    ///
    /// `onLeft` is told of a port that connections were passed on to, once the last one is closed and no other has come.
    /// - Throws: `port_in_use` where none of them is.
    static func listen(
        from first: Int,
        tries: Int,
        onLeft: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) async throws -> DebugRelay {
        for port in first..<(first + tries) where port <= 65_535 && LoopbackPort.listenError(port) == nil {
            let target = RelayTarget(onLeft: onLeft)
            let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(RelayStart(target))
                    }
                }
            do {
                let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
                return DebugRelay(channel: channel, port: port, target: target)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                continue
            }
        }
        throw FuncError(
            .portInUse,
            "none of the ports \(first)-\(first + tries - 1) is free for a debugger",
            hint: "name another one with --debug-port"
        )
    }

    /// Connections go to this port from now on; those that there are stay as they are.
    func pass(to port: Int) { target.port = port }

    /// Connections go nowhere, if they went to this port.
    func forget(_ port: Int) { if target.port == port { target.port = nil } }

    /// Lets go of the port.
    func close() async {
        // It fails only where it is closed already.
        try? await channel.close().get()
    }
}

/// Ties a connection that came in to one of its own to the target, byte by byte.
private final class RelayStart: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: RelayTarget

    init(_ target: RelayTarget) {
        self.target = target
    }

    /// Not before: debuggers may speak first, and then there has to be somebody to pass that on to.
    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        let client = context.channel
        guard let port = target.port else { return client.close(promise: nil) }
        ClientBootstrap(group: context.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: port)
            .flatMap { [target] upstream in
                target.begin(port)
                upstream.closeFuture.whenComplete { _ in target.end(port) }
                return Self.join(client, upstream)
            }
            .whenFailure { _ in client.close(promise: nil) }
    }

    private static func join(_ client: any Channel, _ upstream: any Channel) -> EventLoopFuture<Void> {
        client.eventLoop.makeCompletedFuture {
            let (one, other) = TunnelHandler.pair()
            try client.pipeline.syncOperations.addHandler(one)
            try upstream.pipeline.syncOperations.addHandler(other)
            one.open()
            other.open()
        }
        .flatMap { client.setOption(.autoRead, value: true) }
        .flatMap { upstream.setOption(.autoRead, value: true) }
        .flatMapErrorThrowing { error in
            upstream.close(promise: nil)
            throw error
        }
    }
}

/// The port that connections are passed on to, and those that are.
private final class RelayTarget: Sendable {
    private struct State {
        var port: Int?
        var connections: [Int: Int] = [:]
    }

    /// Editors may look whether there is anybody before they connect in earnest.
    private static let patience = Duration.milliseconds(300)

    private let state = Mutex(State())
    private let onLeft: @Sendable (Int) async -> Void

    init(onLeft: @escaping @Sendable (Int) async -> Void) {
        self.onLeft = onLeft
    }

    /// Nil while there is none.
    var port: Int? {
        get { state.withLock { $0.port } }
        set { state.withLock { $0.port = newValue } }
    }

    func begin(_ port: Int) { state.withLock { $0.connections[port, default: 0] += 1 } }

    func end(_ port: Int) {
        let isLast = state.withLock { state in
            state.connections[port, default: 1] -= 1
            return state.connections[port] == 0
        }
        guard isLast else { return }
        // Nobody waits for it, and it ends by itself.
        Task {
            try await Task.sleep(for: Self.patience)
            let isUnused = state.withLock { state in
                if state.connections[port] == 0 { state.connections[port] = nil }
                return state.connections[port] == nil
            }
            if isUnused { await onLeft(port) }
        }
    }
}
