import Foundation
import FuncKit
import NIOCore
import NIOHTTP1

/// Whoever waits for the answer to an exchange: a client's connection, or a caller within the platform.
protocol ExchangeClient: AnyObject {
    /// Whether more of the answer can be taken now.
    var takesMore: Bool { get }
    /// The request went to an instance, which now has until the function's time-out. A body may follow.
    func exchangeForwarded()
    func exchangeInformed(_ head: HTTPResponseHead)
    func exchangeAnswered(_ head: HTTPResponseHead)
    func exchangeSent(_ body: ByteBuffer)
    /// All that came in one go was delivered.
    func exchangePaused()
    func exchangeEnded(trailers: HTTPHeaders?)
    /// Nothing of an answer came, and nothing will.
    func exchangeFailed(_ failure: GatewayFailure)
    /// The answer broke off.
    func exchangeAborted()
    /// The instance left HTTP; the connection is the client's from here on.
    func exchangeUpgraded(_ head: HTTPResponseHead, upstream: UpstreamConnection)
    /// Whether ``Exchange/wantsBody`` holds may have changed.
    func exchangeWantsBodyChanged()
}

/// One request on its way: finds an instance, sends the request, hands the answer back. Bound to its event loop.
///
/// It ends exactly once, and gives its slot back when it does.
final class Exchange {
    enum State {
        case created
        /// Until it is known whether the client may call the function, or until that takes too long.
        case admitting(Task<Void, Never>, Scheduled<Void>)
        /// In the queue of a version's pool.
        case waiting(PoolTicket, InstancePool)
        case connecting
        /// Between two attempts to connect.
        case retrying(Scheduled<Void>)
        case streaming(UpstreamConnection)
        case tunnelled(UpstreamConnection)
        case finished
    }

    var request: ProxyRequest
    let loop: LoopContext
    weak var client: (any ExchangeClient)?
    var state = State.created
    var lease: InstanceLease?
    /// The version that got the request; changes where a route was swapped in between.
    private(set) var target: FunctionTarget?
    /// Whether the connection had served a request before this one.
    var usesKeptConnection = false
    var connectAttempts = 0
    /// The final header block of the answer, once it came.
    var answer: HTTPResponseHead?
    private(set) var waitedForStart = false

    private let startedAt = Date()
    private let startedOn = NIODeadline.now()
    private var pendingBody = CircularBuffer<ByteBuffer>()
    private var bodyBytes = 0
    private var hasSentBody = false
    private var isRequestComplete = false
    private var isRequestSent = false
    private var trailers: HTTPHeaders?

    init(_ request: ProxyRequest, in loop: LoopContext, client: any ExchangeClient) {
        self.request = request
        self.loop = loop
        self.client = client
        if case .function(let target) = request.destination { aim(at: target) }
    }

    // MARK: The request's side

    /// Whether the client should go on sending its body.
    var wantsBody: Bool {
        guard case .streaming(let upstream) = state else { return false }
        return upstream.isWritable
    }

    func receive(_ body: ByteBuffer) {
        bodyBytes += body.readableBytes
        if let limit = request.bodyLimit, bodyBytes > limit { return fail(.bodyTooLarge(limit: limit)) }
        if case .streaming(let upstream) = state {
            hasSentBody = true
            upstream.send(body)
        } else {
            pendingBody.append(body)
        }
    }

    /// All that came from the client in one go was handed over.
    func flushBody() {
        if case .streaming(let upstream) = state { upstream.flush() }
    }

    func receiveEnd(trailers: HTTPHeaders?) {
        isRequestComplete = true
        self.trailers = HeaderRules.trailerFields(trailers)
        if case .streaming(let upstream) = state { sendEnd(on: upstream) }
    }

    /// The client takes the answer again, or takes it no more.
    func clientWritabilityChanged() {
        guard case .streaming(let upstream) = state, let client else { return }
        upstream.holdReads(!client.takesMore)
    }

    /// The client is gone.
    func cancel() {
        finish(status: answer.map { Int($0.status.code) } ?? 499, .clientLeft)
    }

    /// The time of the function is up.
    func timeOut() {
        fail(.timedOut(afterSeconds: request.timeoutSeconds ?? 0))
    }

    // MARK: Sending

    /// Sends what there is of the request on a connection that is ready for it.
    func send(on upstream: UpstreamConnection) {
        state = .streaming(upstream)
        upstream.delegate = self
        upstream.send(request.head)
        while let body = pendingBody.popFirst() {
            hasSentBody = true
            upstream.send(body)
        }
        // A body that the client has to be asked for must not make it wait for the rest of the header block.
        if isRequestComplete { sendEnd(on: upstream) } else if request.hasBody { upstream.flush() }
        client?.exchangeForwarded()
        client?.exchangeWantsBodyChanged()
    }

    private func sendEnd(on upstream: UpstreamConnection) {
        guard !isRequestSent else { return }
        isRequestSent = true
        upstream.sendEnd(trailers: trailers)
        upstream.flush()
    }

