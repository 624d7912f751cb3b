import FuncKit
import NIOCore
import NIOHTTP1

/// One client's connection: takes its requests one after the other, has an ``Exchange`` answer each, writes the answers.
///
/// A pipelined request waits, unread as far as possible, until the one before it is answered.
final class ClientConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    let loop: LoopContext
    var context: ChannelHandlerContext?
    var current: ClientRequest?
    var exchange: Exchange?

    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    private var isWorkingOff = false
    private var isReadPending = false
    private var readSomething = false
    private var isReadingHead = false
    /// Set once what the client sends is of no interest any more.
    private var isDeaf = false
    /// Set once bytes pass unseen.
    private var isTunnel = false
    private lazy var address = context?.remoteAddress?.ipAddress ?? "127.0.0.1"

    // Three things are waited for at most, each with its own patience; one timer watches over all.
    private lazy var timer = LazyTimer(on: loop.eventLoop) { [weak self] in self?.deadlineReached() }
    private var answerBy = NIODeadline.distantFuture
    private var inputBy = NIODeadline.distantFuture
    private var outputBy = NIODeadline.distantFuture

    init(in loop: LoopContext) {
        self.loop = loop
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        expectInput(within: configuration.idleTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        readSomething = true
        guard !isDeaf else { return }
        let part = unwrapInboundIn(data)
        if !backlog.isEmpty || current?.isReceived == true {
            backlog.append(part)
        } else {
            take(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        exchange?.flushBody()
        if !readSomething, current == nil, !isDeaf, !isReadingHead {
            // Bytes came, but no header block: it has to be complete soon.
            isReadingHead = true
            expectInput(within: configuration.headerTimeout)
        }
        readSomething = false
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadPending = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        outputBy = context.channel.isWritable ? .distantFuture : .now() + configuration.stallTimeout
        updateTimer()
        exchange?.clientWritabilityChanged()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After a parser error the decoder complains about each further byte.
        guard !(error is ByteToMessageDecoderError), !isDeaf else { return }
        guard error is HTTPParserError else { return cut() }
        guard var request = current else { return refuse(.malformed(error)) }
        guard !request.isReceived else {
            // What follows a complete request is its own fault; the request itself still gets its answer.
            request.keepsAlive = false
            current = request
            isDeaf = true
            return
        }
        if let exchange { exchange.fail(.malformed(error)) } else { cut() }
    }

    // MARK: Requests

    private var configuration: GatewayConfiguration { loop.shared.configuration }

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): begin(head)
        case .body(let body):
            expectInput(within: configuration.stallTimeout)
            exchange?.receive(body)
        case .end(let trailers):
            current?.isReceived = true
            expectInput(within: nil)
            exchange?.receiveEnd(trailers: trailers)
            if current?.isDone == true { requestDone() }
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        isReadingHead = false
        var id = RequestIdentity.makeRequestID(using: &loop.random)
        do throws(GatewayFailure) {
            let incoming = try IncomingRequest(head)
            id = incoming.requestID ?? id
            current = ClientRequest(
                id: id,
                isHTTP10: head.version.minor == 0,
                isHead: head.method == .HEAD,
                hasBody: incoming.hasBody,
                keepsAlive: head.isKeepAlive && !incoming.endsDecoding,
                expectsContinue: incoming.expectsContinue
            )
            expectInput(within: incoming.hasBody ? configuration.stallTimeout : nil)
            let exchange = Exchange(
                try ProxyRequest(incoming, id: id, from: address, in: loop),
                in: loop,
                client: self
            )
            self.exchange = exchange
            exchange.start()
        } catch {
            refuse(error, id: id)
        }
    }

    /// Answers a request that has no exchange.
    private func refuse(_ failure: GatewayFailure, id: String? = nil) {
        if current == nil {
            // A request whose header block cannot be used leaves nothing on the connection that can be trusted.
            let id = id ?? RequestIdentity.makeRequestID(using: &loop.random)
            current = ClientRequest(
                id: id,
                isHTTP10: false,
                isHead: false,
                hasBody: true,
                keepsAlive: false,
                expectsContinue: false
            )
        }
        exchangeFailed(failure)
    }

    private func requestDone() {
        guard let request = current else { return }
        current = nil
        exchange = nil
        answerBy = .distantFuture
        guard request.keepsAlive, !loop.isQuiescing else { return closeAfterFlush() }
        expectInput(within: configuration.idleTimeout)
        workOffBacklog()
    }

    private func workOffBacklog() {
        guard !isWorkingOff else { return }
        isWorkingOff = true
        while current?.isReceived != true, !isDeaf, let part = backlog.popFirst() { take(part) }
        isWorkingOff = false
        readAgain()
    }

    // MARK: Answers

    func write(_ head: HTTPResponseHead) {
        context?.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    func write(_ body: ByteBuffer) {
        guard current?.isHead == false else { return }
        context?.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }

    func finishAnswer(trailers: HTTPHeaders?) {
        guard let request = current, let context else { return }
        current?.isDone = true
        exchange = nil
        answerBy = .distantFuture
        context.writeAndFlush(wrapOutboundOut(.end(request.isHead ? nil : trailers)), promise: nil)
        if request.isReceived {
            requestDone()
        } else if request.hasBody {
            linger()
        }
    }

    // MARK: Reading

    private var mayRead: Bool {
        if isTunnel || isDeaf { return true }
        guard backlog.isEmpty else { return false }
        guard let current, !current.isReceived, current.hasBody, !current.isDone else { return true }
        return exchange?.wantsBody ?? true
    }

    func readAgain() {
        guard isReadPending, mayRead else { return }
        isReadPending = false
        context?.read()
    }

    // MARK: Time

    /// Gives the instance until the function's time-out.
    func expectAnswer(withinSeconds seconds: Int?) {
        answerBy = seconds.map { .now() + .seconds(Int64($0)) } ?? .distantFuture
        updateTimer()
    }

    private func expectInput(within time: TimeAmount?) {
        inputBy = time.map { .now() + $0 } ?? .distantFuture
        updateTimer()
    }

    private func updateTimer() {
        timer.set(min(answerBy, inputBy, outputBy))
    }

    private func deadlineReached() {
        let now = NIODeadline.now()
        if now >= outputBy { return cut() }
        if now >= answerBy {
            answerBy = .distantFuture
            exchange?.timeOut()
        } else if now >= inputBy {
            inputMissing()
        }
        updateTimer()
    }

    private func inputMissing() {
        inputBy = .distantFuture
        if isReadingHead { return refuse(.clientStalled) }
        guard let current else { return cut() }
        guard !current.isDone else { return cut() }
        // An instance that takes no more of the body is not the client's fault; the function's time-out bounds it.
        guard mayRead else { return expectInput(within: configuration.stallTimeout) }
        exchange?.fail(.clientStalled)
    }

    // MARK: Closing

    /// Closes an idle connection; any other closes after its answer.
    func quiesce() {
        if current == nil { closeAfterFlush() } else { current?.keepsAlive = false }
    }

    /// Closes at once.
    func cut() {
        context?.close(promise: nil)
    }

    private func closeAfterFlush() {
        guard let context else { return }
        if !backlog.isEmpty { return linger() }
        isDeaf = true
        backlog.removeAll()
        outputBy = .now() + configuration.stallTimeout
        updateTimer()
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    /// Closes the sending side and reads on for a moment: closing with unread bytes would reset the connection, and the
    /// client could lose the answer (RFC 9112 9.6).
    func linger() {
        guard let context else { return }
        isDeaf = true
        backlog.removeAll()
        outputBy = .now() + .seconds(2)
        updateTimer()
        context.close(mode: .output, promise: nil)
        readAgain()
    }

    private func end() {
        timer.cancel()
        isDeaf = true
        exchange?.cancel()
        exchange = nil
        loop.remove(self)
    }

    /// From here on the handlers before this one see all bytes.
    func becomeTunnel() {
        isTunnel = true
        answerBy = .distantFuture
        inputBy = .distantFuture
        updateTimer()
    }
}
