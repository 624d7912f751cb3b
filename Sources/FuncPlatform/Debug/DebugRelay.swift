import FuncKit
import NIOCore
import NIOPosix
import Synchronization

/// Listens on one port of the loopback address, and passes each connection on to whichever port is the right one then.
final class DebugRelay: Sendable {
    /// The port that it listens on.
    let port: Int
    private let channel: any Channel
    private let target: TargetPort

    private init(channel: any Channel, port: Int, target: TargetPort) {
        self.channel = channel
        self.port = port
        self.target = target
    }

    /// Takes the first port that is free.
    /// - Throws: `port_in_use` where none of them is.
    static func listen(from first: Int, tries: Int) async throws -> DebugRelay {
        for port in first..<(first + tries) where port <= 65_535 && LoopbackPort.listenError(port) == nil {
            let target = TargetPort()
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
    func pass(to port: Int) { target.value.withLock { $0 = port } }

    /// Connections go nowhere, if they went to this port.
    func forget(_ port: Int) { target.value.withLock { if $0 == port { $0 = nil } } }

    /// Lets go of the port.
    func close() async {
        // It fails only where it is closed already.
        try? await channel.close().get()
    }
}

/// Ties a connection that came in to one of its own to the target, byte by byte.
private final class RelayStart: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let target: TargetPort

    init(_ target: TargetPort) {
        self.target = target
    }

    /// Not before: debuggers may speak first, and then there has to be somebody to pass that on to.
    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        let client = context.channel
        guard let port = target.value.withLock({ $0 }) else { return client.close(promise: nil) }
        ClientBootstrap(group: context.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: port)
            .flatMap { Self.join(client, $0) }
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

/// The port that connections are passed on to; nil while there is none.
private final class TargetPort: Sendable {
    let value = Mutex<Int?>(nil)
}
