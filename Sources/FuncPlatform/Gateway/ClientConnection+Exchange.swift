import FuncKit
import NIOCore
import NIOHTTP1

extension ClientConnection: ExchangeClient {
    var takesMore: Bool { context?.channel.isWritable ?? false }

    func exchangeForwarded() {
        expectAnswer(withinSeconds: exchange?.request.timeoutSeconds)
        guard current?.expectsContinue == true, current?.isReceived == false else { return }
        current?.expectsContinue = false
        write(HTTPResponseHead(version: .http1_1, status: .continue))
        context?.flush()
    }

    func exchangeInformed(_ head: HTTPResponseHead) {
        guard current?.isHTTP10 == false else { return }
        var head = head
        head.version = .http1_1
        write(head)
        context?.flush()
    }

    func exchangeAnswered(_ head: HTTPResponseHead) {
        guard let framed = current?.frame(head, mayKeepAlive: !loop.isQuiescing) else { return }
        write(framed)
    }

    func exchangeSent(_ body: ByteBuffer) {
        write(body)
    }

    func exchangePaused() {
        context?.flush()
    }

    func exchangeEnded(trailers: HTTPHeaders?) {
        finishAnswer(trailers: trailers)
    }

    func exchangeFailed(_ failure: GatewayFailure) {
        guard let request = current else { return }
        // Nobody reads the rest of a body that has no taker, and what follows a bad request cannot be trusted.
        if request.hasBody && !request.isReceived || failure.status == .badRequest { current?.keepsAlive = false }
        let (head, body) = failure.answer(requestID: request.id)
        exchangeAnswered(head)
        write(body)
        finishAnswer(trailers: nil)
    }

    func exchangeAborted() {
        // The only way to tell a client that an answer with a 200 on top is not complete.
        cut()
    }

    func exchangeWantsBodyChanged() {
        readAgain()
    }

    func exchangeUpgraded(_ head: HTTPResponseHead, upstream: UpstreamConnection) {
        guard let context, let upstreamChannel = upstream.channel else { return cut() }
        var head = head
        head.version = .http1_1
        write(head)
        context.flush()
        becomeTunnel()
        let (clientEnd, upstreamEnd) = TunnelHandler.pair()
        do {
            // Both ends first: each decoder hands over what it holds as soon as it is removed.
            let client = try HTTPCoding<HTTPResponseEncoder, HTTPRequestDecoder>(in: context.channel)
            let instance = try HTTPCoding<HTTPRequestEncoder, HTTPResponseDecoder>(in: upstreamChannel)
            try client.insert(clientEnd)
            try instance.insert(upstreamEnd)
            client.remove(then: clientEnd)
            instance.remove(then: upstreamEnd)
        } catch {
            cut()
        }
    }
}

/// The handlers that turn the bytes of a channel into HTTP and back.
private struct HTTPCoding<Encoder: RemovableChannelHandler, Decoder: ByteToMessageDecoder> {
    private let channel: any Channel
    private let encoder: Encoder
    private let decoder: ByteToMessageHandler<Decoder>

    init(in channel: any Channel) throws {
        self.channel = channel
        encoder = try channel.pipeline.syncOperations.handler(type: Encoder.self)
        decoder = try channel.pipeline.syncOperations.handler(type: ByteToMessageHandler<Decoder>.self)
    }

    /// Puts `tunnel` next to the decoder, where it sees all bytes once the decoder is gone.
    func insert(_ tunnel: TunnelHandler) throws {
        try channel.pipeline.syncOperations.addHandler(tunnel, position: .after(decoder))
    }

    /// A decoder leaves only after it has returned from what it decodes now.
    func remove(then tunnel: TunnelHandler) {
        let pipeline = channel.pipeline.syncOperations
        pipeline.removeHandler(encoder, promise: nil)
        pipeline.removeHandler(decoder).assumeIsolated().whenComplete { _ in tunnel.open() }
    }
}
