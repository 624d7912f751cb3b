import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A client that sends bytes as they are, well formed or not, and keeps what comes back.
final class RawConnection: Sendable {
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let owner: RawConnection

        init(_ owner: RawConnection) {
            self.owner = owner
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            owner.state.withLock { $0.received += text }
        }

        func channelInactive(context: ChannelHandlerContext) {
            owner.state.withLock { $0.isClosed = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    private struct State {
        var received = ""
        var isClosed = false
        var channel: (any Channel)?
    }

    private let state = Mutex(State())

    static func open(port: Int, reads: Bool = true) async throws -> RawConnection {
        let connection = RawConnection()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(connection))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        connection.state.withLock { $0.channel = channel }
        return connection
    }

    var received: String { state.withLock { $0.received } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    private var channel: (any Channel)? { state.withLock { $0.channel } }

    func send(_ text: String) {
        channel?.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    func beginReading() {
        channel?.setOption(.autoRead, value: true).whenComplete { _ in }
    }

    func close() {
        channel?.close(promise: nil)
    }

    /// Waits for `text` to come, and gives all that came.
    @discardableResult
    func expect(_ text: String) async throws -> String {
        try await eventually("'\(text)' in '\(received.prefix(300))'", within: .seconds(20)) { received.contains(text) }
        return received
    }

    /// Waits for the server to close, and gives all that came.
    func untilClosed(within limit: Duration = .seconds(20)) async throws -> String {
        try await eventually("the end of the connection", within: limit) { isClosed }
        return received
    }

    /// Sends `text` on a connection of its own and gives all that came until the server closed it.
    static func exchange(port: Int, _ text: String) async throws -> String {
        let connection = try await open(port: port)
        connection.send(text)
        defer { connection.close() }
        return try await connection.untilClosed()
    }
}
