import FuncKit
import NIOCore
import NIOHTTP1
import NIOPosix

/// The only public listener of the local platform: takes every request, answers what is wrong, forwards the rest.
public final class GatewayServer: Sendable {
    /// Port in use.
    public let port: Int
    /// Calls functions without a client connection.
    public let invoker: FunctionInvoker

    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let shared: GatewayShared
    private let loops: GatewayLoops

    private init(
        group: MultiThreadedEventLoopGroup,
        listener: any Channel,
        port: Int,
        shared: GatewayShared,
        loops: GatewayLoops
    ) {
        self.group = group
        self.listener = listener
        self.port = port
        self.shared = shared
        self.loops = loops
        invoker = FunctionInvoker(group: group, loops: loops)
    }

    /// Begins to listen, and routes by `table`, which may change at any time. Functions that are not public are called
    /// by those only whom `callers` knows. `onLoad` is told of each request to a
    /// function when it comes, `onRequest` when it is over; both on an event loop, so they must return at once.
    /// - Throws: ``FuncError`` with code `port_in_use`, `invalid_argument` for an address that others can reach, or
    ///   `platform_start_failed`.
    static func start(
        _ configuration: GatewayConfiguration,
        table: RouteTable,
        callers: CallerAuthenticator = CallerAuthenticator(authenticator: nil),
        onLoad: @escaping @Sendable (RequestLoad) -> Void = { _ in },
        onRequest: @escaping @Sendable (RequestRecord) -> Void = { _ in }
    ) async throws -> GatewayServer {
        let address = try loopbackAddress(host: configuration.host, port: configuration.port)
        let count = configuration.eventLoops > 0 ? configuration.eventLoops : System.coreCount
        let group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        let shared = GatewayShared(
            configuration: configuration,
            table: table,
            callers: callers,
            onLoad: onLoad,
            onRequest: onRequest
        )
        do {
            let loops = try await GatewayLoops(group: group, shared: shared)
            let listener = try await listen(on: address, group: group, loops: loops, configuration: configuration)
            let port = listener.localAddress?.port ?? configuration.port
            return GatewayServer(group: group, listener: listener, port: port, shared: shared, loops: loops)
        } catch {
            try await group.shutdownGracefully()
            throw startFailure(error, address: address)
        }
    }

    /// Stops to accept, lets running requests finish, cuts those that are not done at the deadline.
    public func shutdown(within limit: Duration) async throws {
        try await listener.close().get()
        loops.forEach { $0.quiesce() }
        _ = try await shared.allClosed(on: group.next(), within: TimeAmount(limit))
        loops.forEach { $0.closeAll() }
        _ = try await shared.allClosed(on: group.next(), within: .seconds(5))
        try await group.shutdownGracefully()
    }

    // MARK: Listening

    /// Whoever can open a connection can call every function, so other machines must not be able to.
    private static func loopbackAddress(host: String, port: Int) throws -> SocketAddress {
        let name = host == "localhost" ? "127.0.0.1" : host
        guard let address = try? SocketAddress(ipAddress: name, port: port),
            name == "::1" || name.hasPrefix("127.")
        else {
            throw FuncError(
                .invalidArgument,
                "cannot listen on '\(host)'",
                hint: "the local platform listens on loopback addresses only, such as 127.0.0.1"
            )
        }
        return address
    }

    private static func listen(
        on address: SocketAddress,
        group: MultiThreadedEventLoopGroup,
        loops: GatewayLoops,
        configuration: GatewayConfiguration
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try addHandlers(to: channel, loop: loops.context(of: channel.eventLoop), configuration)
                }
            }
            .bind(to: address)
            .get()
    }

    private static func addHandlers(
        to channel: any Channel,
        loop: LoopContext,
        _ configuration: GatewayConfiguration
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = configuration.maxHeaderBytes
        limits.maxHeaderListSize = configuration.maxHeaderBytes
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandlers(
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(decoder),
            ClientConnection(in: loop)
        )
    }

    private static func startFailure(_ error: any Error, address: SocketAddress) -> FuncError {
        let port = address.port ?? 0
        if let error = error as? IOError, error.errnoCode == EADDRINUSE {
            return FuncError(.portInUse, "port \(port) is in use", hint: "choose another one with --port")
        }
        return FuncError(.platformStartFailed, "cannot listen on port \(port)", because: error)
    }
}
