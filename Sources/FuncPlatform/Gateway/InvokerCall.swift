import Foundation
import FuncKit
import NIOCore
import NIOHTTP1

/// One call of ``FunctionInvoker``.
struct InvokerCall: Sendable {
    var target: FunctionTarget
    var method: HTTPMethod
    var uri: String
    var headers: [(String, String)]
    var body: Data?
    /// Whether the handler gets the body as its event, see ``HeaderRules/direct``.
    var isDirect = false
    var timeout: TimeAmount
    var maxResponseBytes: Int

    /// The parts come from a JSON document, where a line end is an ordinary character: on the wire it would begin a header
    /// of the caller's own making.
    func validate() throws {
        guard Self.isToken(method.rawValue) else {
            throw FuncError(.invalidArgument, "method '\(method.rawValue)' is not valid")
        }
        guard uri.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw FuncError(.invalidArgument, "path '\(uri)' has characters that must be percent-encoded")
        }
        for (name, value) in headers {
            guard Self.isToken(name), value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw FuncError(.invalidArgument, "header '\(name)' is not valid")
            }
        }
    }

    func run(on eventLoop: any EventLoop, loops: GatewayLoops) async throws -> InvokedResponse {
        let promise = eventLoop.makePromise(of: InvokedResponse.self)
        let box = NIOLoopBoundBox<InvokerSink?>.makeEmptyBox(valueType: InvokerSink.self, eventLoop: eventLoop)
        // The loop works in order: a cancellation below always finds the call begun.
        eventLoop.execute {
            do {
                let sink = InvokerSink(call: self, loop: try loops.context(of: eventLoop), promise: promise)
                box.value = sink
                sink.start()
            } catch {
                promise.fail(error)
            }
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            eventLoop.execute { box.value?.cancel() }
        }
    }

    /// The request for the instance.
    func request(id: String, in loop: LoopContext) -> ProxyRequest {
        var fields = HTTPHeaders()
        var traceparent: String?
        for (name, value) in headers {
            switch HeaderRules.kind(of: name) {
            case .other, .origin, .authorization, .apiKey: fields.add(name: name, value: value)
            case .traceparent: traceparent = RequestIdentity.isValidTraceparent(value) ? value : nil
            default: break
            }
        }
        let host = "\(target.route.name).\(target.route.project).localhost"
        let trace = traceparent ?? RequestIdentity.makeTraceparent(requestID: id, using: &loop.random)
        fields.add(name: "host", value: host)
        fields.add(name: "x-request-id", value: id)
        fields.add(name: "traceparent", value: trace)
        fields.add(name: "x-forwarded-for", value: "127.0.0.1")
        fields.add(name: "x-forwarded-proto", value: "http")
        fields.add(name: "x-forwarded-host", value: host)
        if isDirect { fields.add(name: HeaderRules.direct, value: "1") }
        if let body { fields.add(name: "content-length", value: String(body.count)) }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: fields)
        return ProxyRequest(head: head, target: target, id: id, hasBody: body?.isEmpty == false)
    }

    /// RFC 9110 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        let marks = "!#$%&'*+-.^_`|~".utf8
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || marks.contains(byte)
            }
    }
}

/// Collects the answer to a call. Bound to its event loop.
final class InvokerSink: ExchangeClient {
    private let call: InvokerCall
    private let loop: LoopContext
    private let promise: EventLoopPromise<InvokedResponse>
    private let startedOn = NIODeadline.now()
    private var exchange: Exchange?
    private var timer: Scheduled<Void>?
    private var requestID = ""
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    private var isDone = false

    init(call: InvokerCall, loop: LoopContext, promise: EventLoopPromise<InvokedResponse>) {
        self.call = call
        self.loop = loop
        self.promise = promise
    }

    var takesMore: Bool { true }

    func start() {
        let given = call.headers.first { HeaderRules.kind(of: $0.0) == .requestID }?.1
        requestID =
            given.flatMap { RequestIdentity.isValidRequestID($0) ? $0 : nil }
            ?? RequestIdentity.makeRequestID(using: &loop.random)
        let exchange = Exchange(call.request(id: requestID, in: loop), in: loop, client: self)
        self.exchange = exchange
        exchange.start()
        if let body = call.body, !body.isEmpty { exchange.receive(ByteBuffer(bytes: body)) }
        exchange.receiveEnd(trailers: nil)
    }

    func cancel() {
        exchange?.cancel()
        finish(.failure(FuncError(.cancelled, "the call of function '\(call.target.route.name)' was cancelled")))
    }

    // MARK: ExchangeClient

    func exchangeForwarded() {
        timer?.cancel()
        timer = loop.eventLoop.assumeIsolated().scheduleTask(in: call.timeout) { [weak self] in self?.timeOut() }
    }

    func exchangeInformed(_ head: HTTPResponseHead) {}

    func exchangeAnswered(_ head: HTTPResponseHead) {
        self.head = head
    }

    func exchangeSent(_ part: ByteBuffer) {
        var part = part
        guard body.readableBytes + part.readableBytes <= call.maxResponseBytes else {
            let message = "the answer is larger than \(call.maxResponseBytes) bytes"
            return giveUp(GatewayFailure(.badGateway, .responseTooLarge, message))
        }
        body.writeBuffer(&part)
    }

    func exchangePaused() {}

    func exchangeEnded(trailers: HTTPHeaders?) {
        guard let head else { return exchangeAborted() }
        let duration = NIODeadline.now() - startedOn
        // Hosts end a call by the same limit, and may be the first of the two to do so.
        if head.status == .gatewayTimeout, duration + .milliseconds(10) >= call.timeout {
            return finish(.failure(timeoutFailure.error))
        }
        let response = InvokedResponse(
            status: Int(head.status.code),
            headers: head.headers.map { ($0.name, $0.value) },
            body: Data(body.readableBytesView),
            coldStart: exchange?.waitedForStart ?? false,
            durationMilliseconds: Double(duration.nanoseconds) / 1_000_000,
            requestID: requestID
        )
        finish(.success(response))
    }

    func exchangeFailed(_ failure: GatewayFailure) {
        var error = failure.error
        error.requestID = requestID
        finish(.failure(error))
    }

    func exchangeAborted() {
        let message = "the instance closed the connection before its answer was complete"
        finish(.failure(FuncError(.functionFailed, message, requestID: requestID)))
    }

    func exchangeUpgraded(_ head: HTTPResponseHead, upstream: UpstreamConnection) {
        exchange?.cancel()
        exchangeAborted()
    }

    func exchangeWantsBodyChanged() {}

    private func timeOut() {
        giveUp(timeoutFailure)
    }

    private var timeoutFailure: GatewayFailure {
        var failure = GatewayFailure.timedOut(afterSeconds: Int(call.timeout.nanoseconds / 1_000_000_000))
        failure.error.requestID = requestID
        return failure
    }

    /// Ends the call, which the record then shows as failed.
    private func giveUp(_ failure: GatewayFailure) {
        let exchange = exchange
        finish(.failure(failure.error))
        exchange?.fail(failure)
    }

    private func finish(_ result: Result<InvokedResponse, any Error>) {
        guard !isDone else { return }
        isDone = true
        timer?.cancel()
        exchange = nil
        promise.completeWith(result)
    }
}
