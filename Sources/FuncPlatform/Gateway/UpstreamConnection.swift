import NIOCore
import NIOHTTP1

/// Whoever has a request on an upstream connection. Called on the connection's event loop.
protocol UpstreamDelegate: AnyObject {
    /// The header block of the answer, or an informational one before it.
    func upstreamAnswered(_ head: HTTPResponseHead)
    func upstreamSent(_ body: ByteBuffer)
    func upstreamEnded(trailers: HTTPHeaders?)
    /// All that came in one go was delivered.
    func upstreamPaused()
    /// Whether the connection takes more has changed.
    func upstreamWritabilityChanged()
    /// The connection is gone before the answer was complete.
    func upstreamClosed()
}

/// One connection to an instance or to the control API: sends one request at a time and reports the answer.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// Where it leads; the key under which it is kept.
    let endpoint: InstanceEndpoint
    /// Whoever has a request on it; nil while it is kept for the next one.
    weak var delegate: (any UpstreamDelegate)?
    /// Told when the connection closes while it is kept.
    weak var cache: UpstreamCache?
    /// When the last request ended.
    var idleSince: NIODeadline = .now()

    private var context: ChannelHandlerContext?
    private var isReadPending = false
    /// Set while the client does not take what came already.
    private var holdsReads = false
    private var allowsReuse = true

    init(endpoint: InstanceEndpoint) {
        self.endpoint = endpoint
    }

    var isOpen: Bool { context?.channel.isActive ?? false }
    var isWritable: Bool { context?.channel.isWritable ?? false }
    /// Whether the next request may use it, the last one having ended.
    var isReusable: Bool { isOpen && allowsReuse }
    var channel: (any Channel)? { context?.channel }

    // MARK: Requests

    func send(_ head: HTTPRequestHead) {
        allowsReuse = true
        context?.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    func send(_ body: ByteBuffer) {
        context?.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }

    func sendEnd(trailers: HTTPHeaders?) {
        context?.write(wrapOutboundOut(.end(trailers)), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    /// Stops reading while the client is slower than the instance.
    func holdReads(_ hold: Bool) {
        holdsReads = hold
        guard !hold, isReadPending else { return }
        isReadPending = false
        context?.read()
    }

    func close() {
        delegate = nil
        context?.close(promise: nil)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let delegate else {
            // An answer that nobody asked for: the connection cannot be trusted any more.
            return context.close(promise: nil)
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if !head.isKeepAlive, head.status.code >= 200 { allowsReuse = false }
            delegate.upstreamAnswered(head)
        case .body(let body): delegate.upstreamSent(body)
        case .end(let trailers): delegate.upstreamEnded(trailers: trailers)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        delegate?.upstreamPaused()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if holdsReads {
            isReadPending = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        delegate?.upstreamWritabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cache?.forget(self)
        let delegate = delegate
        self.delegate = nil
        delegate?.upstreamClosed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Malformed answers and broken pipes end alike: the request fails with the connection.
        context.close(promise: nil)
    }
}
