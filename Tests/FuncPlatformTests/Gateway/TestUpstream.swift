import FuncPlatform
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TestSupport

/// A program on a Unix socket that stands for an instance or for the control API.
final class TestUpstream: Sendable {
    /// What to do with a request.
    enum Reply: Sendable {
        case answer(_ status: Int = 200, headers: [(String, String)] = [], body: String = "")
        /// Says the request's header block and body back.
        case echo
        /// Takes the request and says nothing.
        case silence
        /// Closes without a byte.
        case close
        /// Bytes as they are, then the end of the connection.
        case raw(String)
        /// Leaves HTTP, then says every byte back in upper case.
        case upgrade
        /// As many bytes as the connection takes, chunk by chunk.
        case stream(bytes: Int)
    }

    typealias Script = @Sendable (_ head: HTTPRequestHead, _ connection: Int) -> Reply

    struct State {
        var requests: [(head: HTTPRequestHead, body: String)] = []
        var connections = 0
        var open = 0
        var streamed = 0
    }

    let endpoint: InstanceEndpoint
    fileprivate let state = Mutex(State())
    fileprivate let script: Script
    private let listener: Mutex<(any Channel)?> = Mutex(nil)

    private init(path: String, script: @escaping Script) {
        endpoint = .unixSocket(path: path)
        self.script = script
    }

    static func start(path: String, _ script: @escaping Script) async throws -> TestUpstream {
        let upstream = TestUpstream(path: path, script: script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandlers(
                        HTTPResponseEncoder(),
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)),
                        UpstreamScriptHandler(upstream)
                    )
                }
            }
            .bind(unixDomainSocketPath: path).get()
        upstream.listener.withLock { $0 = channel }
        return upstream
    }

    var requests: [(head: HTTPRequestHead, body: String)] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }
    var open: Int { state.withLock { $0.open } }
    var streamed: Int { state.withLock { $0.streamed } }

    func stop() async {
        let channel = listener.withLock { listener -> (any Channel)? in
            defer { listener = nil }
            return listener
        }
        try? await channel?.close().get()
    }
}

private final class UpstreamScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let upstream: TestUpstream
    private var number = 0
    private var head: HTTPRequestHead?
    private var body = ""
    private var left = 0

    init(_ upstream: TestUpstream) {
        self.upstream = upstream
    }

    func channelActive(context: ChannelHandlerContext) {
        number = upstream.state.withLock { state in
            state.connections += 1
            state.open += 1
            return state.connections
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        upstream.state.withLock { $0.open -= 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let bytes): body += String(buffer: bytes)
        case .end:
            guard let head else { return }
            let text = body
            upstream.state.withLock { $0.requests.append((head, text)) }
            reply(upstream.script(head, number), to: head, in: context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pump(context)
    }

    private func reply(_ reply: TestUpstream.Reply, to head: HTTPRequestHead, in context: ChannelHandlerContext) {
        switch reply {
        case .answer(let status, let headers, let text):
            var fields = HTTPHeaders(headers)
            if !fields.contains(name: "transfer-encoding"), status != 204 {
                fields.replaceOrAdd(name: "content-length", value: String(text.utf8.count))
            }
            send(HTTPResponseStatus(statusCode: status), fields, head.method == .HEAD ? "" : text, context)
        case .echo:
            let lines = head.headers.map { "\($0.name.lowercased()): \($0.value)" }
            let text = (["\(head.method.rawValue) \(head.uri)"] + lines + ["", body]).joined(separator: "\n")
            send(.ok, ["content-length": String(text.utf8.count)], text, context)
        case .silence: break
        case .close: context.close(promise: nil)
        case .raw(let text): raw(text, context, thenCloses: true)
        case .upgrade:
            raw("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\n", context)
        case .stream(let bytes):
            left = bytes
            let fields: HTTPHeaders = ["content-length": String(bytes)]
            context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: fields))), promise: nil)
            pump(context)
        }
    }

    private func send(
        _ status: HTTPResponseStatus,
        _ headers: HTTPHeaders,
        _ text: String,
        _ context: ChannelHandlerContext
    ) {
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        if !text.isEmpty { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func pump(_ context: ChannelHandlerContext) {
        let chunk = 65_536
        while left > 0, context.channel.isWritable {
            let size = min(chunk, left)
            left -= size
            upstream.state.withLock { $0.streamed += size }
            let bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: size)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
            if left == 0 { context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        }
    }

    /// Takes the HTTP handlers away, so that bytes pass both ways as they are.
    private func raw(_ text: String, _ context: ChannelHandlerContext, thenCloses: Bool = false) {
        let channel = context.channel
        let pipeline = channel.pipeline.syncOperations
        guard let encoder = try? pipeline.context(handlerType: HTTPResponseEncoder.self),
            let decoder = try? pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
        else { return }
        try? pipeline.addHandler(Shouter(), position: .before(self))
        pipeline.removeHandler(context: encoder, promise: nil)
        pipeline.removeHandler(context: decoder, promise: nil)
        let written = channel.writeAndFlush(ByteBuffer(string: text))
        if thenCloses { written.whenComplete { _ in channel.close(promise: nil) } }
    }
}

private final class Shouter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = String(buffer: unwrapInboundIn(data)).uppercased()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
