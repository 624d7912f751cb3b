import NIOCore
import NIOPosix

/// Answers as soon as the first byte comes, without waiting for the rest.
struct EarlyServer {
    private let channel: any Channel

    static func start(path: String, answer: String) async throws -> EarlyServer {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answerer(answer))
                }
            }
            .bind(unixDomainSocketPath: path).get()
        return EarlyServer(channel: channel)
    }

    func stop() async throws {
        try await channel.close().get()
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var answer: String?

        init(_ answer: String) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let answer else { return }
            self.answer = nil
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }
}
