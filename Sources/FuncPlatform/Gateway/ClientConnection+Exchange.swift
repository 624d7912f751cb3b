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
        // Nobody reads the rest of a body that has no taker.
        if request.hasBody, !request.isReceived { current?.keepsAlive = false }
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
            try Self.replaceCoding(
                in: context.channel,
                encoder: HTTPResponseEncoder.self,
                decoder: ByteToMessageHandler<HTTPRequestDecoder>.self,
                by: clientEnd
            )
            try Self.replaceCoding(
                in: upstreamChannel,
                encoder: HTTPRequestEncoder.self,
                decoder: ByteToMessageHandler<HTTPResponseDecoder>.self,
                by: upstreamEnd
            )
        } catch {
            cut()
        }
    }

    /// Puts `tunnel` where the HTTP handlers were. What the decoder holds already goes to the tunnel.
    private static func replaceCoding<Encoder: RemovableChannelHandler, Decoder: RemovableChannelHandler>(
        in channel: any Channel,
        encoder: Encoder.Type,
        decoder: Decoder.Type,
        by tunnel: TunnelHandler
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let decoder = try pipeline.handler(type: decoder)
        try pipeline.addHandler(tunnel, position: .after(decoder))
        pipeline.removeHandler(try pipeline.handler(type: encoder), promise: nil)
        pipeline.removeHandler(decoder, promise: nil)
        channel.read()
    }
}