    /// Whether the request may go out once more after its connection died: no answer can have been lost, and no part of
    /// the body is gone (RFC 9110 9.2.2).
    private var mayRepeat: Bool {
        usesKeptConnection && answer == nil && request.isIdempotent && !hasSentBody && !request.hasBody
    }

    // MARK: Ending

    func fail(_ failure: GatewayFailure) {
        guard !isFinished else { return }
        let hadAnswer = answer != nil
        let client = client
        finish(status: Int(answer?.status.code ?? failure.status.code), hadAnswer ? .brokeOff : .answered)
        if hadAnswer { client?.exchangeAborted() } else { client?.exchangeFailed(failure) }
    }

    private func end(trailers: HTTPHeaders?) {
        guard case .streaming(let upstream) = state else { return }
        let client = client
        finish(status: Int(answer?.status.code ?? 0), .answered, keepsUpstream: upstream.isReusable && isRequestSent)
        client?.exchangeEnded(trailers: trailers)
    }

    private func finish(status: Int, _ outcome: RequestOutcome, keepsUpstream: Bool = false) {
        switch state {
        case .finished: return
        case .created, .connecting: break
        case .admitting(let task, let timer):
            task.cancel()
            timer.cancel()
        case .waiting(let ticket, let pool): pool.cancel(ticket)
        case .retrying(let timer): timer.cancel()
        case .streaming(let upstream) where keepsUpstream: loop.upstreams.keep(upstream)
        case .streaming(let upstream), .tunnelled(let upstream): upstream.close()
        }
        state = .finished
        pendingBody.removeAll()
        lease?.release()
        lease = nil
        record(status: status, outcome)
    }

    private var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    private func record(status: Int, _ outcome: RequestOutcome) {
        guard let target else { return }
        let elapsed = NIODeadline.now() - startedOn
        let uri = request.head.uri
        let end = uri.utf8.firstIndex(of: UInt8(ascii: "?")) ?? uri.endIndex
        loop.shared.onRequest(
            RequestRecord(
                requestID: request.id,
                functionID: target.route.functionID,
                versionID: target.version.versionID,
                versionNumber: target.version.number,
                method: request.head.method.rawValue,
                path: String(uri[..<end]),
                status: status,
                startedAt: startedAt,
                durationMilliseconds: Double(elapsed.nanoseconds) / 1_000_000,
                coldStart: waitedForStart,
                outcome: outcome
            )
        )
    }

    /// Turns to a version, away from the one before.
    func aim(at new: FunctionTarget) {
        if let target { loop.shared.onLoad(Self.load(of: target, change: -1)) }
        target = new
        loop.shared.onLoad(Self.load(of: new, change: 1))
    }

    private static func load(of target: FunctionTarget, change: Int) -> RequestLoad {
        RequestLoad(
            functionID: target.route.functionID,
            versionID: target.version.versionID,
            versionNumber: target.version.number,
            change: change
        )
    }

    func take(_ lease: InstanceLease) {
        self.lease = lease
        if lease.coldStart { waitedForStart = true }
    }
}

// MARK: - The answer's side

extension Exchange: UpstreamDelegate {
    func upstreamAnswered(_ head: HTTPResponseHead) {
        switch head.status.code {
        case 101:
            // Acted upon when the decoder has left the message, see `upstreamEnded`.
            guard request.asksForUpgrade, isRequestSent, head.headers.contains(name: "upgrade") else {
                return fail(.upstreamDied)
            }
            answer = head
        case 100:
            // The gateway asked for the body itself.
            break
        case 102..<200:
            var head = head
            head.headers = HeaderRules.answerFields(head.headers)
            client?.exchangeInformed(head)
        default:
            answer = head
            var head = head
            head.headers = HeaderRules.answerFields(head.headers)
            addIdentity(to: &head.headers)
            client?.exchangeAnswered(head)
        }
    }

    func upstreamSent(_ body: ByteBuffer) {
        guard let client else { return }
        client.exchangeSent(body)
        if !client.takesMore, case .streaming(let upstream) = state { upstream.holdReads(true) }
    }

    func upstreamPaused() {
        client?.exchangePaused()
    }

    func upstreamEnded(trailers: HTTPHeaders?) {
        guard var head = answer, head.status == .switchingProtocols else {
            return end(trailers: HeaderRules.trailerFields(trailers))
        }
        guard case .streaming(let upstream) = state else { return }
        state = .tunnelled(upstream)
        upstream.delegate = nil
        head.headers = HeaderRules.answerFields(head.headers, isUpgrade: true)
        head.headers.add(name: "connection", value: "upgrade")
        addIdentity(to: &head.headers)
        client?.exchangeUpgraded(head, upstream: upstream)
    }

    func upstreamWritabilityChanged() {
        client?.exchangeWantsBodyChanged()
    }

    func upstreamClosed() {
        guard mayRepeat else { return fail(.upstreamDied) }
        isRequestSent = false
        connectAnew()
    }

    private func addIdentity(to headers: inout HTTPHeaders) {
        headers.add(name: "x-request-id", value: request.id)
        guard let target else { return }
        headers.add(name: "x-hks-version", value: String(target.version.number))
        if waitedForStart { headers.add(name: "x-hks-cold-start", value: "true") }
    }
}
